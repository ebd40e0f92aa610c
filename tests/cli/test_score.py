"""`chengjian score` and `chengjian scheme`: the contract's document, exit statuses, one line for each fault."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from chengjian.cli import main
from tests.program import Called, called

Run = Callable[..., Called]
UNITS: list[dict[str, Any]] = [
    {
        "id": "fangcheng",
        "name": "方城县",
        "kind": "county",
        "values": {"NYC-01": True, "NYC-13": 12, "NYC-06": 0.004},
        "flags": ["enforcement_listed"],
        "sources": {"NYC-13": "方城县填报 2026-11-03，附件 sha256:3f1c"},
    },
    {"id": "sheqi", "name": "社旗县", "kind": "county", "values": {"NYC-01": False, "NYC-06": 0.2, "NYC-14": 8}},
]


OWN = """\
format: chengjian.scheme/1
id: own
name: 自定
version: "1"
document: {title: 某办法}
full: 5
sections:
  - name: 甲
    indicators:
      - {id: A-1, name: 一, weight: 5, cite: 第一条, text: 有得5分, reading: 同上, rule: {kind: presence}}
"""


@pytest.fixture
def shared() -> Path:
    folder = Path(os.environ.get("CHENGJIAN_SHARED", Path(__file__).parents[3] / "shared"))
    if not folder.is_dir():
        pytest.skip(f"the shared folder {folder} is not there")
    return folder


@pytest.fixture
def run() -> Run:
    return called


@pytest.fixture
def values(tmp_path: Path) -> Callable[..., Path]:
    def written(units: object = UNITS, scheme: str = "nanyang-county", **more: object) -> Path:
        document = {"schema": "chengjian.values/1", "scheme": scheme, "period": "2026", "units": units} | more
        path = tmp_path / "values.json"
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        return path

    return written


def test_the_document_of_the_contract_and_nothing_else_on_standard_output(run: Run, values: Any) -> None:
    result = run("score", "--scheme", "nanyang-county", "--values", values(), "--json", "-")
    assert result.exit_code == 0
    assert result.stderr == ""
    document = json.loads(result.stdout)
    assert document["schema"] == "chengjian.scores/1"
    first, second = document["units"]
    assert (first["id"], first["total"], first["full"], first["rank"]) == ("fangcheng", "8.20", "100.00", 1)
    assert first["pending_points"] == "90.00"  # 100 − 2 − 3 − 5
    assert (second["total"], second["rank"]) == ("4.00", 2)
    assert first["indicators"][0] == {
        "id": "NYC-01", "points": "2.00", "full": "2.00", "state": "scored", "because": "有，得满分 2 分", "value": True
    }  # fmt: skip
    assert [row["id"] for row in first["indicators"] if "source" in row] == ["NYC-13"]
    assert first["range"] == {
        "low": "15.80",
        "high": "97.20",
    }  # NYC-14 cannot pass 3; open ranked rows earn at least 20 %
    assert any(entry["indicator"] == "NYC-14" for entry in document["assumptions"])


def test_every_scheme_answers_in_the_shape_of_the_schema(run: Run, values: Any, tmp_path: Path, shared: Path) -> None:
    schema = json.loads((shared / "contracts" / "scores.schema.json").read_text(encoding="utf-8"))
    kinds = ["county", "department", "department_a", "department_b", "town"]
    some = {"jiaxian": {"JX-01": {"status": "done"}}, "jiyuan": {"JY-30": -2.5}, "huaian": {"HA-1.3": True}}
    for name in ("nanyang-county", "nanyang-department", "jiyuan", "huaian", "nanyang-2020", "jiaxian"):
        units = [{"id": k, "kind": k, "values": some.get(name, {}), "flags": ["serious"]} for k in kinds]
        out = tmp_path / "scores.json"
        result = run("score", "--scheme", name, "--values", values(units, name), "--json", out)
        assert result.exit_code == 0, result.stderr
        document = json.loads(out.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator(schema).validate(document)
        assert [unit["id"] for unit in document["units"]] == kinds


def test_the_same_inputs_give_the_same_bytes(run: Run, values: Any) -> None:
    arguments = ("score", "--scheme", "nanyang-county", "--values", values(), "--json", "-")
    assert run(*arguments).stdout_bytes == run(*arguments).stdout_bytes


def test_values_from_standard_input_with_a_byte_order_mark(run: Run, values: Any) -> None:
    text = "\ufeff" + values().read_text(encoding="utf-8")
    result = run("score", "--scheme", "nanyang-county", "--values", "-", "--json", "-", stdin=text)
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)["units"]) == 2


def test_every_fault_is_one_line_and_nothing_is_scored(run: Run, values: Any, tmp_path: Path) -> None:
    bad = [
        {"id": "fangcheng", "kind": "county", "values": {"NYC-01": 1, "NYC-77": 1}},
        {"id": "sheqi", "kind": "country", "values": {}},
    ]
    out = tmp_path / "scores.json"
    result = run("score", "--scheme", "nanyang-county", "--values", values(bad), "--json", out)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert not out.exists()
    lines = result.stderr.splitlines()
    assert len(lines) == 3
    assert "单位 fangcheng · 指标 NYC-01：应为 true 或 false，得到 1" in lines[0]
    assert "单位 fangcheng · 指标 NYC-77：方案中没有这个指标" in lines[1]
    assert "单位 sheqi：不认识的 kind" in lines[2]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "不是合法的 JSON"),
        (b"{", "不是合法的 JSON"),
        ("{\"名\": 1}".encode("gb18030"), "不是 UTF-8"),
        (b"\xff\xfe{\x00}\x00", "不是 UTF-8"),
        (b"PK\x03\x04\x00\xfb", "不是 UTF-8"),
        (b"[" * 200_000, "嵌套过深"),
        (b"id,name\n1,2\n", "不是合法的 JSON"),
    ],
)  # fmt: skip
def test_a_file_of_another_make_is_refused_in_one_line(run: Run, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "values.json"
    path.write_bytes(content)
    result = run("score", "--scheme", "nanyang-county", "--values", path)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert said in line


@pytest.mark.parametrize(
    ("scheme", "said"),
    [
        ("nanyang", "不认识的方案 'nanyang'"),
        ("../../etc/passwd", "不认识的方案"),
        ("missing.yml", "读不了方案文件"),
        ("", "不认识的方案"),
    ],
)
def test_an_unknown_scheme_is_refused(run: Run, values: Any, scheme: str, said: str) -> None:
    result = run("score", "--scheme", scheme, "--values", values())
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert said in line


def test_paths_that_cannot_be_read_or_written_are_said(run: Run, values: Any, tmp_path: Path) -> None:
    for arguments in (
        ("--values", tmp_path / "none.json"),
        ("--values", tmp_path),
        ("--values", values(), "--json", tmp_path),
        ("--values", values(), "--json", tmp_path / "no" / "folder.json"),
        ("--values", values(), "--what-if", tmp_path / "none.yml"),
        ("--values", values(), "--explain", "nobody"),
        ("--values", values(), "--json", "-", "--explain", "fangcheng"),
    ):
        result = run("score", "--scheme", "nanyang-county", *arguments)
        assert result.exit_code == 2, arguments
        assert len(result.stderr.splitlines()) == 1
        assert result.stdout == ""


def test_the_table_prints_the_assumptions_and_the_range(run: Run, values: Any) -> None:
    result = run("score", "--scheme", "nanyang-county", "--values", values())
    assert result.exit_code == 0
    for part in (
        "方城县",
        "8.20",
        "15.80～97.20",
        "文件只写“区间排序赋分”",
        "满分3分",
        "enforcement_listed 在本方案中没有规定",
    ):
        assert part in result.stdout


def test_explain_walks_from_the_total_to_the_words_of_the_rule(run: Run, values: Any) -> None:
    result = run("score", "--scheme", "nanyang-county", "--values", values(), "--explain", "方城县")
    assert result.exit_code == 0
    for part in (
        "总分 8.20 / 100.00，同类第 1 名",
        "NYC-13 事前信用监管：1.20 / 3.00",
        "12×0.1 = 1.2 分（最高 3 分）",
        "取值来源：方城县填报 2026-11-03，附件 sha256:3f1c",
        "每1个领域行政许可事项清单得0.1分，最高得3分。",
        "市信用办提供尚未提供数据",
    ):
        assert part in result.stdout


def test_what_if_shows_whose_points_and_ranks_move(run: Run, values: Any, tmp_path: Path) -> None:
    overlay = tmp_path / "reading.yml"
    arguments = ("score", "--scheme", "nanyang-county", "--values", values(), "--what-if", overlay)
    overlay.write_text("indicators:\n  NYC-14: {rule: {cap: four}}\n  NYC-99: {}\n", encoding="utf-8")
    result = run(*arguments)
    assert result.exit_code == 2
    assert "reading.yml 第 2 行" in result.stderr
    assert "reading.yml 第 3 行：方案中没有指标 NYC-99" in result.stderr
    # bands that give nobody the full points contradict the weights: a supposition may, and it is said
    overlay.write_text("bands:\n  - {share: 0}\n", encoding="utf-8")
    result = run(*arguments)
    assert result.exit_code == 0
    assert "注意：假设的方案中 NYC-06 最多只能得 0 分，低于分值 5" in result.stdout
    overlay.write_text(
        "indicators:\n  NYC-14: {rule: {cap: 4}}\nbands:\n  - {below: 0.5, share: 1}\n  - {share: 0}\n",
        encoding="utf-8",
    )
    result = run(*arguments)
    assert result.exit_code == 0, result.stderr
    assert "2 个单位中 1 个有变动" in result.stdout
    assert "NYC-06 1.00→0.00、NYC-14 3.00→4.00" in result.stdout
    document = json.loads(run(*arguments, "--json", "-").stdout)
    assert document["units"][1]["total"] == "4.00"  # the scheme's own reading stays the answer
    (moved,) = document["what_if"]["units"]
    assert moved["id"] == "sheqi"
    assert moved["total"] == {"before": "4.00", "after": "4.00"}


def test_a_scheme_of_ones_own_is_scored_from_its_file(run: Run, values: Any, tmp_path: Path) -> None:
    path = tmp_path / "own.yml"
    path.write_text(OWN, encoding="utf-8")
    units = [{"id": "x", "kind": "town", "values": {"A-1": True}}]
    result = run("score", "--scheme", path, "--values", values(units, "own"), "--json", "-")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["units"][0]["total"] == "5.00"
    assert run("scheme", "check", path).exit_code == 0


def test_scheme_commands(run: Run, tmp_path: Path) -> None:
    assert run("scheme", "list").stdout.count("\n") == 6
    shown = run("scheme", "show", "jiyuan")
    assert shown.exit_code == 0
    for part in ("JY-35", "政务创新", "失信被执行人", "参与评价 3 年，保存 5 年"):
        assert part in shown.stdout
    checked = run("scheme", "check", "huaian")
    assert checked.exit_code == 0
    assert "原文丢失" in checked.stdout
    assert json.loads(run("scheme", "schema").stdout)["title"] == "诚鉴评价方案"
    assert run("scheme", "show", "nothing").exit_code == 2
    broken = tmp_path / "broken.yml"
    broken.write_text("id: 07\nid: x\nname: no\n", encoding="utf-8")
    result = run("scheme", "check", broken)
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    for part in ("第 1 行：id 应为文字", "第 2 行：键 id 重复", "第 3 行：name 应为文字"):
        assert part in result.stderr
    assert len(lines) >= 5
    assert all("第" in line for line in lines)


COMMAND = [sys.executable, "-c", "import sys; from chengjian.cli import main; sys.exit(main())"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_the_command_itself_says_in_one_line_that_its_output_cannot_be_written(values: Any) -> None:
    arguments = ["score", "--scheme", "nanyang-county", "--values", str(values()), "--json", "-"]
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run([*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
    assert result.returncode == 2
    (line,) = result.stderr.decode().splitlines()
    assert "写不了标准输出" in line


def test_the_command_itself_refuses_a_wrong_call(values: Any) -> None:
    for arguments in (["score", "--scheme", "nanyang-county"], ["scheme"], ["scheme", "show"]):
        result = subprocess.run([*COMMAND, *arguments], capture_output=True, check=False, timeout=60)
        assert result.returncode == 2
        assert result.stdout == b""
        assert len(result.stderr.decode().splitlines()) == 1


def test_the_librarys_complaint_is_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    """An option with two values that got one: the library's own English sentence never reaches a user."""
    assert main(["score", "--diff", "1"]) == 2
    assert capsys.readouterr().err == "chengjian: 选项 --diff 要写 2 个取值。用 chengjian --help 查看用法\n"
