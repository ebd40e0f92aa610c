"""``chengjian read``: the document of CONTRACTS §1b, from files, with the exit statuses of the contract."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from chengjian.cli import main
from tests.extract.reading import column, listed

ROWS = listed(
    ("关于第一批重点事项的公示", "./202611/t20261103_1.html", "11-03"), ("关于第二批重点事项的公示", "b.html", "10-01")
)
URL = "http://www.fangcheng.gov.cn/zwgk/tzgg/"

# CONTRACTS §1b, as far as it binds values; the shared schema is used where it is there.
_DAY = {"type": ["string", "null"], "pattern": r"^\d{4}-\d{2}-\d{2}$"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": [
        *("schema", "url", "charset", "title", "kind", "verdict", "redirect", "needs_browser", "items", "newest"),
        *(
            "published",
            "pager_pages",
            "links",
            "power_list_link",
            "disclosure_guide_link",
            "integrity_commitment",
            "because",
        ),
    ],
    "properties": {
        "schema": {"const": "chengjian.page/1"},
        "newest": _DAY,
        "published": _DAY,
        "links": {"type": "integer", "minimum": 0},
        "pager_pages": {"type": ["integer", "null"]},
        "because": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["title", "url", "date", "date_from"],
                "properties": {
                    "date": _DAY,
                    "date_from": {"enum": ["list", "address", "title_attribute", "script", "data", None]},
                },
            },
        },
    },
}
SHARED_SCHEMA = Path(__file__).resolve().parents[3] / "shared" / "contracts" / "page.schema.json"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_bytes(column(ROWS).encode())
    return path


def document(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    jsonschema.validate(found, SCHEMA)
    if SHARED_SCHEMA.is_file():
        jsonschema.validate(found, json.loads(SHARED_SCHEMA.read_text(encoding="utf-8")))
    return found


def test_one_page_in_one_document_out(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(page), "--url", URL, "--as-of", "2026-11-21"]) in (0, None)
    found = document(capsys.readouterr().out)
    assert (found["kind"], found["verdict"], found["newest"], len(found["items"])) == ("list", "ok", "2026-11-03", 2)
    assert found["items"][0]["url"] == URL + "202611/t20261103_1.html"
    assert found["charset"] == "utf-8"


def test_the_document_goes_into_a_file_and_the_reasons_to_the_reader(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["read", str(page), "--as-of", "2026-11-21", "--json", str(tmp_path / "out.json")])
    found = document((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert found["url"] is None
    assert capsys.readouterr().out.splitlines() == found["because"]


@pytest.mark.parametrize(
    "headers",
    ["HTTP/1.1 521 x\r\nX-Via-JSL: abc\r\nContent-Type: text/html\r\n", '{"X-Via-JSL": "abc"}'],
    ids=["lines", "json"],
)
def test_status_and_headers_of_the_response_count(
    headers: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "h").write_text(headers, encoding="utf-8")
    (tmp_path / "p").write_bytes(b"<html></html>")
    status = [] if headers.startswith("HTTP") else ["--status", "521"]
    main(["read", str(tmp_path / "p"), "--headers", str(tmp_path / "h"), *status, "--json", "-"])
    assert document(capsys.readouterr().out)["verdict"] == "challenge"


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing.html"],
        ["{page}", "--as-of", "gestern"],
        ["{page}", "--url", "ftp://x/"],
        ["{page}", "--status", "7"],
        ["{page}", "--headers", "missing"],
        ["{folder}"],
        [],
    ],
)
def test_a_wrong_call_is_one_line_and_status_2(
    arguments: list[str], page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled = [a.format(page=page, folder=page.parent) for a in arguments]
    assert main(["read", *filled]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1


def test_the_program_itself_reads_a_page(page: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from chengjian.cli import main; sys.exit(main(sys.argv[1:]))",
            "read",
            str(page),
        ],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
    document(done.stdout)
