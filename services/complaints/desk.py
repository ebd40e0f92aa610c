"""The complaints of one city, for whoever registers, decides and hands on."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection

from records.complaints import (
    STANDING_NAMES,
    Attached,
    Channel,
    Complainant,
    Complaint,
    ComplaintRules,
    Entry,
    Standing,
    Term,
)
from records.filings import Attachment
from records.registry import City
from records.work_calendar import WorkCalendar
from services.attachments import MOST_BYTES, AttachmentRefusedError, kind_of, too_large
from services.complaints.life import ComplaintRuleError, ComplaintState, check, fold, replay
from services.complaints.steps import ENTRY_TITLES, body_named, read_step
from services.complaints.terms import TermCalendar, running, terms_of
from services.rounds.life import BEIJING
from services.schemes import WrongCallError
from services.staged_files import safe_name
from storage.complaints import (
    ACTION_OF,
    ComplaintRepository,
    ComplaintSearch,
    StoredComplaint,
    UnknownComplaintError,
)
from storage.console_log import ConsoleLog
from storage.evidence_store import EvidenceStore

_ID: Final = re.compile(r"ts[0-9]{4}-[0-9]{4,9}")
LONGEST_TEXT: Final = 20_000
_LONGEST: Final = 300


class ChangedMeanwhileError(WrongCallError):
    """Somebody else made an entry since the complaint was shown.  The sentence says who, when and what."""


@dataclass(frozen=True, slots=True)
class Handler:
    """Who handles: as named in the entries, and as it stands in the log."""

    by: str
    login: str = "命令行"
    role: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A complaint as it came in."""

    received: date
    channel: Channel
    kind: str
    title: str
    text: str
    accused: str  # as it is named, or a unit of the registry by id
    complainant: Complainant = field(default_factory=Complainant)
    earlier: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as it was sent: under its sender's name."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint as it stands on a day."""

    state: ComplaintState
    entries: tuple[Entry, ...]
    terms: tuple[Term, ...]

    @property
    def complaint(self) -> Complaint:
        return self.state.complaint

    @property
    def papers(self) -> tuple[Attachment, ...]:
        """Everything that was put into the file, the oldest first."""
        return tuple(file for entry in self.entries if isinstance(entry, Attached) for file in entry.files)

    @property
    def running(self) -> tuple[Term, ...]:
        """Terms that still ask for something, the most urgent first."""
        return running(self.terms)


