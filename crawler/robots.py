"""robots.txt as RFC 9309 reads it."""

import math
from dataclasses import dataclass
from typing import Final

from protego import Protego

MAX_CRAWL_DELAY: Final = 30.0  # seconds; a larger one would make an audit pointless, and nobody means it
MAX_ROBOTS_BYTES: Final = 512 * 1024  # RFC 9309 §2.5 asks for at least 500 KiB


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host's robots.txt allows us."""

    rules: Protego | None  # None: everything is answered by ``default``
    agent: str
    default: bool = True
    gap: float = 0.0  # least seconds between two requests, from Crawl-delay or Request-rate
    door: str | None = None  # asked all the same, to tell a fault of robots.txt from a dead site

    def allows(self, url: str) -> bool:
        if self.rules is None:
            return self.default or url == self.door
        return bool(self.rules.can_fetch(url, self.agent))


def agent_of(user_agent: str) -> str:
    """The product token by which robots.txt may name us: ``Chengjian/0.1 (+…)`` is ``Chengjian``."""
    return user_agent.partition("/")[0].strip() or "*"


def parse_robots(body: bytes, user_agent: str) -> Robots:
    """The rules of a robots.txt that was answered with success.  An HTML page in its place allows everything."""
    agent = agent_of(user_agent)
    text = body[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace")
    if text.lstrip()[:1] == "<":
        return Robots(None, agent)
    rules = Protego.parse(text)
    gap = _sane(rules.crawl_delay(agent))
    rate = rules.request_rate(agent)
    if rate is not None and rate.requests:
        gap = max(gap, _sane(rate.seconds / rate.requests))
    # Most robots.txt hold no rule that could ever concern us: asking then costs nothing.
    if "disallow" not in text.lower():
        return Robots(None, agent, True, gap)
    return Robots(rules, agent, True, gap)


def _sane(delay: float | None) -> float:
    if delay is None or not math.isfinite(delay) or delay < 0:
        return 0.0
    return min(float(delay), MAX_CRAWL_DELAY)


def robots_for_status(status: int | None, body: bytes, user_agent: str, *, internal: bool) -> Robots:
    """RFC 9309 §2.3.1: success is parsed, 4xx allows all, 5xx and no answer disallow for now.

    On hosts that are not the portal's own, of which we ask single addresses only, no answer allows.
    """
    if status is not None and 200 <= status < 300:
        return parse_robots(body, user_agent)
    unavailable = status is None or status >= 500 or status == 429
    return Robots(None, agent_of(user_agent), default=not (unavailable and internal))
