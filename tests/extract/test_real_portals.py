"""The reader against the labels of real pages (shared/portals), not part of the project: at least 95 % a field."""

import json
import os
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from extract.reader import Reader
from records.page import PageReading

SHARED = Path(os.environ.get("CHENGJIAN_SHARED", Path(__file__).resolve().parents[3] / "shared"))
PORTALS = SHARED / "portals"
KINDS = {
    "js_redirect": "redirect",
    "js_list": "list",
    "json_api": "list",
    "waf_challenge": "error",
    "error_soft404": "error",
    "default_server": "error",
    "maintenance": "error",
}
VERDICTS = {
    "waf_challenge": {"challenge", "waf"},
    "error_soft404": {"soft_404"},
    "default_server": {"default_server"},
    "maintenance": {"maintenance"},
}
FLOOR = 0.95

pytestmark = pytest.mark.skipif(not PORTALS.is_dir(), reason=f"no real pages at {PORTALS}")


def compared(label: dict[str, Any], reading: PageReading) -> dict[str, tuple[Any, set[Any]]]:
    """For each field what was read and what would be right."""
    kind = label["page_kind"]
    hijacked = "hijacked" in (label.get("verdict") or "")
    fields: dict[str, tuple[Any, set[Any]]] = {
        "kind": (reading.kind.value, {KINDS.get(kind, kind)}),
        "verdict": (reading.verdict.value, VERDICTS.get(kind, {"hijacked"} if hijacked else {"ok"})),
        "power_list_link": (reading.power_list_link, {label["has_power_list_link"]}),
        "disclosure_guide_link": (reading.disclosure_guide_link, {label["has_disclosure_guide_link"]}),
        "integrity_commitment": (reading.integrity_commitment, {label["has_credit_commitment"]}),
        "redirect": (reading.kind.value == "redirect", {kind == "js_redirect"}),
    }
    if "newest_date" in label:
        fields["newest"] = (reading.newest.isoformat() if reading.newest else None, {label["newest_date"]})
    if label.get("n_items") is not None:
        fields["items"] = (len(reading.items), {label["n_items"]})
    if "publish_date" in label:
        fields["published"] = (reading.published.isoformat() if reading.published else None, {label["publish_date"]})
    return fields


def test_labels_of_real_pages_are_met() -> None:
    reader = Reader(date(2026, 11, 21))
    right: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    misses: list[str] = []
    for line in (PORTALS / "INDEX.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        reading = reader.read((PORTALS / label["file"]).read_bytes(), url=None)
        for field, (got, wanted) in compared(label, reading).items():
            total[field] += 1
            right[field] += got in wanted
            if got not in wanted:
                misses.append(f"{label['file']} {field}: {got!r}, label {wanted!r}")
    print(*misses, sep="\n")  # noqa: T201 - the misses are what one wants to see when this fails
    assert total
    assert {field: right[field] / total[field] for field in total if right[field] < FLOOR * total[field]} == {}


def test_every_page_of_the_mirrors_can_be_read() -> None:
    mirrors = SHARED / "mirrors"
    if not mirrors.is_dir():
        pytest.skip(f"no mirrors at {mirrors}")
    reader = Reader(date(2021, 1, 10))
    pages = [
        reader.read(path.read_bytes(), url=f"http://www.mirror.gov.cn/{path.relative_to(mirrors)}")
        for path in sorted(mirrors.rglob("*.html"))
    ]
    assert len(pages) > 500
    assert {page.verdict.value for page in pages} == {"ok"}, "two healthy sites: nothing on them is refused or gone"
    lists = [page for page in pages if page.kind.value == "list" and page.items]
    dated = [page for page in lists if page.newest is not None]
    assert len(dated) >= 0.95 * len(lists)
    articles = [page for page in pages if page.kind.value == "article"]
    assert sum(1 for page in articles if page.published) >= 0.95 * len(articles)
