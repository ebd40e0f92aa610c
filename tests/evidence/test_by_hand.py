"""The check by hand that docs/evidence.md gives: it is run as it is written."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.evidence.evidence_builder import Watch

DOCUMENT = Path(__file__).parents[2] / "docs" / "evidence.md"


def check_by_hand(watch: Watch) -> str:
    """What the script of the document says, run beside the evidence folder."""
    if shutil.which("jq") is None:
        pytest.skip("jq is not installed")
    script = next(block for block in re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text("utf-8"), re.S))
    done = subprocess.run(["bash", "-c", script], cwd=watch.root.parent, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_a_whole_chain_says_its_head_and_nothing_is_broken(watch: Watch) -> None:
    watch.two_nights()
    said = check_by_hand(watch)
    assert watch.chain.ledger().head in said
    assert "broken" not in said
    assert "FAILED" not in said


@pytest.mark.parametrize(("name", "words"), [("*.warc.gz", "FAILED"), ("000001.json", "broken at 000002.json")])
def test_an_altered_file_is_said(watch: Watch, name: str, words: str) -> None:
    watch.two_nights()
    path = next(watch.root.rglob(name))
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"healthy", b"voided "))
    if name == "*.warc.gz":
        path.write_bytes(path.read_bytes()[:-1])
    assert words in check_by_hand(watch)
