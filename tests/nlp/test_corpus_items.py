"""The corpus is checked line by line, and its parts share neither template nor event."""

import json
from typing import Any

import pytest

from chengjian.bootstrap_news import corpus_texts
from nlp.corpus_items import KEYS, corpus_hash, groups, held_out, read_corpus


def line(number: int, **changes: Any) -> str:
    row = dict.fromkeys(KEYS, "")
    row |= dict.fromkeys(KEYS[6:11], False)
    row |= {"id": f"t{number}", "title": f"第{number}号测试条目的标题，各不相同", "sentiment": "neutral"}
    row |= {"event": f"e{number}", "template": f"m{number}", "places": [], "organisations": []}
    row |= changes
    return json.dumps(row, ensure_ascii=False)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("{", "JSON"),
        ("[1]", "对象"),
        (json.dumps({"id": "x"}), "缺少"),
        (line(2, sentiment="bad"), "sentiment"),
        (line(2, misconduct="true"), "misconduct"),
        (line(2, title="", text=" "), "为空"),
        (line(2, published_at="昨天"), "published_at"),
        (line(2, id=""), "id"),
        (line(1), "重复"),
    ],
)
def test_a_bad_line_is_named_and_the_others_stay(broken: str, told: str) -> None:
    """A slip of the pen costs one line, and the writer learns which."""
    corpus = read_corpus({"a.jsonl": f"{line(1)}\n{broken}\n{line(3)}\n"})
    assert [item.article.id for item in corpus.items] == ["t1", "t3"]
    assert len(corpus.faults) == 1
    assert corpus.faults[0].startswith("a.jsonl:2")
    assert told in corpus.faults[0]


def test_conflicts_and_leaks_are_told() -> None:
    """The same text with two labels teaches nonsense; the same text in two groups overstates the result."""
    title = "某县住建局局长张某因违规收受礼金被给予党内严重警告处分"
    conflict = read_corpus({"a": f"{line(1, title=title)}\n{line(2, title=title, sentiment='negative')}"})
    assert ["标注却不同" in remark for remark in conflict.remarks] == [True]
    leak = read_corpus({"a": f"{line(1, title=title)}\n{line(2, title=title + '。')}"})
    assert ["不属于同一事件" in remark for remark in leak.remarks] == [True]
    family = read_corpus({"a": f"{line(1, title=title)}\n{line(2, title=title + '。', event='e1')}"})
    assert family.remarks == ()


def test_groups_join_by_template_and_by_event() -> None:
    """Two items that share anything, directly or by way of a third, stay on one side."""
    rows = [line(1), line(2, event="e1"), line(3, template="m2"), line(4)]
    names = groups(read_corpus({"a": "\n".join(rows)}).items)
    assert names[0] == names[1] == names[2] != names[3]


def test_the_parts_of_our_corpus_share_nothing() -> None:
    """The figures of the model card would flatter otherwise."""
    corpus = read_corpus(corpus_texts())
    sides: dict[str, set[bool]] = {}
    for item, name in zip(corpus.items, groups(corpus.items), strict=True):
        out = held_out(name, 6)
        sides.setdefault(f"template {item.template}", set()).add(out)
        sides.setdefault(f"event {item.event}", set()).add(out)
    assert [name for name, both in sides.items() if len(both) > 1] == []


def test_our_corpus_is_whole() -> None:
    """Every line loads, and it is as broad as the issue asks: at least 2,000 items, half of them hard."""
    corpus = read_corpus(corpus_texts())
    assert corpus.faults == ()
    assert len(corpus.items) >= 2000
    assert sum(bool(item.hard) for item in corpus.items) * 2 >= len(corpus.items)


def test_an_installations_labels_need_less() -> None:
    """An analyst's export has no templates or events."""
    row = {"id": 7, "title": "某镇镇长被免职", "text": "", "sentiment": "negative"} | dict.fromkeys(KEYS[6:11], False)
    corpus = read_corpus({}, reviewed={"own.jsonl": json.dumps(row, ensure_ascii=False)})
    assert [item.article.id for item in corpus.items] == ["7"]


def test_the_fingerprint_follows_the_text() -> None:
    """A model trained on another corpus must be told apart."""
    assert corpus_hash({"a": "1"}) != corpus_hash({"a": "2"})
    assert corpus_hash({"a": "1"}) != corpus_hash({"b": "1"})
    assert corpus_hash({"a": "1", "b": "2"}) == corpus_hash({"b": "2", "a": "1"})
