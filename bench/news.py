"""The news classifier beside what a user would otherwise pick, on real items that nobody here wrote.

    .venv/bin/python bench/news.py [SHARED]        SHARED: folder with news/labelled.jsonl, default ../shared

SnowNLP and cnsenti are used where they are installed (`uv pip install snownlp cnsenti`), they are no part of it.
"""

import json
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from chengjian.bootstrap_news import news_classifier
from records.news import Article, NewsLabel, NewsVerdict

warnings.simplefilter("ignore")
MISCONDUCT_WORDS = (
    "纪委",
    "违纪",
    "违法",
    "受贿",
    "被查",
    "落马",
    "双开",
    "处分",
    "通报",
    "举报",
    "贪污",
    "开除",
    "免职",
    "问责",
)
DISHONESTY_WORDS = ("拖欠", "欠款", "失信", "违约", "老赖", "被执行人")
NEGATIVE_WORDS = (*MISCONDUCT_WORDS, *DISHONESTY_WORDS, "投诉", "曝光", "质疑", "维权")
SECONDS = 4.0  # of pace
Judge = Callable[[str], bool]
Row = dict[str, Any]


def article(row: Row) -> Article:
    return Article(str(row["id"]), row.get("title") or "", row.get("text") or "", source=row.get("source") or "")


def whole(row: Row) -> str:
    return f"{row.get('title') or ''} {row.get('text') or ''}"


def figures(pairs: Iterable[tuple[bool, bool]]) -> str:
    """Precision, recall, F1 and the counts of (said, true)."""
    counted = list(pairs)
    hit = sum(said and true for said, true in counted)
    wrong = sum(said and not true for said, true in counted)
    missed = sum(true and not said for said, true in counted)
    precision, recall = hit / max(1, hit + wrong), hit / max(1, hit + missed)
    score = 2 * hit / max(1, 2 * hit + wrong + missed)
    return f"P {precision:.3f}  R {recall:.3f}  F1 {score:.3f}  ({hit} right, {wrong} wrong, {missed} missed)"


def has_any(words: Sequence[str]) -> Judge:
    return lambda text: any(word in text for word in words)


def others() -> dict[str, Judge]:
    """What says 'negative' elsewhere, by name."""
    found: dict[str, Judge] = {"keyword list": has_any(NEGATIVE_WORDS)}
    try:
        from snownlp import SnowNLP

        found["SnowNLP < 0.4"] = lambda text: SnowNLP(text).sentiments < 0.4
    except ImportError:
        print("SnowNLP is not installed: left out")
    try:
        from cnsenti import Sentiment

        dictionary = Sentiment()

        def by_dictionary(text: str) -> bool:
            counts = dictionary.sentiment_count(text)
            return bool(counts["neg"] > counts["pos"])

        found["cnsenti neg > pos"] = by_dictionary
    except ImportError:
        print("cnsenti is not installed: left out")
    return found


def report(name: str, rows: Sequence[Row], verdicts: Sequence[NewsVerdict], rivals: dict[str, Judge]) -> None:
    print(f"\n{name}: {len(rows)} items")
    for label in NewsLabel:
        if not any(label.value in row for row in rows):
            print(f"  {label.value:22s} (not labelled in this set)")
            continue
        pairs = [(v.label(label).flag, bool(row[label.value])) for row, v in zip(rows, verdicts, strict=True)]
        print(f"  {label.value:22s} {figures(pairs)}")
    for tone in ("negative", "positive"):
        pairs = [(v.sentiment.value == tone, row["sentiment"] == tone) for row, v in zip(rows, verdicts, strict=True)]
        print(f"  {tone:22s} {figures(pairs)}")
    for rival, judge in rivals.items():
        pairs = [(judge(whole(row)), row["sentiment"] == "negative") for row in rows]
        print(f"  beside it, negative by {rival:18s} {figures(pairs)}")
    for rival, words, label_name in (
        ("misconduct by keywords", MISCONDUCT_WORDS, "misconduct"),
        ("major_dishonesty by keywords", DISHONESTY_WORDS, "major_dishonesty"),
    ):
        pairs = [(has_any(words)(whole(row)), bool(row[label_name])) for row in rows]
        print(f"  beside it, {rival:30s} {figures(pairs)}")


def pace(name: str, work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Documents per second on one core."""
    done, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < SECONDS:
        work(texts[done % len(texts)])
        done += 1
    print(f"  {name:22s} {done / spent:10.1f} documents of 800 characters per second")
    return done / spent


def main() -> int:
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2] / "shared")
    labelled = shared / "news" / "labelled.jsonl"
    if not labelled.is_file():
        print(f"no labelled items at {labelled}: nothing measured")
        return 0
    rows = [json.loads(line) for line in labelled.read_text("utf-8").splitlines() if line.strip()]
    classifier = news_classifier()
    rivals = others()
    verdicts = list(classifier.judge_many(article(row) for row in rows))
    report("all", rows, verdicts, rivals)
    for name, alone in (("headlines only", True), ("full texts", False)):
        kept = [place for place, row in enumerate(rows) if bool(row.get("title_only")) is alone]
        report(name, [rows[place] for place in kept], [verdicts[place] for place in kept], rivals)
    for name, left in (("even numbers", 0), ("odd numbers", 1)):  # the first half was read while the rules were written
        kept = [place for place, row in enumerate(rows) if int(re.sub(r"\D", "", str(row["id"]))) % 2 == left]
        report(name, [rows[place] for place in kept], [verdicts[place] for place in kept], {})
    print("\npace, one core (rules, tokens and model together)")
    stream = "".join(row["text"] for row in rows if len(row["text"]) > 200)
    texts = [stream[at : at + 800] for at in range(0, len(stream) - 800, 800)]
    ours = pace("chengjian", lambda text: classifier.judge(Article("1", "", text)), texts)
    try:
        from snownlp import SnowNLP

        theirs = pace("SnowNLP sentiments", lambda text: SnowNLP(text).sentiments, texts)
        print(f"  ratio {ours / theirs:.0f} : 1")
    except ImportError:
        print("  SnowNLP is not installed: no ratio")
    return 0


if __name__ == "__main__":
    sys.exit(main())
