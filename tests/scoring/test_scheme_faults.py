"""A scheme that is wrong: every fault at once, each with its line; nothing is guessed."""

import re
from typing import Any

import pytest

from scoring.scheme_text import parse_scheme
from services.schemes import scheme_text

HEAD = """\
format: chengjian.scheme/1
id: mine
name: "自定方案"
version: "1"
document:
  title: "某办法"
objects: [county]
full: 5
sections:
  - name: "甲"
    sum: 5
    indicators:
"""
ROW = """\
      - id: A-1
        name: "一"
        weight: 5
        cite: "第一条"
        text: "有得5分"
        reading: "有得5分"
        rule:
          kind: presence
"""
GOOD = HEAD + ROW


def faults(text: str) -> list[str]:
    reading = parse_scheme(text, "f")
    assert (reading.scheme is None) == bool(reading.faults)
    return [str(fault).removeprefix("f 第 ").replace(" 行：", ": ", 1) for fault in reading.faults]


def rule(block: str, weight: str = "5") -> str:
    body = GOOD.replace("weight: 5", f"weight: {weight}").replace("          kind: presence\n", "")
    return body + "".join(f"          {line}\n" for line in block.splitlines())


def test_a_small_scheme_of_ones_own_is_read() -> None:
    reading = parse_scheme(GOOD, "f")
    assert reading.faults == ()
    assert reading.scheme is not None
    assert [row.id for row in reading.scheme.indicators] == ["A-1"]
    assert len(reading.scheme.sha256) == 64


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("id: mine\n", "id: mine\nid: other\n", 3, "键 id 重复（第 2 行已有）"),
        ("        weight: 5\n", "        weight: 5\n        weight: 4\n", 16, "键 weight 重复"),
        ("full: 5", "ful: 5", 8, "不认识的词 ful，是不是 full？"),
        ("        reading:", "        readings:", 18, "是不是 reading？"),
        ("kind: presence", "kind: presense", 20, "不认识的 kind：presense，是不是 presence？"),
        ("version: \"1\"", "version: 1", 4, "请加引号"),
        ("version: \"1\"", "version: 07", 4, "请加引号"),
        ("name: \"一\"", "name: no", 14, "请加引号"),
        ("name: \"一\"", "name: 2022-11-03", 14, "请加引号"),
        ("name: \"一\"", "name: ~", 14, "请加引号"),
        ("id: A-1", "id: 07", 13, "请加引号"),
        ("text: \"有得5分\"", "text: 1e3", 17, "请加引号"),  # a text in YAML 1.1, a number in 1.2
        ("weight: 5", "weight: 07", 15, "weight 应为十进制数"),
        ("weight: 5", "weight: 5分", 15, "weight 应为十进制数"),
        ("weight: 5", "weight: .5", 15, "weight 应为十进制数"),
        ("weight: 5", "weight: 1_0", 15, "weight 应为十进制数"),
        ("weight: 5", "weight: .inf", 15, "weight 应为十进制数"),
        ("weight: 5", "weight: [5]", 15, "weight 应为单个值"),
        ("weight: 5", "weight: -5", 15, "分值为负的行应放在 role: penalty 的部分"),
        ("text: \"有得5分\"", "text: \"\"", 17, "text 不能为空"),
        ("        cite: \"第一条\"\n", "", 13, "缺少 cite"),
        ("objects: [county]", "objects: [country]", 7, "不认识的 objects：country"),
        ("objects: [county]", "objects: [county, county]", 7, "有重复"),
        ("format: chengjian.scheme/1", "format: chengjian.scheme/2", 1, "不认识的 format"),
        ("id: mine", "id: Mine!", 2, "id 只能由小写字母"),
        ("sum: 5", "sum: 6", 10, "“甲”各项之和为 5，与所写合计 6 不等"),
        ("full: 5", "full: 100", 1, "适用各项之和为 5，与满分 100 不等"),
        ("  title: \"某办法\"", "  title: \"某办法\"\n  date: 2022年", 7, "date 应为 2022-11-03 这样的日期"),
        ("name: \"自定方案\"", "name: &a \"自定方案\"", 3, "锚点"),
        ("name: \"自定方案\"", "name: !!python/none x", 3, "标签"),
        ("document:", "document: x\nnothing:", 5, "document 应为“键: 值”的对象"),
        ("    indicators:\n", "    indicators: []\n    rows:\n", 12, "indicators 应为对象的列表"),
        ("full: 5", "full: 5\ncombination: ledger", 20, "台账方案"),
        ("full: 5", "full: 100\ncombination: mean", 14, "每项的分值都应等于满分"),
        ("full: 5", "combination: mean", 1, "取平均的方案须写满分"),
    ],
)  # fmt: skip
def test_a_fault_is_said_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in GOOD
    found = faults(GOOD.replace(old, new, 1))
    assert any(fault.startswith(f"{line}: ") and said in fault for fault in found), found


