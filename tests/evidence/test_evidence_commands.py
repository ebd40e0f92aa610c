"""`chengjian verify` and `chengjian evidence` as an operator calls them: exit statuses, one line for each thing."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chengjian.cli import main
from storage.database import open_database
from tests.evidence.evidence_builder import Watch, broken

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """The data folder of an operator with two nights in it."""
    monkeypatch.setenv("CHENGJIAN_HOME", str(tmp_path))
    engine = open_database(f"sqlite:///{tmp_path / 'chengjian.sqlite3'}")
    made = Watch(engine, tmp_path / "evidence")
    made.two_nights()
    yield made
    engine.dispose()


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(list(words))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_all_fits(home: Watch, call: Call) -> None:
    status, out, err = call("verify")
    assert (status, err) == (0, "")
    assert "全部相符" in out
    assert home.chain.ledger().head in out


def test_what_does_not_fit_is_named_and_the_status_says_so(home: Watch, call: Call) -> None:
    path = next(home.root.rglob("*.warc.gz"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    for words in (("verify",), ("verify", "--offline"), ("verify", "--evidence", str(home.root))):
        status, out, err = call(*words)
        assert status == 1
        assert path.name in err.splitlines()[0]
        assert "第一处" in out
    status, out, _ = call("verify", "--json")
    document = json.loads(out)
    assert (status, document["schema"], document["fits"]) == (1, "chengjian.verify/1", False)
    fault = document["faults"][0]
    assert fault["place"].endswith(path.name)
    assert fault["since"] in (1, 2)
    assert fault["expected"] != fault["found"]


def test_a_folder_alone_can_be_verified_without_making_a_database(
    home: Watch, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A third person has the folder and this program, and nothing else."""
    away = tmp_path / "away"
    monkeypatch.setenv("CHENGJIAN_HOME", str(away))
    status, out, _ = call("verify", "--evidence", str(home.root))
    assert status == 0
    assert "数据库记录" not in out
    assert not away.exists()


def test_the_head_of_a_report_is_checked(home: Watch, call: Call) -> None:
    head = home.chain.ledger().head
    assert call("verify", "--head", head.upper())[0] == 0
    assert call("verify", "--head", "0" * 64)[0] == 1
    status, _, err = call("verify", "--head", "abc")
    assert (status, err.count("\n")) == (2, 1)


def test_wrong_calls(home: Watch, call: Call, tmp_path: Path) -> None:
    for words in (
        ("verify", "--evidence", str(tmp_path / "none")),
        ("evidence", "purge", "--as-of", "soon"),
        ("evidence", "purge", "--as-of", "2999-01-01"),
        ("evidence", "purge", "--rules", str(tmp_path / "none.yml")),
        ("evidence", "melt"),
        ("evidence", "show", "--db", "mysql://x"),
    ):
        status, out, err = call(*words)
        assert (status, out) == (2, ""), words
        assert err.count("\n") == 1
        assert "Traceback" not in err


def test_seal_tells_what_it_sealed_and_what_was_altered_before(home: Watch, call: Call) -> None:
    assert call("evidence", "seal")[1] == "没有需要封存的新证据\n"
    home.audit("liuwan", broken("liuwan"))
    path = next(home.root.glob("*liuwan*4/*.warc.gz"))
    path.write_bytes(b"x")
    status, out, err = call("evidence", "seal")
    assert status == 1
    assert "证据清单 3" in out
    assert path.name in err


def test_sealing_over_a_broken_chain_is_refused_in_one_line(home: Watch, call: Call) -> None:
    manifest = home.root / "manifests" / "000002.json"
    os.chmod(manifest, 0o644)
    manifest.write_bytes(manifest.read_bytes()[:100])
    home.audit("liuwan")
    status, out, err = call("evidence", "seal")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "chengjian verify" in err


def test_show_tells_sizes_and_terms(home: Watch, call: Call) -> None:
    status, out, _ = call("evidence", "show")
    assert status == 0
    assert "WARC 2 个" in out
    assert home.chain.ledger().head in out
    document = json.loads(call("evidence", "show", "--json")[1])
    assert document["kinds"]["warc"]["files"] == 2
    assert (document["manifests"], document["unsealed"], document["due"]["batches"]) == (2, 0, 0)


def test_purge_as_a_trial_lists_and_leaves(home: Watch, call: Call) -> None:
    status, out, _ = call("evidence", "purge", "--dry-run", "--as-of", "2999-01-01", "--json")
    document = json.loads(out)
    assert (status, document["dry_run"], document["head"]) == (0, True, None)
    assert [one["audit"] for one in document["due"]] == [1]
    assert home.verify().fits
