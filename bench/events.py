"""How long grouping 10,000 articles takes, beside all pairs of TF-IDF vectors, the plain way.

    python bench/events.py [--articles 10000]

The articles are made here: one in three is a reprint or rewrite of an earlier one.  Prints seconds, and the ratio.
"""

import argparse
import random
import resource
import sys
import time
from datetime import date, timedelta
from typing import Final

import rjieba
from sklearn.feature_extraction.text import TfidfVectorizer

from nlp.events import group
from records.news import Article, LabelVerdict, NewsFact, NewsLabel, NewsVerdict, Sentiment, Whose

_PLACES = [f"{a}{b}县" for a in "安平长永新宁清东西南" for b in "丰阳水河山川城源林泉"]
_OFFICES_TEXT: Final = """
住建局 教育局 水利局 财政局 交通局 民政局 卫健委 农业农村局 林业局 城管局 信访局 发改委 审计局 统计局
"""
_OFFICES: Final = tuple(_OFFICES_TEXT.split())
_DEEDS_TEXT: Final = """
违规收受礼金 套取惠农资金 公款吃喝 醉酒驾驶 违规操办婚宴 虚报冒领补贴 截留拆迁款 滥用职权审批项目 拖欠工程款
收受回扣
"""
_DEEDS: Final = tuple(_DEEDS_TEXT.split())
_WORDS = ["".join(map(chr, random.Random(n).choices(range(0x4E00, 0x7000), k=2))) for n in range(4000)]
_GIVEN_TEXT: Final = """
伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀英 建国 志强 海燕 玉兰 桂英 国庆 红梅 春生 冬梅 永胜
"""
_GIVEN: Final = tuple(_GIVEN_TEXT.split())
_LABELS = tuple(LabelVerdict(label, label is NewsLabel.MISCONDUCT, 0.97) for label in NewsLabel)
_VERDICT = NewsVerdict(Sentiment.NEGATIVE, -0.9, (), _LABELS, True)


def articles(count: int, seed: int = 7) -> list[NewsFact]:
    chance = random.Random(seed)
    made: list[NewsFact] = []
    while len(made) < count:
        if made and chance.random() < 1 / 3:
            first = made[chance.randrange(max(0, len(made) - 500), len(made))]
            text = first.article.text.replace("据了解，", "").replace("日前，", "近日，") + "（来源：转载）"
            day = (first.article.published or date(2026, 1, 1)) + timedelta(days=chance.randrange(4))
            article = Article(f"n{len(made)}", first.article.title, text, day, "转载网")
            made.append(NewsFact(article, _VERDICT, first.whose))
            continue
        place, office, deed = chance.choice(_PLACES), chance.choice(_OFFICES), chance.choice(_DEEDS)
        name = chance.choice("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗") + chance.choice(_GIVEN)
        filler = "".join(
            f"{chance.choice(_WORDS)}与{chance.choice(_WORDS)}涉及{chance.randrange(3, 900)}万元；" for _ in range(38)
        )
        text = f"日前，{place}{office}局长{name}因{deed}被查处。据了解，{filler}此事经群众反映后查实。"
        day = date(2026, 1, 1) + timedelta(days=len(made) * 300 // count)
        article = Article(f"n{len(made)}", f"{place}{office}局长{name}{deed}被查", text, day)
        made.append(NewsFact(article, _VERDICT, Whose((place,), (place + office,), (), (name,), ())))
    return made


def all_pairs(facts: list[NewsFact]) -> int:
    """TF-IDF over words, every article against every other, first match wins."""
    cutter = rjieba.Jieba()
    matrix = TfidfVectorizer(analyzer=lambda text: cutter.cut(text, False)).fit_transform(
        [f.article.text for f in facts]
    )
    events: set[int] = set()
    for start in range(0, matrix.shape[0], 500):
        alike = (matrix[start : start + 500] @ matrix.T).tocsr()
        for row in range(alike.shape[0]):
            near = [c for c, v in zip(alike[row].indices, alike[row].data, strict=True) if v > 0.6 and c <= start + row]
            events.add(min(near, default=start + row))
    return len(events)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--plain", action="store_true", help="also time the all-pairs baseline")
    options = parser.parse_args()
    facts = articles(options.articles)
    begun = time.process_time()
    events = group(facts).events
    ours = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"归并 {len(facts)} 条 → {len(events)} 个事件：{ours:.2f} 秒（CPU），内存峰值 {peak:.0f} MB")
    if options.plain:
        begun = time.process_time()
        plain = all_pairs(facts)
        theirs = time.process_time() - begun
        print(f"TF-IDF 两两比较 → {plain} 个事件：{theirs:.2f} 秒（CPU），为我们的 {theirs / ours:.1f} 倍")
    return 0


if __name__ == "__main__":
    sys.exit(main())
