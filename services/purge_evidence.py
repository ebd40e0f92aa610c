"""Remove the evidence whose time is over, with a record of it in the chain.

The record comes first: what a manifest calls purged and is still there is removed by the next purge, so that a process
that is killed between the two loses nothing and leaves nothing unexplained.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from records.evidence import Manifest, ManifestKind, ManifestRow, Purged, RowKind
from services.archive_news import FOLDER as NEWS_FOLDER
from services.night_manifest import close_day
from services.retention import Keeping, NewsKeeping, RetentionRules
from services.schemes import WrongCallError
from services.verification.files import hash_file
from services.versions import rules_sha256
from storage.evidence_ledger import ANSWERS, NEWS, Ledger, Listed
from storage.evidence_pieces import EvidencePieces
from storage.kept_answers import Answers, KeptAnswers
from storage.kept_news import KeptNews
from storage.manifest_chain import ManifestChain
from storage.manifest_files import EvidenceWriteError

# A purge goes by the calendar: with a clock that is wrong it would remove what is needed.  Nights are sealed daily.
QUIET_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Terms:
    """How long what is kept, as matters stand."""

    audits: Sequence[Keeping]
    news: Callable[[int, date, frozenset[str]], NewsKeeping]  # of a manifest, its day and its articles


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be removed of one audit, or of the news that one manifest sealed."""

    title: str  # Chinese
    rule: str
    because: str  # Chinese
    files: tuple[Listed, ...]
    audit: int | None = None
    answers: Answers | None = None
    pages: tuple[ManifestRow, ...] = ()  # of the news

    @property
    def size(self) -> int:
        return sum(one.file.size for one in self.files) + (self.answers.size if self.answers is not None else 0)


@dataclass(frozen=True, slots=True)
class PurgeDone:
    """What a purge removed, or would remove."""

    as_of: date
    due: tuple[Due, ...]
    sha256: str = ""  # head of the chain with the record; empty where nothing was due, or nothing was done
    told: tuple[str, ...] = ()  # Chinese


def due_evidence(chain: ManifestChain, ledger: Ledger, terms: Terms, as_of: date) -> tuple[Due, ...]:
    """What is due on a day: audits first, oldest first, then the news."""
    return (*_due_audits(chain, ledger, terms.audits, as_of), *_due_news(ledger, terms, as_of))


def _due_audits(chain: ManifestChain, ledger: Ledger, keepings: Iterable[Keeping], as_of: date) -> Iterator[Due]:
    """A file that several audits share is due when it is for each of them."""
    due = {one.audit.audit_id: one for one in keepings if one.is_due(as_of)}
    root = chain.root.resolve()
    users: dict[str, set[int]] = defaultdict(set)
    pieces = EvidencePieces(chain.engine)
    folders = {piece.folder for piece in pieces.of_audits(due)}
    for piece in pieces.in_folders(folders):
        if piece.path.is_relative_to(root):
            users[piece.path.relative_to(root).as_posix()].add(piece.audit_id)
    files: dict[int, list[Listed]] = defaultdict(list)
    for path, audits in users.items():
        listed = ledger.files.get(path)
        if listed is not None and audits <= due.keys():
            files[max(audits)].append(listed)
    kept = KeptAnswers(chain.engine)
    with_answers = kept.with_answers()
    for number, keeping in due.items():
        answers = kept.of(number) if number in with_answers else None
        if files.get(number) or answers is not None:
            title = f"巡查 {number}（{keeping.audit.site}，{keeping.audit.day}）"
            yield Due(title, keeping.rule, keeping.because, tuple(files.get(number, ())), number, answers)


def _due_news(ledger: Ledger, terms: Terms, as_of: date) -> Iterator[Due]:
    """The news that a manifest sealed go together, because they stand in one file."""
    pages: dict[int, list[ManifestRow]] = defaultdict(list)
    for (kind, _), listed in ledger.rows.items():
        if kind is RowKind.NEWS_PAGE:
            pages[listed.number].append(listed.row)
    files: dict[int, list[Listed]] = defaultdict(list)
    for path, one in ledger.files.items():
        if path.startswith(f"{NEWS_FOLDER}/"):
            files[one.number].append(one)
    for number, rows in sorted(pages.items()):
        articles = frozenset(row.id.partition("/")[0] for row in rows)
        keeping = terms.news(number, ledger.made[number].date(), articles)
        if keeping.is_due(as_of):
            title = f"清单 {number} 的报道网页 {len(rows)} 个"
            yield Due(title, keeping.rule, keeping.because, tuple(files[number]), pages=tuple(rows))


