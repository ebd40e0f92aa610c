"""What may be said of a dead address when the pages that linked to it are asked again."""

from collections.abc import Collection, Mapping

import pytest

from checks.withdrawn import LOOKS_EACH, withdrawn
from records.crawl import Referrer, ReferrerLook
from services.referring_pages import MOST, _next_pages

DEAD = "http://a.test/gone.html"


def look(page: str, *, standing: bool = False, gone: bool = False) -> ReferrerLook:
    return ReferrerLook(
        page,
        None,
        standing=(DEAD,) if standing else (),
        gone=(DEAD,) if gone else (),
        unsaid=() if standing or gone else (DEAD,),
    )


@pytest.mark.parametrize(
    ("looks", "left", "vanished", "doubted"),
    [
        ((), ("1",), False, False),
        ((look("1", gone=True),), (), True, False),  # its only page
        ((look("1", gone=True),), ("2",), False, False),  # another page, as the crawl read it
        ((look("1", gone=True), look("2")), ("2",), False, False),  # which failed tonight: nothing changes
        ((look("1", gone=True), look("2", standing=True)), ("2",), False, False),
        (tuple(look(str(n), gone=True) for n in range(LOOKS_EACH)), ("9",), False, True),  # enough to doubt it
        (tuple(look(str(n), gone=True) for n in range(LOOKS_EACH - 1)), ("9",), False, False),
        (tuple(look(str(n)) for n in range(LOOKS_EACH)), ("9",), False, False),  # failures are no absence
    ],
)
def test_only_pages_that_answered_take_an_accusation_back(
    looks: tuple[ReferrerLook, ...], left: tuple[str, ...], vanished: bool, doubted: bool
) -> None:
    """Gone from every page: nobody's fault any more.  Gone from as many as are asked: nobody is accused tonight."""

    def referrers(urls: Collection[str]) -> Mapping[str, tuple[Referrer, ...]]:
        return {url: tuple(Referrer(page, None) for page in left) for url in urls if left}

    said = withdrawn(looks, referrers)
    assert (DEAD in said.vanished, DEAD in said.doubted) == (vanished, doubted)


def test_as_few_pages_as_show_all_links_are_asked() -> None:
    """A page that carries many dead links is asked once for all of them, and none that was asked before."""
    waiting = {"x": ["1", "2"], "y": ["2", "3"], "z": ["2"]}
    assert _next_pages(waiting, []) == {"2": ("x", "y", "z")}
    failed = ReferrerLook("2", None, unsaid=("x", "y", "z"))
    assert _next_pages(waiting, [failed]) == {"1": ("x",), "3": ("y",)}
    shown = ReferrerLook("1", None, standing=("x",))
    assert _next_pages(waiting, [failed, shown]) == {"3": ("y",)}


def test_what_is_asked_again_has_bounds() -> None:
    """Three pages for a link, and so many requests for an audit: a portal with thousands of dead links is not walked
    a second time."""
    one = {"x": [str(n) for n in range(20)]}
    tried = [ReferrerLook(str(n), None, unsaid=("x",)) for n in range(LOOKS_EACH)]
    assert _next_pages(one, tried[:-1]) != {}
    assert _next_pages(one, tried) == {}
    many = {f"x{n}": [f"p{n}"] for n in range(MOST + 5)}
    assert len(_next_pages(many, [])) == MOST