@pytest.mark.parametrize(
    ("block", "weight", "said"),
    [
        ("kind: per_item_add", "5", "缺少 step"),
        ("kind: per_item_add\nstep: 1\nsteps: {a: 1}", "5", "step 与 steps 只能写一个"),
        ("kind: per_item_add\nstep: 1\ncap: 4", "5", "A-1 最多只能得 4 分，低于分值 5"),
        ("kind: per_item_add\nstep: 1\ncap: 6", "5", "A-1 最多能得 6 分，高于分值 5"),
        ("kind: per_item_add\nstep: 1\nsteps: {}", "5", "step 与 steps 只能写一个"),
        ("kind: per_item_add\nsteps: {}", "5", "steps 不能为空"),
        ("kind: per_item_add\nsteps: [a]", "5", "steps 应为“名称: 值”的对象"),
        ("kind: per_item_add\nstep: -1", "5", "step 应在 0 到 … 之间"),
        ("kind: per_item_deduct\nstep: 1\nitems: {a: {step: 1}}", "5", "step 与 items 只能写一个"),
        ("kind: per_item_deduct\nitems: {a: {}}", "5", "缺少 step"),
        ("kind: per_item_deduct\nitems: {a: 1}", "5", "items 应为“名称: 对象”的对象"),
        ("kind: rate\nparts: {a: 0}", "5", "各比率的权重应大于 0"),
        ("kind: rate\nparts: {}", "5", "parts 不能为空"),
        ("kind: tiered", "5", "缺少 tiers"),
        ("kind: tiered\ntiers: [{label: a, points: 5}, {label: a, points: 1}]", "5", "有两档同名"),
        ("kind: tiered\ntiers: [{label: a, points: 4}]", "5", "最多只能得 4 分"),
        ("kind: tiered\nparts: {n: count}\ntiers: [{label: a, points: 5, when: {n: 1}}]", "5", "最后一档不应有条件"),
        (
            "kind: tiered\n"
            "parts: {n: count}\n"
            "tiers: [{label: a, points: 5}, {label: b, points: 0}]",
            "5",
            "没有条件的一档",
        ),
        (
            "kind: tiered\n"
            "parts: {n: count}\n"
            "tiers: [{label: a, points: 5, when: {m: 1}}, {label: b, points: 0}]",
            "5",
            "没有在 parts 中写明",
        ),
        ("kind: tiered\nparts: {n: counts}\ntiers: [{label: a, points: 5}]", "5", "parts.n 应为 flag 或 count"),
        (
            "kind: tiered\n"
            "parts: {n: flag}\n"
            "tiers: [{label: a, points: 5, when: {n: yes}}, {label: b, points: 0}]",
            "5",
            "应为 true 或 false",
        ),
        ("kind: checklist\nelements: {a: 2, b: 2}", "5", "各要素分值之和不等于本项分值 5"),
        ("kind: checklist\nall_or_nothing: true\nelements: [a, a]", "5", "elements 中有重复"),
        ("kind: checklist\nelements: [a, b]", "5", "elements 应为“名称: 值”的对象"),
        ("kind: interval_ranking\nbetter: lower", "5", "没有区间表"),
        ("kind: interval_ranking\nbands: [{share: 1}]", "5", "缺少 better"),
        ("kind: interval_ranking\nbetter: low\nbands: [{share: 1}]", "5", "是不是 lower？"),
        ("kind: interval_ranking\nbetter: lower\nbands: [{below: 0.5, share: 1}]", "5", "只有最后一档不写上界"),
        (
            "kind: interval_ranking\n"
            "better: lower\n"
            "bands: [{below: 0.5, share: 1}, {below: 0.4, share: 1}, {share: 0}]",
            "5",
            "逐档增大",
        ),
        ("kind: interval_ranking\nbetter: lower\nbands: [{share: 1.2}]", "5", "share 应在 0 到 1 之间"),
        ("kind: judged\nlow: 0\nhigh: 4", "5", "最多只能得 4 分"),
        ("kind: judged\nhigh: -1\nlow: 0", "5", "high 应在 0 到"),
        ("kind: judged\ndeductions: {points: 1}", "5", "扣分项不能叫 points"),
        ("kind: presence\nstep: 1", "5", "不认识的词 step"),
        ("kind: status_ledger", "5", "台账方案"),
    ],
)  # fmt: skip
def test_a_rule_that_is_wrong_is_said(block: str, weight: str, said: str) -> None:
    found = faults(rule(block, weight))
    assert any(said in fault for fault in found), found


