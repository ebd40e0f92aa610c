"""`chengjian classify` and `chengjian train` as a user runs them."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from chengjian.bootstrap_news import corpus_texts, packaged_model_text
from chengjian.cli import main

SHARED = Path(os.environ.get("CHENGJIAN_SHARED", Path(__file__).parents[3] / "shared"))
GUILTY = {"id": "n1", "title": "方城县住建局原局长张某接受审查调查", "text": "", "published_at": "2026-11-02"}


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: bytes
    stderr: bytes


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """The command in this process: what it reads, writes and returns."""

    def call(*arguments: str, given: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        status = main(arguments)
        sys.stdout.flush()
        out, told = capfdbinary.readouterr()
        return Done(status, out, told)

    return call


def lines(*items: Any) -> bytes:
    return b"".join(json.dumps(item, ensure_ascii=False).encode() + b"\n" for item in items)


def answers(done: Done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_one_line_out_for_each_line_in(run: Run, tmp_path: Path) -> None:
    """The contract of other programs: order, ids, a line for each line, and exit status 0."""
    file = tmp_path / "news.jsonl"
    file.write_bytes(lines(GUILTY, {"id": 7, "title": "县图书馆周末延长开放时间"}, {**GUILTY, "id": "n1"}))
    done = run("classify", str(file))
    assert (done.returncode, done.stderr) == (0, b"")
    out = answers(done)
    assert [one["id"] for one in out] == ["n1", 7, "n1"]
    assert [one["labels"]["misconduct"]["flag"] for one in out] == [True, False, True]
    assert out[0]["units"] == ["fangcheng"]
    assert out[0]["event"] == out[2]["event"]
    assert out[0]["labels"]["misconduct"]["because"]


def test_it_is_a_filter() -> None:
    """As the shell runs it: standard input to standard output, nothing else, exit status 1 for an unreadable line."""
    program = "import sys; from chengjian.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", program, "classify", "-"], input=lines(GUILTY) + b"x\n", capture_output=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert len(done.stdout.splitlines()) == 2


def test_answers_follow_the_schema(run: Run) -> None:
    """`contracts/news.schema.json` is what others build on."""
    schema = SHARED / "contracts" / "news.schema.json"
    if not schema.is_file():
        pytest.skip(f"没有共享资料 {schema}")
    validator = jsonschema.Draft202012Validator(json.loads(schema.read_text("utf-8")))
    done = run("classify", "-", given=lines(GUILTY, {"id": "x"}, "text", {**GUILTY, "text": 5}))
    assert done.returncode == 1
    out = answers(done)
    assert len(out) == 4
    for one in out:
        validator.validate(one)


BAD = (
    (b"{broken", "不是有效的 JSON（第 2 字符处有误）", None),
    (b'{"id": 12345678901234567890123, "title": "a"}', "数字过长", "1.2345678901234568e+22"),
    (b"[1, 2]", "不是 JSON 对象", None),
    (b'"words"', "不是 JSON 对象", None),
    (b'{"title": "x"}', "缺少编号", None),
    (b'{"id": null, "title": "x"}', "缺少编号", None),
    (b'{"id": {"a": 1}, "title": "x"}', "缺少编号", {"a": 1}),
    (b'{"id": "e"}', "都为空", "e"),
    (b'{"id": "e", "title": "  ", "text": ""}', "都为空", "e"),
    (b'{"id": "e", "title": 12}', "title 应为文字", "e"),
    (b'{"id": "e", "text": ["a"]}', "text 应为文字", "e"),
    (b'{"id": "e", "title": "\xff\xfe\xff"}', "编码", None),
    (b"", "空行", None),
)


@pytest.mark.parametrize(("line", "told", "item_id"), BAD)
def test_a_broken_line_among_good_ones(run: Run, line: bytes, told: str, item_id: Any) -> None:
    """It is refused in its place with one line that says why; the others are classified; exit status 1."""
    done = run("classify", "-", given=lines(GUILTY) + line + b"\n" + lines({**GUILTY, "id": "n3"}))
    assert (done.returncode, done.stderr) == (1, b"")
    out = answers(done)
    assert [one["id"] for one in out] == ["n1", item_id, "n3"]
    assert set(out[1]) == {"id", "error"}
    assert "第 2 行" in out[1]["error"]
    assert told in out[1]["error"]


DISGUISES = (
    ("traditional", {"title": "方城縣住建局原局長張某接受審查調查"}, "utf-8", b""),
    ("pinyin", {"title": "方城縣原局長張某嚴(yán)重違紀(jì)接受審查調查"}, "utf-8", b""),
    ("full width", {"title": "方城县住建局原局长张某受贿１２０万元获刑５年"}, "utf-8", b""),
    ("mark-up", {"title": "<b>方城县住建局</b>原局长<br/>张某接受审查调查"}, "utf-8", b""),
    ("text alone", {"title": "", "text": "方城县住建局原局长张某接受审查调查。"}, "utf-8", b""),
    ("title alone", {"text": None}, "utf-8", b""),
    ("emoji storm", {"text": "😡" * 5000 + "县纪委通报：局长张某接受审查调查" + "😡" * 5000}, "utf-8", b""),
    ("byte order mark", {}, "utf-8", b"\xef\xbb\xbf"),
    ("GBK file", {}, "gb18030", b""),
    ("UTF-16 file", {}, "utf-16", b""),
    ("two megabytes", {"text": "方城县住建局原局长张某接受审查调查。" * 110_000}, "utf-8", b""),
    ("no such day", {"published_at": "去年"}, "utf-8", b""),
)


@pytest.mark.parametrize(("what", "changes", "encoding", "mark"), DISGUISES, ids=[one[0] for one in DISGUISES])
def test_disguises_are_seen_through(run: Run, what: str, changes: dict[str, Any], encoding: str, mark: bytes) -> None:
    """The same accusation in another script, width, encoding or length is the same accusation."""
    body = mark + json.dumps({**GUILTY, **changes}, ensure_ascii=False).encode(encoding)
    done = run("classify", "-", given=body)
    assert (done.returncode, done.stderr) == (0, b"")
    (out,) = answers(done)
    assert out["labels"]["misconduct"]["flag"], what


def test_an_empty_file_has_no_lines(run: Run) -> None:
    """Nothing in, nothing out, and no complaint."""
    for given in (b"", b"\n", b"\xef\xbb\xbf\n"):
        done = run("classify", "-", given=given)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_higher_threshold_flags_less(run: Run) -> None:
    """An agency may ask for more certainty; what falls short goes to a person."""
    done = run("classify", "-", "--threshold", "misconduct=1", given=lines(GUILTY))
    label = answers(done)[0]["labels"]["misconduct"]
    assert (label["flag"], label["unsure"]) == (False, True)


def test_the_model_card_gives_figures_and_intervals(run: Run) -> None:
    """Each flag's precision and recall, measured on unseen items, with its interval and the corpus' hash."""
    done = run("classify", "--model-card")
    text = done.stdout.decode()
    assert done.returncode == 0
    assert json.loads(packaged_model_text())["corpus"] in text
    for name in ("公职人员违纪违法失信", "重大失信事件", "信用手段滥用", "公务员诚信教育", "失信专项治理"):
        (row,) = [line for line in text.splitlines() if line.startswith(name)]
        assert "准确率" in row
        assert "召回率" in row
        assert "–" in row


WRONG_CALLS = (
    (("classify",), "缺少参数"),
    (("classify", "/nonexistent/news.jsonl"), "找不到文件"),
    (("classify", "/"), "文件夹"),
    (("classify", "-", "--threshold", "2"), "超出范围"),
    (("classify", "-", "--threshold", "x"), "不是数字"),
    (("classify", "-", "--threshold", "nosuch=0.5"), "没有种类"),
    (("classify", "-", "--city", "nowhere"), "nowhere"),
    (("classify", "-", "--model", "/nonexistent/model.json"), "模型文件"),
    (("train", "--labels", "/nonexistent/labels.jsonl"), "标注文件"),
)


@pytest.mark.parametrize(("arguments", "told"), WRONG_CALLS)
def test_a_wrong_call_is_one_line(run: Run, arguments: tuple[str, ...], told: str) -> None:
    """Exit status 2 and what to do; never a traceback."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert told in done.stderr.decode()
    assert len(done.stderr.decode().splitlines()) == 1


