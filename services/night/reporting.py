"""After a night: the digest as a file and to everybody who is to be told, once, tried again until it is taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

from records.nights import Night, NightState
from services.night.digest import Digest, digest_html, digest_text
from services.night.hours import SHANGHAI
from services.night.messages import Channel
from services.night.run import WINDOW_CLOSED, Log
from services.night.standing import last_report
from storage.nights import NightRepository

RECENT: Final = 10  # nights that are looked at for a digest that was not sent
GIVE_UP: Final = timedelta(days=3)  # a digest of so long ago is no news


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one digest."""

    night: int
    file: Path
    missing: tuple[str, ...]  # kinds of channels that did not take it

    @property
    def complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class Reporter:
    """Tells of nights.  Every method raises ``StorageError``, and ``OSError`` where the file cannot be written."""

    nights: NightRepository
    folder: Path
    channels: Sequence[Channel]
    digest_of: Callable[[Night], Digest]
    seal: Callable[[Night], str]  # the manifest of a night that is over: its hash
    send: Callable[[Channel, str, str, Path | None], bool]
    ping: Callable[[], bool]  # the dead man's switch; True where there is none
    log: Log

    def report_due(self, city: str, *, now: datetime, at: time | None) -> tuple[Sent, ...]:
        """Tell of every night of a city that has something to tell and was not told of.

        The file is written at once; messages go out at ``at`` (Asia/Shanghai), or at once where that is None.
        """
        sent = []
        for night in reversed(self.nights.nights(city, limit=RECENT)):
            part = self._part(night)
            if part is None:
                continue
            name, ready = part
            if self.nights.marked(name) is not None or now - ready > GIVE_UP:
                continue
            messages = at is None or now >= _first(at, ready)
            if messages or self.nights.marked(f"{name}:file") is None:
                sent.append(self._report(night, name, now=now, messages=messages))
        return tuple(sent)

    def _part(self, night: Night) -> tuple[str, datetime] | None:
        """The name of what is to be told of a night and since when; None where there is nothing.

        A night that is paused is told of once for each window, one that is over once more.
        """
        if night.state is NightState.RUNNING:
            return None
        log = self.nights.log(night.id)
        pauses = [one for one in log if one.state is NightState.PAUSED and one.why == WINDOW_CLOSED]
        if night.state is NightState.PAUSED:
            return (f"reported:{night.id}:{len(pauses)}", pauses[-1].at) if pauses else None
        return f"reported:{night.id}", night.ended or night.began

    def _report(self, night: Night, name: str, *, now: datetime, messages: bool) -> Sent:
        sealed = self.seal(night) if night.state is not NightState.PAUSED else ""
        digest = self.digest_of(night)
        file = self._write(digest)
        if not messages:
            self.nights.mark(f"{name}:file", now=now)
            return Sent(night.id, file, ("未到发送时刻",))
        missing = []
        text = digest_text(digest)
        for channel in self.channels:
            mark = f"{name}:{channel.key}"
            if self.nights.marked(mark) is not None:
                continue
            if self.send(channel, digest.title, text, file):
                self.nights.mark(mark, now=now, told=channel.kind)
                self.log.info("digest_sent", night=night.id, channel=channel.kind, key=channel.key)
            else:
                missing.append(channel.kind)
                self.log.warning("digest_not_taken", night=night.id, channel=channel.kind, key=channel.key)
        if not missing:
            if digest.counted and not self.ping():
                self.log.warning("deadman_not_reached", night=night.id)
            self.nights.mark(name, now=now, told=sealed)
            self.nights.mark(last_report(night.city), now=now, told=str(night.id))
            self.log.info("reported", night=night.id, file=str(file))
        return Sent(night.id, file, tuple(missing))

    def _write(self, digest: Digest) -> Path:
        """The digest as HTML and as text; a reader never sees half of one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        stem = f"{digest.day}-night{digest.night}"
        for suffix, body in (("txt", digest_text(digest)), ("html", digest_html(digest))):
            unfinished = self.folder / f".{stem}.{suffix}.part"
            unfinished.write_text(body, "utf-8")
            unfinished.replace(self.folder / f"{stem}.{suffix}")
        return self.folder / f"{stem}.html"


def _first(at: time, after: datetime) -> datetime:
    """The first moment of that hour after an instant."""
    local = after.astimezone(SHANGHAI)
    moment = datetime.combine(local.date(), at, SHANGHAI)
    return moment if moment >= local else moment + timedelta(days=1)
