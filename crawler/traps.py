"""Spaces of addresses without end: session ids, permuted queries, ever deeper paths, calendars, counters.

The guard is asked once for each new address of the portal and told once for each page that was read.  What it refuses
is skipped as a trap and reported; it never refuses what is reachable from outside the space that it leads into.
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote

from records.page import Look
from records.visits import TrapState

MAX_LENGTH: Final = 2000  # characters; what is longer was put together by a machine that feeds on itself
MAX_SEGMENTS: Final = 24
MAX_REPEATS: Final = 4  # the same directory name in one path
# Combinations of query parameters of one program, by how many parameters there are.  One parameter is mostly an id, and
# a portal may well have thousands; three or more are filters that multiply.
_QUERY_CAPS: Final = {1: 20_000, 2: 3_000, 3: 600}
_QUERY_CAP_MANY: Final = 300
CHAIN: Final = 40  # pages of one shape that lead nowhere but to their own shape before it is closed

# Parameters that carry a session or defeat caches: never part of what a page is.
SESSION_NAMES: Final = frozenset(
    "jsessionid phpsessid aspsessionid asp.net_sessionid sessionid session_id sessid sid cfid cftoken zenid osCsid "
    "_ _t timestamp rand random nocache nonce".lower().split()
)
_DIGITS = re.compile(r"\d+")
_NUMBERS = re.compile(r"(?:/#[^/]*)+")
_MATRIX_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid|sessionid)=[^/?#;]*", re.IGNORECASE)
_TOKEN_LENGTH: Final = 8  # a value shorter than this is no session


class TrapGuard:
    """Decides which addresses of a portal lead into the endless."""

    def __init__(self) -> None:
        self._keys: set[str] = set()  # addresses that have a query or session, in their one form
        self._per_program: dict[tuple[str, int], int] = {}
        self._first_value: dict[tuple[str, str], str] = {}  # (parameter, rest of the address) -> value met first
        self._recurring: dict[str, dict[str, int]] = {}  # parameter -> value -> how many addresses it came again with
        self._volatile: set[str] = set()  # parameters found out to be sessions
        self._closed: set[str] = set()  # shapes
        self._chains: dict[str, list[int]] = {}  # shape -> [pages without a way out, pages]
        self._looks: dict[str, set[int]] = {}

    def is_trap(self, url: str) -> bool:
        """Whether a new address belongs to an endless space.  Remembers it."""
        if len(url) > MAX_LENGTH:
            return True
        path, mark, query = url.partition("?")
        if _too_deep(path):
            return True
        if self._closed and shape_of(url) in self._closed:
            return True
        if ";" in path:
            bare = _MATRIX_SESSION.sub("", path)
            if bare != path:
                return self._seen(f"{bare}?{query}" if mark else bare)
        if not mark:
            return False
        return self._query_trap(path, query)

    def _seen(self, key: str) -> bool:
        if key in self._keys:
            return True
        self._keys.add(key)
        return False

    def _query_trap(self, path: str, query: str) -> bool:
        pairs = sorted(pair for pair in query.split("&") if pair)
        kept = []
        for pair in pairs:
            name, _, value = pair.partition("=")
            lowered = name.lower()
            if lowered in SESSION_NAMES or lowered in self._volatile or lowered.startswith("aspsessionid"):
                continue
            kept.append(pair)
            if len(value) >= _TOKEN_LENGTH:
                self._watch(lowered, value, path, pair, pairs)
        key = f"{path}?{'&'.join(kept)}"
        if self._seen(key):
            return True
        program = (path, len(kept))
        count = self._per_program.get(program, 0) + 1
        self._per_program[program] = count
        return count > _QUERY_CAPS.get(len(kept), _QUERY_CAP_MANY)

    def _watch(self, name: str, value: str, path: str, pair: str, pairs: list[str]) -> None:
        """A parameter is a session if whole sets of addresses come again with nothing but its value changed.

        A column's id comes again with another value too, but with one address for each value (the list itself), not
        with three.
        """
        rest = f"{path}?{'&'.join(other for other in pairs if other != pair)}"
        first = self._first_value.setdefault((name, rest), value)
        if first == value:
            return
        values = self._recurring.setdefault(name, {})
        values[value] = values.get(value, 0) + 1
        if sum(1 for times in values.values() if times >= 3) >= 3:
            self._volatile.add(name)
            del self._recurring[name]

    def learn(self, url: str, parent: str | None, look: Look, led_out: bool) -> None:
        """A page was read.  ``led_out``: it showed a new address of another shape than its own.

        A calendar is known by three signs together: its pages are found only from its own pages, they lead only to
        their own kind, and they look the same but for numbers.
        """
        if parent is None or led_out:
            return
        shape = shape_of(url)
        if shape != shape_of(parent):
            return
        chain = self._chains.setdefault(shape, [0, 0])
        chain[0] += 1
        looks = self._looks.setdefault(shape, set())
        if len(looks) < CHAIN:
            looks.add(look.simhash)
        if chain[0] >= CHAIN and len(looks) * 2 <= min(chain[0], CHAIN):
            self._closed.add(shape)

    def state(self) -> TrapState:
        """What the addresses that were met do not tell."""
        chains = ((shape, count[0], tuple(self._looks.get(shape, ()))) for shape, count in self._chains.items())
        return TrapState(tuple(self._closed), tuple(chains))

    def restore(self, state: TrapState, met: Iterable[str]) -> None:
        """Go on from ``state``; ``met`` are the addresses of the portal that were met, in order."""
        closed = set(state.closed)
        for url in met:
            if not closed or shape_of(url) not in closed:
                self.is_trap(url)
        self._closed = closed
        for shape, count, looks in state.chains:
            self._chains[shape] = [count, count]
            self._looks[shape] = set(looks)


def shape_of(url: str) -> str:
    """The address with numbers taken out: ``/cal/2026/05?d=3`` and ``/cal/2027`` have one shape."""
    path, mark, _ = url.partition("?")
    shape = _NUMBERS.sub("/#", _DIGITS.sub("#", path))
    return f"{shape}?" if mark else shape


def _too_deep(path: str) -> bool:
    segments = path.split("/")[3:]
    if len(segments) < MAX_REPEATS:
        return False
    if len(segments) > MAX_SEGMENTS:
        return True
    names = [segment for segment in segments if segment and not segment.isdigit()]
    if len(names) - len(set(names)) >= MAX_REPEATS - 1:
        return any(names.count(name) >= MAX_REPEATS for name in set(names)) or _cycles(names)
    return False


def _cycles(names: list[str]) -> bool:
    """Whether a run of names stands three times one after another: a/b/a/b/a/b."""
    names = [unquote(name) for name in names]
    for width in range(1, len(names) // 3 + 1):
        for start in range(len(names) - 3 * width + 1):
            run = names[start : start + width]
            if run == names[start + width : start + 2 * width] == names[start + 2 * width : start + 3 * width]:
                return True
    return False