class ComplaintDesk:
    """Raises ``WrongCallError`` for what the measures do not allow, and ``StorageError``."""

    def __init__(
        self,
        complaints: ComplaintRepository,
        city: City,
        rules: ComplaintRules,
        calendar: WorkCalendar,
        now: Callable[[], datetime],
        log: ConsoleLog | None = None,
        materials: EvidenceStore | None = None,
    ) -> None:
        self.complaints = complaints
        self.city = city
        self.rules = rules
        self.calendar = TermCalendar(calendar)
        self._now = now
        self._log = log
        self._materials = materials

    @property
    def today(self) -> date:
        return self._now().astimezone(BEIJING).date()

    # ----- reading

    def load(self, identity: str) -> Case:
        """``WrongCallError`` where the city has no such complaint."""
        try:
            if not _ID.fullmatch(identity.strip()):
                raise UnknownComplaintError(f"没有投诉举报 {identity[:40]!r}")
            stored = self.complaints.load(identity.strip())
        except UnknownComplaintError as error:
            raise WrongCallError(f"{error}，请在清单中核对编号") from None
        if stored.complaint.city != self.city.id:
            raise WrongCallError(f"没有投诉举报 {identity[:40]}，请在清单中核对编号")
        return self._case(stored)

    def complainant(self, case: Case) -> Complainant:
        """Who complains.  Only for those who handle the complaint."""
        return self.complainants([case])[case.complaint.id]

    def complainants(self, cases: Sequence[Case]) -> Mapping[str, Complainant]:
        """Who complains, by id of the complaint: to be shown to those who handle it, or hidden in the texts."""
        return self.complaints.complainants([case.complaint.id for case in cases])

    def search(self, wanted: ComplaintSearch, *, offset: int = 0, limit: int | None = None) -> tuple[Case, ...]:
        """The newest first."""
        found = self.complaints.search(self.city.id, wanted, offset=offset, limit=limit)
        return tuple(map(self._case, found))

    def count(self, wanted: ComplaintSearch) -> int:
        return self.complaints.count(self.city.id, wanted)

    def due(self) -> tuple[tuple[Case, Term], ...]:
        """Every term that still runs, of every complaint: those that are past first, then those of today."""
        pairs = [(case, term) for case in map(self._case, self.complaints.open(self.city.id)) for term in case.running]
        order = {id(term): place for place, term in enumerate(running(tuple(term for _, term in pairs)))}
        return tuple(sorted(pairs, key=lambda pair: order[id(pair[1])]))

    # ----- writing

    def register(self, draft: Draft, who: Handler) -> Case:
        """Keep a complaint that came in, under the next number of the year."""
        now = self._now()
        self._check_draft(draft, who)
        accused, unit = body_named(self.city, draft.accused)
        contact = draft.complainant.contact.strip()

        def make(identity: str) -> tuple[Complaint, Complainant]:
            complaint = Complaint(
                id=identity,
                city=self.city.id,
                received=draft.received,
                channel=draft.channel,
                kind=draft.kind,
                title=" ".join(draft.title.split()),
                text=draft.text.strip(),
                accused=accused,
                unit=unit,
                by=who.by.strip(),
                at=now,
                rules=self.rules.id,
                reachable=bool(contact),
                anonymous=draft.complainant.anonymous,
                earlier=draft.earlier.strip(),
            )
            return complaint, Complainant(draft.complainant.name.strip(), contact)

        def within(connection: Connection, kept: StoredComplaint) -> None:
            one = kept.complaint
            self._tell(connection, kept, who, now, "registered", f"登记投诉举报 {one.id}，被投诉举报的是{one.accused}")

        kept = self.complaints.register(self.city.id, now.astimezone(BEIJING).year, make, within)
        return self._case(StoredComplaint(kept, ()))

    def do(self, identity: str, word: str, values: Mapping[str, str], who: Handler, *, seen: int | None = None) -> Case:
        """Take one step.  ``seen``: how many entries were shown to who decides."""
        now = self._now()
        entry = read_step(word, values, rules=self.rules, city=self.city, by=who.by, at=now, today=self.today)
        return self._enter(self.load(identity), entry, who, seen)

    def attach(self, identity: str, papers: Sequence[Paper], note: str, who: Handler) -> Case:
        """Put papers into the file (article 20), each told by its content.  All of them, or none with every reason."""
        if self._materials is None:
            raise RuntimeError("a desk without a folder for papers")
        before = self.load(identity)
        wrong, good = [], []
        for paper in papers:
            name = safe_name(paper.name)
            try:
                if not paper.body:
                    raise AttachmentRefusedError(f"文件“{name[:60]}”是空的（0 字节）")
                if len(paper.body) > MOST_BYTES:
                    raise AttachmentRefusedError(too_large(f"文件“{name[:60]}”", len(paper.body), MOST_BYTES))
                kind_of(paper.body, name)
            except AttachmentRefusedError as refused:
                wrong.append(str(refused))
            else:
                good.append((name, paper.body))
        if wrong:
            raise WrongCallError(*wrong)
        known = {file.sha256 for file in before.papers}
        kept = [Attachment(name, sha256(body).hexdigest()) for name, body in good]
        if twice := [file.name for file in kept if file.sha256 in known]:
            raise WrongCallError(f"“{twice[0][:60]}”已经在本件的材料中（内容相同）")
        entry = Attached(who.by.strip(), self._now(), self.today, tuple(kept), note.strip())
        self._check(before.state, entry)
        for _name, body in good:
            self._materials.put(body)
        return self._enter(before, entry, who, None)

    def paper(self, case: Case, digest: str) -> Paper:
        """One of the papers.  ``WrongCallError`` where the file has no such, ``StorageError`` where it is damaged."""
        found = next((file for file in case.papers if file.sha256 == digest), None)
        if found is None or self._materials is None:
            raise WrongCallError("本件没有这份材料")
        return Paper(found.name, self._materials.read(digest))

    # ----- inside

    def _enter(self, before: Case, entry: Entry, who: Handler, seen: int | None) -> Case:
        def make(stored: StoredComplaint) -> tuple[Entry, Standing]:
            state = replay(stored.complaint, stored.entries)
            if seen is not None and seen != len(stored.entries):
                raise ChangedMeanwhileError(_meanwhile(stored.entries))
            self._check(state, entry)
            return entry, fold(state, entry).standing

        def within(connection: Connection, after: StoredComplaint) -> None:
            standing = STANDING_NAMES[replay(after.complaint, after.entries).standing]
            told = f"投诉举报 {after.complaint.id}：{ENTRY_TITLES[type(entry)]}，现为“{standing}”"
            self._tell(connection, after, who, entry.at, ACTION_OF[type(entry)], told)

        return self._case(self.complaints.append(before.complaint.id, make, within))

    def _check(self, state: ComplaintState, entry: Entry) -> None:
        try:
            check(state, entry, self.rules)
        except ComplaintRuleError as error:
            raise WrongCallError(str(error)) from None

    def _case(self, stored: StoredComplaint) -> Case:
        state = replay(stored.complaint, stored.entries)
        return Case(state, stored.entries, terms_of(state, self.rules, self.calendar, self.today))

    def _check_draft(self, draft: Draft, who: Handler) -> None:
        wrong = []
        for what, text, most in (
            ("登记人", who.by, _LONGEST),
            ("标题", draft.title, _LONGEST),
            ("内容", draft.text, LONGEST_TEXT),
            ("被投诉举报的单位", draft.accused, _LONGEST),
        ):
            if not text.strip():
                wrong.append(f"请填写{what}")
            elif len(text) > most:
                wrong.append(f"{what}过长（超过 {most} 字）")
        for what, text in (("姓名或名称", draft.complainant.name), ("联系方式", draft.complainant.contact)):
            if len(text) > _LONGEST:
                wrong.append(f"投诉举报人的{what}过长（超过 {_LONGEST} 字）")
        if self.rules.find(self.rules.kinds, draft.kind) is None:
            known = "、".join(f"{one.id}（{one.text}）" for one in self.rules.kinds)
            wrong.append(f"没有失信行为的种类 {draft.kind[:40]!r}；可用：{known}")
        if draft.received > self.today:
            wrong.append(f"收到日期 {draft.received} 还没有到")
        if draft.earlier.strip():
            try:
                self.load(draft.earlier)
            except WrongCallError as error:
                wrong += error.lines
        if wrong:
            raise WrongCallError(*wrong)

    def _tell(
        self, connection: Connection, kept: StoredComplaint, who: Handler, at: datetime, action: str, told: str
    ) -> None:
        """One line in the log, without who complains and without what was written.

        It carries the hash of the entry: the log is sealed, and what is cut off a complaint is missed by it.
        """
        if self._log is not None:
            self._log.add_within(
                connection,
                at=at,
                by=who.login,
                role=who.role,
                action=f"complaint_{action}",
                subject=f"complaint:{kept.complaint.id}",
                told=told,
                detail={"named": who.by.strip(), "entry": len(kept.entries), "sha256": kept.sha256},
            )


def _meanwhile(entries: Sequence[Entry]) -> str:
    if not entries:
        return "页面已过期，请重新打开"
    last = entries[-1]
    return (
        f"您打开之后，{last.by} 已于 {last.at.astimezone(BEIJING):%m-%d %H:%M} 办理“{ENTRY_TITLES[type(last)]}”。"
        "您的办理没有执行，请看过再定"
    )
