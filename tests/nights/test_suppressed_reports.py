"""The next audit honours what is suppressed, and says so; what is stored hides nothing."""

from dataclasses import replace
from datetime import date, timedelta

from records.judgement import SiteAudit
from records.sightings import Suppression
from services.suppress_findings import honour
from tests.nights.watched_city import DEAD, KEY, URL, WatchedCity, at, finding

BROKEN, STALE = finding(), finding("stale_column", URL + "zwgk/tz/")
DAY = date(2026, 11, 10)
OF_ADDRESS = Suppression(1, KEY, None, DEAD, "因", "王", DAY, DAY + timedelta(days=10))


def audit(city: WatchedCity) -> SiteAudit:
    kept = city.results.load(city.audit(at("11-10 21:00"), BROKEN, STALE))
    assert kept is not None
    return replace(kept.audit, gone=(BROKEN,), notes=("共发现 10 个地址。",))


def test_a_suppressed_finding_is_left_out_and_told(city: WatchedCity) -> None:
    made = audit(city)
    reported = honour(made, (OF_ADDRESS,), DAY)
    assert [one.id for one in reported.findings] == [STALE.id]
    assert reported.gone == ()
    assert reported.notes[0] == made.notes[0]
    assert BROKEN.id in reported.notes[1]
    assert [one.id for one in city.results.latest()[0].audit.findings] == [BROKEN.id, STALE.id]


def test_what_is_over_lifted_or_of_another_portal_hides_nothing(city: WatchedCity) -> None:
    made = audit(city)
    assert honour(made, (OF_ADDRESS,), OF_ADDRESS.ends + timedelta(days=1)) is made
    assert honour(made, (replace(OF_ADDRESS, lifted=DAY),), DAY) is made
    assert honour(made, (replace(OF_ADDRESS, site="other.test"),), DAY) is made
    assert honour(made, (replace(OF_ADDRESS, check="stale_column"),), DAY) is made
