"""The document ``chengjian.page/1`` of CONTRACTS §1b, made of one reading."""

from typing import Any

from records.page import Item, PageReading


def page_document(reading: PageReading) -> dict[str, Any]:
    """A mapping that JSON can hold, with the fields of the contract and none that are null there by type."""
    return {
        "schema": "chengjian.page/1",
        "url": reading.url,
        "charset": reading.charset,
        "title": reading.title,
        "kind": reading.kind.value,
        "verdict": reading.verdict.value,
        "sign": reading.sign,
        "redirect": reading.redirect,
        "needs_browser": reading.needs_browser,
        "items": [_item(item) for item in reading.items],
        "newest": reading.newest.isoformat() if reading.newest else None,
        "published": reading.published.isoformat() if reading.published else None,
        "pager_pages": reading.pager.pages if reading.pager else None,
        "links": len(reading.links),
        "power_list_link": reading.power_list_link,
        "disclosure_guide_link": reading.disclosure_guide_link,
        "integrity_commitment": reading.integrity_commitment,
        "name": reading.name,
        "breadcrumb": list(reading.breadcrumb),
        "says_empty": reading.says_empty,
        "because": list(reading.because),
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "title": item.title,
        "url": item.url,
        "date": item.date.isoformat() if item.date else None,
        "date_from": item.date_from.value if item.date_from else None,
        "pinned": item.pinned,
    }
