"""``chengjian score`` through storage and ``chengjian findings``, as a user calls them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from records.verdicts import SiteVerdict
from tests.bridge.watch_builder import finding
from tests.program import Called, called
from tests.runs.run_builder import IDS, NAMES, Round, site

Run = Callable[..., Called]
STALE = finding("stale_column", site("liuwan") + "zwgk/tzgg/")


@pytest.fixture
def city(tmp_path: Path) -> str:
    units = [
        {"id": one, "name": name, "kind": "county", "portals": [{"url": site(one), "source": "S"}], "source": "S"}
        for one, name in zip(IDS, NAMES, strict=True)
    ]
    document = {
        "format": "chengjian.city/1", "id": "demo", "name": "示范市", "short_name": "示范", "province": "河南省",
        "code": "411300", "office": "示范市信用办", "sources": {"S": "测试"}, "units": units,
    }  # fmt: skip
    path = tmp_path / "units.yml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return str(path)


@pytest.fixture
def run(round_: Round, tmp_path: Path) -> Run:
    round_.audit("qinghe")
    round_.audit("liuwan", STALE)
    round_.audit("yantang", verdict=SiteVerdict.BLOCKED)
    database = f"sqlite:///{tmp_path / 'round.sqlite3'}"
    return lambda *words: called(*words, "--db", database)


@pytest.fixture
def made(run: Run, city: str) -> str:
    result = run("score", "--scheme", "nanyang-county", "--city", city, "--period", "2026")
    assert result.exit_code == 0, result.output
    return "1"


def document(result: Called) -> dict[str, object]:
    assert result.exit_code == 0, result.output
    read: dict[str, object] = json.loads(result.stdout)
    return read


def test_a_run_is_made_listed_opened_and_the_same(run: Run, city: str, made: str, tmp_path: Path) -> None:
    opened = run("score", "--run", made)
    assert "柳湾区" in opened.stdout
    assert "三种零" in opened.stdout
    again = run("score", "--scheme", "nanyang-county", "--city", city, "--period", "2026", "--json", "-")
    first = run("score", "--run", made, "--json", "-")
    one, other = document(first), document(again)
    assert one["units"] == other["units"]
    assert [one["run"]["result_sha256"]] == [other["run"]["result_sha256"]]  # type: ignore[index]
    assert len(run("score", "--runs").stdout.splitlines()) == 2


def test_explain_walks_to_the_evidence_in_text_and_json(run: Run, made: str) -> None:
    text = run("score", "--run", made, "--explain", "柳湾区").stdout
    assert STALE.id in text
    assert "最能提高得分的几项" in text
    told = document(run("score", "--run", made, "--explain", "liuwan", "--json", "-"))
    rows = {row["id"]: row for row in told["unit"]["indicators"]}  # type: ignore[index]
    assert rows["NYC-05"]["supplied"]["evidence"][0]["ref"] == STALE.id
    assert rows["NYC-05"]["rule_text"] == "监测到无法访问的网页(坏链)、月度没有更新的栏目，不得分。"


def test_the_values_of_a_run_can_be_scored_by_the_contract_call(run: Run, made: str, tmp_path: Path) -> None:
    out = tmp_path / "values.json"
    assert run("score", "--run", made, "--values-out", str(out)).exit_code == 0
    again = called("score", "--scheme", "nanyang-county", "--values", str(out), "--json", "-")
    one, other = json.loads(again.stdout), document(run("score", "--run", made, "--json", "-"))
    ranks = ("rank", "rank_because")  # a run ranks above its floor only; the contract's call ranks every total
    assert [{key: one for key, one in unit.items() if key not in ranks} for unit in one["units"]] == [
        {key: one for key, one in unit.items() if key not in ranks}
        for unit in other["units"]  # type: ignore[attr-defined]
    ]


def test_reviewing_a_finding_and_explaining_the_change(run: Run, city: str, made: str) -> None:
    """List, dismiss with a reason, score again: the difference names the evidence that is gone."""
    assert STALE.id in run("findings", "list").stdout
    refused = run("findings", "dismiss", STALE.id, "--by", "张三")
    assert refused.exit_code == 2
    assert "须写明理由" in refused.output
    done = run("findings", "dismiss", STALE.id, "--why", "栏目已停用", "--by", "张三")
    assert done.exit_code == 0
    assert STALE.id not in run("findings", "list", "--state", "open").stdout
    assert "栏目已停用" in run("findings", "show", STALE.id).stdout
    run("score", "--scheme", "nanyang-county", "--city", city, "--period", "2026")
    told = document(run("score", "--diff", made, "2", "--json", "-"))
    unit = next(unit for unit in told["units"] if unit["id"] == "liuwan")  # type: ignore[union-attr,attr-defined]
    assert (unit["difference"], unit["indicators"][0]["evidence"]) == ("2.00", "2.00")
    assert [trace["ref"] for trace in unit["indicators"][0]["gone"]] == [STALE.id]
    text = run("score", "--diff", made, "2").stdout
    assert "柳湾区：4.00 → 6.00（+2.00）" in text


def test_findings_as_json(run: Run) -> None:
    told = document(run("findings", "list", "--check", "stale_column", "--site", "liuwan", "--json"))
    assert [one["finding"]["id"] for one in told["findings"]] == [STALE.id]  # type: ignore[index,union-attr,attr-defined]
    assert document(run("findings", "list", "--state", "confirmed", "--json"))["findings"] == []


def test_tasks(run: Run, made: str) -> None:
    told = document(run("score", "--run", made, "--tasks", "--json", "-"))
    kinds = [task["kind"] for task in told["tasks"]]  # type: ignore[index,union-attr,attr-defined]
    assert kinds.count("suspicion") == 1
    assert "not_measured" in kinds


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("score",), "缺少选项 --scheme"),
        (("score", "--scheme", "nanyang-county"), "缺少选项 --values"),
        (("score", "--city", "nanyang"), "缺少 --scheme"),
        (("score", "--scheme", "jiyuan", "--city", "nanyang"), "缺少 --period"),
        (("score", "--scheme", "jiyuan", "--city", "nanyang", "--period", "今年"), "看不懂期间"),
        (("score", "--scheme", "jiyuan", "--city", "nowhere", "--period", "2026"), "不认识的城市"),
        (("score", "--run", "99"), "没有编号为"),
        (("score", "--run", "1", "--diff", "1", "2"), "只能用一个"),
        (("score", "--diff", "1", "99"), "没有编号为"),
        (("score", "--run", "1", "--explain", "谁"), "没有单位"),
        (("score", "--run", "1", "--explain", "liuwan", "--tasks"), "只能用一个"),
        (("score", "--run", "1", "--flag", "a=b"), "--flag 用于 --city"),
        (("score", "--run", "1", "--what-if", "x.yml"), "--what-if 用于值文件"),
        (("score", "--run", "1", "--values-out", "/nowhere/x.json"), "写不了"),
        (("findings", "show", "nothing"), "没有编号为"),
        (("findings", "confirm", "nothing", "--by", "我"), "没有编号为"),
        (("findings", "list", "--state", "x"), "不认识的状态"),
        (("findings", "list", "--check", "x"), "不认识的检查"),
    ],
)
def test_a_wrong_call_is_one_line_and_status_2(run: Run, made: str, words: tuple[str, ...], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_a_ledger_has_no_difference_but_has_runs(run: Run, city: str) -> None:
    for _ in range(2):
        assert run("score", "--scheme", "jiaxian", "--city", city, "--period", "2026").exit_code == 0
    result = run("score", "--diff", "1", "2")
    assert (result.exit_code, "台账" in result.stderr) == (2, True)


def test_two_schemes_cannot_be_subtracted(run: Run, city: str, made: str) -> None:
    run("score", "--scheme", "jiyuan", "--city", city, "--period", "2026")
    result = run("score", "--diff", made, "2")
    assert (result.exit_code, "不能比较" in result.stderr) == (2, True)
