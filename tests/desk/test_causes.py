"""What one mistake explains stands together; what merely looks alike does not."""

import pytest

from services.desk.causes import cause_of

SITE = "www.qinghe.test"


def key(check: str, subject: str, site: str = SITE) -> str:
    return cause_of(check, site, "青禾县", subject, f"{check} {subject}").key


@pytest.mark.parametrize(
    ("check", "one", "other", "same"),
    [
        ("broken_link", "http://www.qinghe.test/old/1.html", "http://www.qinghe.test/old/2.html", True),
        ("broken_link", "http://qinghe.test/old/1.html", "http://www.qinghe.test/old/2.html", True),
        ("broken_link", "http://www.qinghe.test/t2019/1.html", "http://www.qinghe.test/t2020/2.html", True),
        ("broken_link", "http://www.qinghe.test/old/1.html", "http://www.qinghe.test/new/1.html", False),
        ("broken_link", "http://gone.test/a", "http://gone.test/b/c", True),
        ("broken_link", "http://gone.test/a", "http://other.test/a", False),
        ("stale_column", "http://www.qinghe.test/zwgk/a/", "http://www.qinghe.test/zwgk/b/", True),
        ("stale_column", "http://www.qinghe.test/zwgk/a/", "http://www.qinghe.test/hd/b/", False),
        ("missing_disclosure", "http://www.qinghe.test/#power_list", "http://www.qinghe.test/#disclosure_guide", False),
        ("site_unreachable", "http://www.qinghe.test/", "http://www.qinghe.test/x", False),
    ],
)
def test_what_one_mistake_explains(check: str, one: str, other: str, same: bool) -> None:
    assert (key(check, one) == key(check, other)) is same


def test_a_dead_host_is_one_cause_for_every_portal_and_a_folder_is_not() -> None:
    assert key("broken_link", "http://gone.test/a") == key("broken_link", "http://gone.test/b", "other.test")
    folder = "http://{}/old/a.html"
    assert key("broken_link", folder.format(SITE)) != key("broken_link", folder.format("other.test"), "other.test")


def test_another_check_is_another_cause() -> None:
    assert key("broken_link", "http://gone.test/a") != key("unreachable_link", "http://gone.test/a")


@pytest.mark.parametrize(
    "subject", ["", "http://[", "mailto:x", "http://www.qinghe.test", "http://u:p@gone.test/a", "字"]
)
def test_an_address_that_is_none_has_a_cause_of_its_own(subject: str) -> None:
    """Addresses are written by whoever made the page."""
    assert len(key("broken_link", subject)) == 32
