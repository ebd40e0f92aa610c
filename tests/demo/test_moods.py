"""What the demo city can do between its nights: a portal that is down, a firewall that wakes, the clock of the play."""

from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest

from chengjian.demo.city import serve
from chengjian.demo.site import Mood
from extract.fingerprints import recognise
from records.verdicts import PageVerdict
from storage.clock import CHINA, playing_at
from tests.demo.test_demo_serving import AS_OF


def test_a_portal_goes_down_and_comes_back_and_the_others_do_not_notice() -> None:
    with serve(AS_OF) as city, httpx.Client(trust_env=False) as client:
        city.moods["liuwan"] = Mood.DOWN
        with pytest.raises(httpx.TransportError):
            client.get(city.url("liuwan"))
        assert client.get(city.url("qinghe")).status_code == 200
        city.moods.clear()
        assert client.get(city.url("liuwan")).status_code == 200


def test_a_firewall_that_wakes_stands_before_every_page_and_is_known_for_one() -> None:
    """Were it taken for a page, or for an error of the portal, an office would be charged with it."""
    with serve(AS_OF) as city, httpx.Client(trust_env=False) as client:
        city.moods["yantang"] = Mood.GUARDED
        for path in ("", "col/col101/index.html", "no/such/page.html", "robots.txt"):
            answer = client.get(city.url("yantang") + path)
            assert answer.status_code == 403
            found = recognise(answer.status_code, dict(answer.headers), answer.text)
            assert found is not None
            assert found[0] is PageVerdict.WAF


def test_the_servers_tell_the_time_of_the_play() -> None:
    """A night holds its clock against the Date headers of its canaries: a city that told the true one voided it."""
    at = datetime(2026, 3, 4, 20, 30, tzinfo=CHINA)
    with serve(AS_OF) as city, playing_at(at):
        told = parsedate_to_datetime(httpx.get(city.url("qinghe"), trust_env=False).headers["date"])
        assert 0 <= (told - at).total_seconds() < 60
