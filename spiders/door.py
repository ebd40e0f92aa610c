"""The address that a crawl starts from, and what its end says of the portal as a whole."""

from crawler.care import HostCare
from crawler.frontier import Node
from crawler.hosts import Hosts
from crawler.intake import Intake
from records.crawl import Attempt, CrawlPlan
from records.verdicts import LinkReason, Outcome, StopReason


class Door:
    """Knows whether the portal let us in.  ``stopped_by`` is why the crawl ends, from the moment that it is known."""

    def __init__(self, plan: CrawlPlan, hosts: Hosts, intake: Intake) -> None:
        self._plan = plan
        self._hosts = hosts
        self._intake = intake
        self.start: Node | None = None
        self.home_hosts = {hosts.of(plan.url).name}
        self.stopped_by: StopReason | None = None

    def home_rests(self, care: HostCare) -> StopReason | None:
        """Why the portal itself was left alone, if it was."""
        for name in self.home_hosts:
            reason = care.resting.get(name)
            if reason is not None:
                silent = reason in (LinkReason.TIMEOUT, LinkReason.HTTP_5XX)
                return StopReason.SITE_UNREACHABLE if silent else StopReason.SITE_BLOCKED
        return None

    def ended(self, attempts: tuple[Attempt, ...], outcome: Outcome, care: HostCare) -> None:
        """The start address has reached its end."""
        last = attempts[-1] if attempts else None
        landed = last and (last.redirects[-1] if last.redirects else last.final_url)
        if landed and self._intake.covers(landed):
            self.home_hosts.add(self._hosts.of(landed).name)
        elif landed and outcome is Outcome.FETCHED and self.stopped_by is None:
            self.stopped_by = StopReason.SITE_UNREACHABLE
            care.notes.append(f"起始页转到另一网站 {landed}，未继续巡查；如该处确为本网站，请直接以该地址巡查。")
        if self.stopped_by is None:
            self._judge(outcome, care)

    def _judge(self, outcome: Outcome, care: HostCare) -> None:
        match outcome:
            case Outcome.BLOCKED:
                self.stopped_by = StopReason.SITE_BLOCKED
            case Outcome.FAILED | Outcome.SKIPPED:
                self.stopped_by = StopReason.SITE_UNREACHABLE
            case Outcome.FETCHED if self._hosts.of(self._plan.url).name in care.doors:
                self.stopped_by = StopReason.SITE_BLOCKED
            case Outcome.NOT_REACHED | Outcome.FETCHED:
                pass
