"""External scripts read as pages: what they would write into the pages that hold them."""

from dataclasses import replace
from typing import Final
from urllib.parse import urljoin

from extract.addresses import extension_of
from records.page import Headers, PageReading
from records.verdicts import PageKind, PageVerdict

_LONGEST: Final = 300_000  # characters: a longer script is a program and no menu
_SOMEWHERE: Final = "page-that-holds-the-script"  # in the place of folders that are not known


def is_script(url: str | None, headers: Headers) -> bool:
    """By what the server says of it, else by its address."""
    return "javascript" in headers.get("content-type", "").lower() or (url is not None and extension_of(url) == "js")


def as_page(source: str) -> str:
    """Markup that holds the script and nothing else."""
    code = source.replace("</script", "<\\/script") if len(source) <= _LONGEST else ""
    return f"<html><body><script>{code}</script></body></html>"


def base_of(url: str | None) -> str | None:
    """An address from which relative ones are seen to be relative: they count from pages that are not known here."""
    return urljoin(url, f"/{'/'.join([_SOMEWHERE] * 4)}/") if url is not None else None


def of_script(reading: PageReading, url: str | None) -> PageReading:
    """The reading of a script: its links, its list, its signs; no verdict, no name, no way onward of its own."""
    listed = reading.kind is PageKind.LIST and reading.newest is not None
    items = tuple(item if _is_placed(item.url) else replace(item, url=None) for item in reading.items)
    return replace(
        reading,
        url=url,
        links=tuple(link for link in reading.links if _is_placed(link.url)),
        signs=tuple(sign if _is_placed(sign.url) else replace(sign, url=None) for sign in reading.signs),
        data_urls=tuple(one for one in reading.data_urls if _is_placed(one)),
        written_by=(),
        pager=None,
        kind=PageKind.LIST if listed else PageKind.OTHER,
        verdict=PageVerdict.OK,
        sign=None,
        redirect=None,
        needs_browser=False,
        items=items if listed else (),
        newest=reading.newest if listed else None,
        published=None,
        title=None,
        name=None,
        because=("这是一个脚本，读取的是它写入网页的内容",),
    )


def _is_placed(url: str | None) -> bool:
    return url is None or _SOMEWHERE not in url
