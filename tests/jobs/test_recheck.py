"""One look that somebody asked for: it clears what one good answer disproves, and says nothing of all else."""

from datetime import date, datetime

import pytest

from extract.reader import Reader
from records.crawl import Attempt, Exchange
from records.judgement import Finding
from records.sightings import Sight
from records.verdicts import FetchError, LinkReason, Outcome, Severity
from services.recheck_finding import Look, judge_look
from services.rounds.life import BEIJING

AT = datetime(2026, 11, 20, 10, 0, tzinfo=BEIJING)
LINK = Finding("f1", "broken_link", Severity.MAJOR, "http://a.example/zwgk/1.html", "坏链")
FILE = Finding("f2", "broken_link", Severity.MAJOR, "http://a.example/zwgk/1.pdf", "坏链")
COLUMN = Finding("f3", "empty_column", Severity.MAJOR, "http://a.example/zwgk/", "空白栏目")
MISSING = Finding("f4", "missing_disclosure", Severity.MAJOR, "http://a.example/#power_list", "未找到权力清单")
ARTICLE = (
    "<html><head><title>{0}</title></head><body><h1>{0}</h1><p>"
    + "本页的正文是关于这件事情的说明。" * 20
    + "</p></body></html>"
)


def look(title="一篇文章", *, status=200, error=None, outcome=Outcome.FETCHED, final=None, page=True):
    body = ARTICLE.format(title).encode()
    attempt = Attempt(
        AT, "GET", None if error else status, error, via="httpx", final_url=final, redirects=(final,) if final else ()
    )
    reading = Reader(date(2026, 11, 20)).read(body, url="http://a.example/zwgk/1.html", status=status) if page else None
    exchange = Exchange("http://a.example/zwgk/1.html", AT, "GET", (), status, (), body)
    return Look(attempt, outcome, exchange, reading)


FAILED = {"status": 404, "outcome": Outcome.FAILED, "page": False}
REFUSED = {"status": 403, "outcome": Outcome.BLOCKED, "page": False}
GONE_HOME = {"final": "http://a.example/"}


@pytest.mark.parametrize(
    ("finding", "reason", "seen", "sight"),
    [
        (LINK, LinkReason.HTTP_404, {}, Sight.HEALED),
        (LINK, LinkReason.TIMEOUT, {}, Sight.HEALED),
        (LINK, LinkReason.HTTP_404, FAILED, Sight.FAULT),
        (
            LINK,
            LinkReason.HTTP_404,
            {"error": FetchError.TIMEOUT, "outcome": Outcome.FAILED, "page": False},
            Sight.FAULT,
        ),
        (LINK, LinkReason.HTTP_404, REFUSED, Sight.UNKNOWN),
        (LINK, LinkReason.HTTP_404, GONE_HOME, Sight.UNKNOWN),
        (LINK, LinkReason.SOFT_404, {}, Sight.UNKNOWN),
        (LINK, LinkReason.REDIRECTED_HOME, {}, Sight.UNKNOWN),
        (LINK, None, {}, Sight.UNKNOWN),
        (FILE, LinkReason.HTTP_404, {}, Sight.UNKNOWN),
        (FILE, LinkReason.HTTP_404, {"page": False}, Sight.HEALED),
        (COLUMN, None, {}, Sight.UNKNOWN),
        (COLUMN, None, FAILED, Sight.UNKNOWN),
        (MISSING, None, FAILED, Sight.UNKNOWN),
    ],
)
def test_one_look_clears_only_what_it_disproves(finding, reason, seen, sight):
    """An empty column has lists in its frame, a soft 404 is a good answer by its status: they take a whole audit."""
    assert judge_look(finding, look(**seen), claimed="", reason=reason).sight is sight


def test_it_is_here_is_believed_where_the_page_says_so():
    """The address of a "missing" list clears it when that page is the list; else a person looks."""
    claimed = "http://a.example/zwgk/qzqd.html"
    right = judge_look(MISSING, look("东城县人民政府权责清单"), claimed=claimed, reason=None)
    assert right.sight is Sight.HEALED
    wrong = judge_look(MISSING, look("东城县召开会议"), claimed=claimed, reason=None)
    assert wrong.sight is Sight.UNKNOWN
    assert "请分析员核对" in wrong.told
    assert judge_look(MISSING, look(**FAILED), claimed=claimed, reason=None).sight is Sight.UNKNOWN