def test_all_faults_are_said_at_once_and_in_order() -> None:
    text = (
        GOOD.replace('version: "1"', "version: no")
        .replace("weight: 5", "weight: 07")
        .replace("kind: presence", "kind: pressence")
    )
    text = text.replace("full: 5", "full: 5\nfull: 6").replace('        cite: "第一条"\n', "")
    lines = [int(fault.split(":")[0]) for fault in faults(text)]
    assert lines == sorted(lines)
    assert lines == [4, 9, 14, 16, 20]  # version, doubled full, no cite (said at its row), weight, kind


SECOND = """\
  - name: "乙"
    sum: 7
    indicators:
""" + ROW.replace("A-1", "B-1")


def test_sums_are_said_beside_other_faults() -> None:
    """A doubled key, an unknown rule, a bare 07 and `no` do not hide a wrong sum or a low cap elsewhere."""
    text = GOOD.replace("weight: 5", "weight: 5\n        weight: 6").replace('name: "一"', "name: no")
    text = text.replace("kind: presence", "kind: presense").replace('title: "某办法"', "title: 07")
    capped = SECOND.replace("kind: presence", "kind: per_item_add\n          step: 1\n          cap: 2")
    found = faults(text + capped)
    for said in (
        "07",
        "no 会被",
        "键 weight 重复",
        "presense",
        "“乙”各项之和为 5，与所写合计 7 不等",
        "B-1 最多只能得 2 分",
    ):
        assert any(said in fault for fault in found), (said, found)
    assert len(found) == 6, found  # and nothing that follows from what could not be read


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("weight: 5", "weight: five"),  # the sum of 甲 and the full marks cannot be known
        ("        weight: 5\n", ""),
        ("    sum: 5", "    sum: five"),
        ("full: 5", "combination: summ\nfull: 9"),
        ("objects: [county]\nfull: 5", "objects: [县]\nfull: 9"),
    ],
)
def test_no_sum_is_said_of_what_could_not_be_read(old: str, new: str) -> None:
    (fault,) = faults(GOOD.replace(old, new, 1))
    assert "不等" not in fault


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a:\n\tb: 1\n", "缩进不能用制表符|不能开头"),
        ("a: [1, 2\n", "没有闭合"),
        ('a: "x\n', "没有闭合"),
        ("a: b: c\n", "此处不应有冒号"),
        ("a:\n  b: 1\n c: 2\n", "缩进"),
        ('a: "\\q"\n', "反斜杠"),
    ],
)
def test_what_is_no_yaml_is_explained_in_chinese(text: str, said: str) -> None:
    """A credit office reads no English: the line and what to look for."""
    (fault,) = faults(text)
    explained = fault.partition("不是合法的 YAML：")[2]
    assert re.search(said, explained), fault
    assert not re.search("[a-z]{4}", explained), fault


def test_a_contradiction_that_the_scheme_admits_is_a_remark() -> None:
    text = rule("kind: per_item_add\nstep: 1\ncap: 4").replace(
        "        rule:", '        conflict: "文件如此"\n        rule:'
    )
    reading = parse_scheme(text, "f")
    assert reading.faults == ()
    assert "文件如此" in str(reading.remarks[0])