def test_training_compares_before_it_replaces(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model as good as the one in use replaces it, whole, and classify prefers it from then on."""
    monkeypatch.setenv("CHENGJIAN_HOME", str(tmp_path))
    own = tmp_path / "news-model.json"
    assert run("train", "--force").returncode == 0  # the packaged model may be of an earlier corpus
    first = own.read_bytes()
    done = run("train")
    text = done.stdout.decode()
    assert done.returncode == 0, text
    assert "现用" in text
    assert "新训练" in text
    assert own.read_bytes() == first  # the same corpus gives the same model
    assert [path.name for path in tmp_path.iterdir()] == [own.name]
    fingerprint = json.loads(first)["corpus"]
    assert fingerprint in run("classify", "--model-card").stdout.decode()
    assert answers(run("classify", "-", given=lines(GUILTY)))[0]["labels"]["misconduct"]["flag"]


def test_poisoned_labels_do_not_replace_the_model(run: Run, tmp_path: Path) -> None:
    """An installation's wrong labels would turn the judge round: the held-out part notices."""
    labels = tmp_path / "labels.jsonl"
    rows = [json.loads(line) for text in corpus_texts().values() for line in text.splitlines()]
    turned = {"negative": "positive", "positive": "negative", "neutral": "negative"}
    poison = [
        {**row, "id": f"p{n}", "misconduct": not row["misconduct"], "sentiment": turned[row["sentiment"]]}
        for n, row in enumerate(rows)
    ]
    labels.write_bytes(lines(*poison))
    out = tmp_path / "model.json"
    done = run("train", "--labels", str(labels), "--out", str(out))
    assert done.returncode == 1
    assert "没有替换" in done.stdout.decode()
    assert not out.exists()


def test_the_check_names_bad_lines(run: Run, tmp_path: Path) -> None:
    """Who writes labels learns where the slip is; nothing is trained."""
    labels = tmp_path / "labels.jsonl"
    labels.write_text('{"id": "x"}\nno json\n', "utf-8")
    done = run("train", "--check", "--labels", str(labels))
    told = done.stderr.decode()
    assert done.returncode == 1
    assert f"{labels}:1" in told
    assert f"{labels}:2" in told
