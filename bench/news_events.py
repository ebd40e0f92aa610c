"""Places and events, measured on real items that nobody here wrote (../shared/news).

    python bench/news_events.py

Prints precision and recall of places, the number of events against the labels, pairwise and B-cubed figures.
"""

import argparse
import json
import os
import re
import sys
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import zhconv

from nlp.attribution import Attributor
from nlp.divisions import short_form
from nlp.events import group
from nlp.reading import script_table
from records.news import Article, LabelVerdict, NewsFact, NewsLabel, NewsVerdict, Sentiment

SHARED = Path(os.environ.get("CHENGJIAN_SHARED", Path(__file__).resolve().parent.parent.parent / "shared"))


def day_of(text: str) -> date | None:
    found = re.match(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", text)
    return date(*(int(part) for part in found.groups())) if found else None


def labelled(row: Mapping[str, Any]) -> NewsFact:
    """An item with the verdict of its label, so that only places, units and events are measured."""
    flags = {label for label in NewsLabel if row.get(label.value)}
    labels = tuple(LabelVerdict(label, label in flags, float(label in flags)) for label in NewsLabel)
    tone = Sentiment(row["sentiment"])
    verdict = NewsVerdict(tone, 0.0, (), labels, bool(row["gov_related"]))
    article = Article(row["id"], row["title"], row["text"], day_of(row["date"]), row["source"])
    return NewsFact(article, verdict, ATTRIBUTOR.attribute(article, verdict))


def ratio(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def places(rows: Sequence[Mapping[str, Any]], facts: Sequence[NewsFact], stem: Callable[[str], str]) -> None:
    hit = said = true = 0
    for row, fact in zip(rows, facts, strict=True):
        got, want = {stem(p) for p in fact.whose.places}, {stem(p) for p in row["places"]}
        hit, said, true = hit + len(got & want), said + len(got), true + len(want)
    print(f"  地点        准确率 {ratio(hit, said)}  召回率 {ratio(hit, true)}  （{true} 个）")


def organisations(rows: Sequence[Mapping[str, Any]], facts: Sequence[NewsFact]) -> None:
    """Loosely: one name stands in the other."""
    hit = said = met = true = 0
    for row, fact in zip(rows, facts, strict=True):
        got, want = set(fact.whose.organisations), set(row["organisations"])
        hit, said = hit + sum(any(g in w or w in g for w in want) for g in got), said + len(got)
        met, true = met + sum(any(g in w or w in g for g in got) for w in want), true + len(want)
    print(f"  机构（宽）  准确率 {ratio(hit, said)}  召回率 {ratio(met, true)}  （{true} 个）")


def clusters(truth: Mapping[str, str], found: Mapping[str, str]) -> None:
    """Number of events, pairs and B-cubed."""
    groups: dict[str, list[str]] = defaultdict(list)
    classes: dict[str, list[str]] = defaultdict(list)
    for ident, key in truth.items():
        classes[key].append(ident)
        groups[found.get(ident, ident)].append(ident)

    def pairs(sizes: Sequence[int]) -> int:
        return sum(n * (n - 1) // 2 for n in sizes)

    both = Counter((truth[i], found.get(i, i)) for i in truth)
    shared = pairs(list(both.values()))
    precision = sum(n * n / len(groups[g]) for (_, g), n in both.items()) / len(truth)
    recall = sum(n * n / len(classes[c]) for (c, _), n in both.items()) / len(truth)
    off = (len(groups) - len(classes)) / len(classes)
    print(f"  事件数      标注 {len(classes)}  得到 {len(groups)}  相差 {off:+.1%}")
    print(
        f"  成对        准确率 {ratio(shared, pairs([len(g) for g in groups.values()]))}"
        f"  召回率 {ratio(shared, pairs([len(c) for c in classes.values()]))}"
    )
    print(f"  B-cubed     准确率 {precision:.3f}  召回率 {recall:.3f}")


def main() -> int:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    source = SHARED / "news" / "labelled.jsonl"
    if not source.exists():
        print(f"没有 {source}：设 CHENGJIAN_SHARED 指向共享资料目录", file=sys.stderr)
        return 2
    rows = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    every = [labelled(row) for row in rows]
    event_of = group(every, script=SCRIPT).event_of
    for name, odd in (("偶数编号", 0), ("奇数编号（不看）", 1), ("全部", None)):
        chosen = [n for n, row in enumerate(rows) if odd is None or int(row["id"][1:]) % 2 == odd]
        print(f"labelled.jsonl {name}：{len(chosen)} 条")
        places([rows[n] for n in chosen], [every[n] for n in chosen], stem)
        organisations([rows[n] for n in chosen], [every[n] for n in chosen])
        clusters({rows[n]["id"]: rows[n]["event_key"] for n in chosen}, event_of)
    noisy(SHARED / "news" / "raw" / "eventmonitor_news.jsonl")
    return 0


def noisy(source: Path) -> None:
    """EventMonitor: folders of one affair each over months; coarse truth, so only how pure the events are says much."""
    rows = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    facts = []
    for number, row in enumerate(rows):
        article = Article(f"m{number}", row["title"], row["text"], day_of(row["published"]))
        facts.append(NewsFact(article, PLAIN, ATTRIBUTOR.attribute(article, PLAIN)))
    event_of = group(facts, script=SCRIPT).event_of
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for number, row in enumerate(rows):
        groups[event_of.get(f"m{number}", f"m{number}")][row["event"]] += 1
    pure = sum(folder.most_common(1)[0][1] for folder in groups.values())
    print(f"eventmonitor_news.jsonl：{len(rows)} 条，{len(groups)} 个事件，纯度 {pure / len(rows):.3f}")


def stem(place: str) -> str:
    plain = place.translate(SCRIPT)
    return short_form(plain) or plain


with warnings.catch_warnings():
    warnings.simplefilter("ignore", ResourceWarning)
    SCRIPT = script_table(lambda character: str(zhconv.convert(character, "zh-hans")))
GAZETTEER = (files("nlp.gazetteer") / "divisions.txt").read_text(encoding="utf-8")
ATTRIBUTOR = Attributor((), GAZETTEER, SCRIPT)
PLAIN = NewsVerdict(Sentiment.NEUTRAL, 0.0, (), tuple(LabelVerdict(label, False, 0.0) for label in NewsLabel))

if __name__ == "__main__":
    sys.exit(main())