@pytest.mark.parametrize(
    ("rule_", "over_time", "said"),
    [
        ("kind: presence", "sum", "不能相加"),
        ("kind: rate", "sum", "有上限的数"),
        ("kind: absence", "mean", "不能平均"),
        ("kind: absence", "middle", "不认识的 over_time"),
        ("kind: absence", "sum", None),
        ("kind: rate", "mean", None),
        ("kind: presence", "last", None),
    ],
)
def test_parts_of_a_period_are_put_together_only_where_that_means_something(
    rule_: str, over_time: str, said: str | None
) -> None:
    text = GOOD.replace("kind: presence", rule_).replace(
        "        rule:", f"        over_time: {over_time}\n        rule:"
    )
    found = faults(text)
    assert found == [] if said is None else said in found[0], found


def test_a_value_that_is_carried_over_needs_the_words_of_the_document() -> None:
    text = GOOD.replace("        rule:", "        valid_months: 12\n        rule:")
    (fault,) = faults(text)
    assert "carry_over" in fault
    assert faults(text.replace("valid_months: 12", 'valid_months: 12\n        carry_over: "有效一年"')) == []


def test_two_rows_with_one_id_are_refused() -> None:
    found = faults(GOOD + ROW)
    assert any("指标 A-1 重复（第 13 行已有）" in fault and fault.startswith("21: ") for fault in found), found


def test_a_lost_row_is_remarked() -> None:
    text = GOOD.replace("kind: presence", "kind: judged").replace("        rule:", "        lost: true\n        rule:")
    (remark,) = parse_scheme(text, "f").remarks
    assert "原文丢失" in str(remark)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "空的"),
        ("\n# nothing\n", "空的"),
        ("- a\n- b\n", "最外层应为"),
        ("a: [1, 2\n", "不是合法的 YAML"),
        ('a: "x\n', "不是合法的 YAML"),
        ("\ta: 1\n", "不是合法的 YAML"),
        ("a: \x07\n", "不是合法的 YAML"),
        ("a: 1\n---\nb: 2\n", "只能有一个 YAML 文档"),
        ("a: " + "[" * 60 + "]" * 60, "嵌套超过"),
        ("a: &x [1]\nb: *x\n", "别名"),
        ("? [1]\n: 2\n", "键应为文字"),
        ("a: " + "x" * 2_000_001, "文件过大"),
        ("%YAML 9.0\n---\na: 1\n", None),
    ],
)
def test_text_that_is_no_scheme_is_refused_without_a_crash(text: str, said: str | None) -> None:
    found = faults(text)
    assert found
    assert said is None or any(said in fault for fault in found), found


def test_an_overlay_changes_what_it_names_and_nothing_else(scheme: Any) -> None:
    text, _source = scheme_text("nanyang-county")
    overlay = "indicators:\n  NYC-14: {rule: {cap: 4}}\nbands:\n  - {share: 1}\n"
    reading = parse_scheme(text, "nanyang-county.yml", overlay)
    assert reading.scheme is not None
    old = {row.id: row for row in scheme("nanyang-county").indicators}
    changed = {row.id for row in reading.scheme.indicators if row.rule != old[row.id].rule}
    assert changed == {"NYC-14", *(row.id for row in old.values() if row.rule.ranked is not None)}
    assert reading.scheme.sha256 != scheme("nanyang-county").sha256


@pytest.mark.parametrize(
    ("overlay", "line", "said"),
    [
        ("indicators:\n  NYC-99: {weight: 1}\n", 2, "方案中没有指标 NYC-99"),
        ("indicators:\n  NYC-14: {rule: {cap: 四}}\n", 2, "应为十进制数"),
        ("indicators: [NYC-14]\n", 1, "indicators 应为"),
        ("bandz: []\n", 1, "不认识的词 bandz"),
        ("indicators:\n  NYC-14: 4\n", 2, "方案中没有指标 NYC-14"),
        ("indicators:\n  NYC-13: {rule: {kind: judged, step: 1}}\n", 2, "不认识的词 step"),
    ],
)
def test_an_overlay_that_is_wrong_is_said_with_its_own_file_and_line(overlay: str, line: int, said: str) -> None:
    reading = parse_scheme(scheme_text("nanyang-county")[0], "nanyang-county.yml", overlay, "what.yml")
    assert any(str(fault).startswith(f"what.yml 第 {line} 行") and said in str(fault) for fault in reading.faults), (
        reading.faults
    )
