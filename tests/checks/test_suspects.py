"""What is asked again, and which nonsense is asked for."""

import pytest

from checks.suspects import families_to_probe, impossible_address, suspects
from extract.addresses import family_of
from records.verdicts import FetchError, LinkKind, Outcome, PageKind, PageVerdict
from tests.checks.site_builder import (
    SITE,
    first_look,
    home,
    items,
    later_look,
    look,
    page,
    site,
    target,
)

HOST = "www.example.gov.cn"


def test_what_failed_is_asked_again_and_what_refused_is_not() -> None:
    again = [
        target("gone.html", first_look(404)),
        target("slow.html", first_look(error=FetchError.TIMEOUT)),
        target("crash.html", first_look(500)),
        target("soft.html", first_look(200, page_verdict=PageVerdict.SOFT_404)),
        target("spam.html", first_look(200, page_verdict=PageVerdict.HIJACKED)),
        target("a.pdf", first_look(200, file_type="html"), kind=LinkKind.ATTACHMENT),
        target("head.pdf", first_look(404, method="HEAD"), kind=LinkKind.ATTACHMENT),
        target("http://no.such.invalid/", first_look(error=FetchError.DNS)),
    ]
    left = [
        target("ok.html", first_look(200)),
        target("wall.html", first_look(403)),
        target("mixed.html", first_look(404), first_look(403)),
        target("js.html", first_look(412, page_verdict=PageVerdict.CHALLENGE)),
        target("big.zip", first_look(error=FetchError.TOO_LARGE)),
        target("retried.html", first_look(500), first_look(200)),
        target("done.html", first_look(404), later_look(404)),
        target("never.html", outcome=Outcome.NOT_REACHED),
    ]
    found = suspects(site([home()], [*left, *again]))
    assert {fact.url for fact in found} == {fact.url for fact in again}


def test_ours_are_asked_first() -> None:
    found = suspects(site([home()], [target("http://a.cn/x", first_look(404)), target("b.html", first_look(404))]))
    assert [fact.target.internal for fact in found] == [True, False]


def families(*pages: object) -> tuple[tuple[str, str], ...]:
    return families_to_probe(site([home(), *pages]))  # type: ignore[list-item]


def test_the_root_of_each_host_is_always_asked() -> None:
    assert families() == ((HOST, "/*"),)


@pytest.mark.parametrize(
    ("candidate", "asked"),
    [
        (page("zwgk/1.html", PageKind.ERROR, look=look("提示", "出错")), True),
        (page("zwgk/1.html", PageKind.OTHER, look=look("提示", "出错")), True),
        (page("zwgk/1.html", PageKind.ARTICLE, verdict=PageVerdict.SOFT_404, body_length=900), True),
        (page("zwgk/1.html", PageKind.ARTICLE, final_url=SITE, body_length=900), True),
        (page("zwgk/1.html", PageKind.ARTICLE, body_length=900), False),
        (page("zwgk/1.html", PageKind.OTHER, body_length=599), True),
        (page("zwgk/1.html", PageKind.OTHER, body_length=600), False),
        (page("zwgk/1.html", PageKind.LIST, items=items("2026-01-01")), False),
    ],
)
def test_a_family_is_asked_where_a_page_of_it_may_be_an_error_in_disguise(candidate: object, asked: bool) -> None:
    assert ((HOST, "/zwgk/*.html") in families(candidate)) is asked


def test_a_text_that_several_addresses_share_is_suspicious() -> None:
    same = look("栏目", "同样的内容" * 200)
    pages = [page(f"zwgk/{n}.html", PageKind.ARTICLE, body_length=900, look=same) for n in range(3)]
    assert (HOST, "/zwgk/*.html") in families(*pages)
    assert (HOST, "/zwgk/*.html") not in families(*pages[:2])


def test_the_number_of_probes_is_bounded() -> None:
    pages = [page(f"dir{chr(97 + n % 26)}{chr(97 + n // 26)}/1.html", PageKind.ERROR) for n in range(200)]
    assert len(families(*pages)) <= 25


@pytest.mark.parametrize(
    "url",
    [
        "http://h/zwgk/t20260101_1.html",
        "http://h/",
        "http://h/zwgk/",
        "http://h/art/2026/1/2/art_1_2.html",
        "http://h/view.asp?id=3",
        "http://h/x1/y/list.jsp?catid=3&page=2",
        "http://h/about",
    ],
)
def test_an_impossible_address_is_of_its_family_and_like_no_other(url: str) -> None:
    family = family_of(url)
    made = impossible_address("h:8080", family, "zz3f9a")
    assert made.startswith("http://h:8080/")
    assert "*" not in made
    assert made != impossible_address("h:8080", family, "zz3f9b")
    if family != "/*/":
        assert family_of(made).rpartition("/")[2] == family.rpartition("/")[2]


def test_parameters_get_numbers_because_words_crash_programs() -> None:
    made = impossible_address("h", "/view.asp?id=*", "zz3f9a")
    assert made.rpartition("=")[2].isdigit()
    assert impossible_address("h", "/*", "zz3f9a", scheme="https") == "https://h/zz3f9a"