def purge(
    chain: ManifestChain,
    terms: Callable[[], Terms],
    rules: RetentionRules,
    *,
    as_of: date | None,
    program: str,
    now: datetime,
    dry_run: bool = False,
) -> PurgeDone:
    """Remove what is due on ``as_of`` (None: today), and finish what an earlier purge left.

    ``WrongCallError`` where the day lies in the future, or where the clock may be wrong and no day was named;
    ``StorageError`` where the chain does not hold together: then nothing is removed.
    """
    today = now.date()
    if as_of is not None and as_of > today and not dry_run:
        raise WrongCallError(f"{as_of} 还没有到：以后的日期只能与 --dry-run 同用")
    ledger = chain.ledger()
    if as_of is None and not dry_run:
        _check_clock(ledger, now)
    day = as_of or today
    if dry_run:
        return PurgeDone(day, due_evidence(chain, ledger, terms(), day))
    told = list(finish(chain, ledger))
    sealed = close_day(chain=chain, program=program, now=now)
    told += sealed.told if sealed is not None else ()
    due: tuple[Due, ...] = ()

    def make(current: Ledger) -> Manifest | None:
        nonlocal due
        due = due_evidence(chain, current, terms(), day)
        if not due:
            return None
        return Manifest(
            number=current.number + 1,
            previous=current.head,
            made_at=now,
            kind=ManifestKind.PURGE,
            database=current.database or "",
            program=program,
            rules=rules_sha256(),
            purged=tuple(one for each in due for one in _purged(each)),
            retention=rules.sha256,
        )

    link = chain.append(make)
    if link is not None:
        told += finish(chain, chain.ledger())
    return PurgeDone(day, due, link.sha256 if link is not None else "", tuple(dict.fromkeys(told)))


def finish(chain: ManifestChain, ledger: Ledger) -> tuple[str, ...]:
    """Remove what the manifests call purged and is still there.  What is no longer what it was is left, and told."""
    told: list[str] = []
    for what, (one, _) in ledger.purged.items():
        if not what.startswith((ANSWERS, NEWS)):
            told += _remove(chain.root, what, one)
    gone = {int(what.removeprefix(ANSWERS)) for what in ledger.purged if what.startswith(ANSWERS)}
    answers, news = KeptAnswers(chain.engine), KeptNews(chain.engine)
    if left := gone & answers.with_answers():
        answers.drop(left)
    read = {what.removeprefix(NEWS) for what in ledger.purged if what.startswith(NEWS)}
    if pages := read & news.pages():
        news.drop(pages)
    return tuple(told)


def _check_clock(ledger: Ledger, now: datetime) -> None:
    if ledger.made_at is None:
        return
    last = ledger.made_at
    if now < last or now - last > timedelta(days=QUIET_DAYS):
        raise WrongCallError(
            f"上一份证据清单作于 {last:%Y-%m-%d %H:%M}，而现在的时间是 {now:%Y-%m-%d %H:%M}：时钟可能不对，没有清除；"
            "确认无误后请用 --as-of 写明日期"
        )


def _purged(due: Due) -> Iterator[Purged]:
    because = f"{due.title}：{due.because}"
    for one in due.files:
        yield Purged(one.file.path, one.file.sha256, one.file.size, due.rule, because, one.number)
    if due.answers is not None:
        yield Purged(f"{ANSWERS}{due.audit}", due.answers.sha256, due.answers.size, due.rule, because)
    for page in due.pages:
        yield Purged(f"{NEWS}{page.id}", page.sha256, 0, due.rule, because)


def _remove(root: Path, what: str, one: Purged) -> Iterable[str]:
    path = root / what
    try:
        found, _ = hash_file(path)
        if found != one.sha256:
            yield f"按规定应清除的 {what} 已不是原来的文件（应为 {one.sha256}，实为 {found}），没有动它，请查明"
            return
        path.unlink()
        _remove_empty(root, path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise EvidenceWriteError(
            f"删不掉 {path}：{error.strerror or error}。清除记录已在清单中，"
            "改好权限后再运行 chengjian evidence purge 可完成"
        ) from error


def _remove_empty(root: Path, folder: Path) -> None:
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
