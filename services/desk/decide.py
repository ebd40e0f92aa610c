"""Decisions about findings at the desk: one or many at once, taken back as one, each kept in the log (操作日志).

Of two who decide about the same card, one gets it; the other is told who did what when, and nothing is overwritten.
"""

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from checks.life import LOCAL
from records.desk import Assignment, Comment, DeskAction, DeskDecision, FindingCard
from records.review import FindingReview, ReviewState
from records.sightings import FindingStep, LifeState, Step
from records.verdicts import Severity
from services.desk.cards import CardKeeper
from services.finding_list import LIFE_NAMES, REVIEW_NAMES, ListedFinding, findings_of
from services.finding_steps import NEEDED
from services.review_finding import one_line
from services.schemes import WrongCallError
from services.suppress_findings import LONGEST
from storage.console_log import ConsoleLog
from storage.database import transaction
from storage.finding_reviews import FindingReviews
from storage.suppressions import SuppressionRepository

MOST: Final = 200  # cards decided at once: what a person can have looked at
UNDO_WITHIN: Final = timedelta(hours=24)
USUAL_SILENCE: Final = timedelta(days=90)  # of a suppression: one season, then somebody looks again
WORDS: Final = {
    DeskAction.CONFIRM: "确认",
    DeskAction.DISMISS: "否定",
    DeskAction.SUPPRESS: "否定并抑制",
    DeskAction.UNDO: "撤销",
}
_LEAVES: Final = {DeskAction.CONFIRM: ReviewState.CONFIRMED, DeskAction.DISMISS: ReviewState.DISMISSED}
_SINGLY: Final = 5  # more cards of one portal are made again with the whole of it


@dataclass(frozen=True, slots=True)
class Who:
    """Who decides."""

    login: str
    name: str  # as it stands in decisions
    role: str


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a decision: the cards as they are now, and a Chinese sentence for each that was not decided."""

    batch: str
    cards: tuple[FindingCard, ...] = ()
    refused: tuple[str, ...] = ()


class FlagDesk:
    """Every method raises ``WrongCallError`` for a wrong call and ``StorageError``; then nothing is kept."""

    def __init__(
        self, keeper: CardKeeper, log: ConsoleLog, damage: Callable[[FindingCard], str] = lambda _card: ""
    ) -> None:
        """``damage`` says in Chinese what is wrong with the kept evidence of a card, empty where nothing is."""
        self.keeper = keeper
        self.cards = keeper.cards
        self.desk = keeper.desk
        self.log = log
        self._damage = damage
        self._engine = keeper.cards.engine
        self._reviews = FindingReviews(self._engine)
        self._suppressions = SuppressionRepository(self._engine)

    # -- deciding ---------------------------------------------------------------------------------------------------

    def decide(
        self,
        wanted: Mapping[int, int],
        action: DeskAction,
        *,
        who: Who,
        at: datetime,
        why: str = "",
        until: date | None = None,
    ) -> Done:
        """Decide about cards (version by number) with one reason.

        ``SUPPRESS`` needs ``until``.  A card that changed since it was shown, or whose evidence was altered, is not
        decided; the others are.
        """
        why = one_line(why)
        _check(wanted, action, why, until, at)
        self.keeper.refresh(seconds=0.5)
        known = {one.id: one for one in self.cards.some(wanted)}
        refused = ["这一条发现已不在队列中" for number in wanted if number not in known]
        damaged = {number: told for number, one in known.items() if (told := self._damage(one))}
        refused += [f"{known[number].message}：{told}，恢复之前不能据此决定" for number, told in damaged.items()]
        again = {number: told for number, told in self._repeated(known, action, who).items() if number not in damaged}
        refused += again.values()
        kept_out = {*damaged, *again}
        fit = {number: version for number, version in wanted.items() if number in known and number not in kept_out}
        batch = secrets.token_hex(16)
        with transaction(self._engine) as connection:
            taken = self.cards.take(connection, fit)
            for card in taken:
                self._keep(connection, card, action, batch, who, at, why, until)
            if taken:
                self._log(connection, action, taken, who, at, why, batch)
        lost = [known[number] for number in fit if number not in {one.id for one in taken}]
        refused += [self._who_was_first(one, who) for one in lost]
        return Done(batch, self._renewed(taken), tuple(refused))

    def undo(self, batch: str, *, who: Who, at: datetime) -> Done:
        """Take back what was decided at once.  The history keeps both; what somebody decided since stays."""
        refused: list[str] = []
        back: list[DeskDecision] = []
        with transaction(self._engine) as connection:
            standing = self.desk.standing_batch(connection, batch)
            if any(one.by != who.login for one in standing):
                raise WrongCallError("只能撤销自己的决定；对别人的决定有不同意见，请打开该条重新决定")
            if any(at - one.at > UNDO_WITHIN for one in standing):
                raise WrongCallError("这次决定已超过 24 小时，不能整批撤销；请打开该条重新决定")
            for one in standing:
                if told := self._take_back(connection, one, who, at):
                    refused.append(told)
                else:
                    back.append(one)
            self.cards.touch(connection, [(one.site, one.finding) for one in back])
            if back:
                self._log_undo(connection, back, who, at, batch)
        if not back and not refused:
            refused.append("这次决定已经撤销过，没有再做一次")
        return Done(batch, self._renewed_keys([(one.site, one.finding) for one in back]), tuple(refused))

    def undoable(self, login: str, at: datetime) -> tuple[DeskDecision, ...]:
        """What somebody decided last and may take back."""
        return self.desk.newest_batch(login, at - UNDO_WITHIN)

    # -- around a decision ------------------------------------------------------------------------------------------

    def assign(self, numbers: Collection[int], login: str, *, who: Who, at: datetime) -> tuple[FindingCard, ...]:
        """Give cards to somebody (empty: to nobody)."""
        if not numbers:
            raise WrongCallError("没有选中任何发现")
        cards = self.cards.some(list(numbers)[:MOST])
        with transaction(self._engine) as connection:
            for card in cards:
                self.desk.assign(connection, card.site, card.finding, Assignment(login, who.login, at))
            told = f"{len(cards)} 项发现分派给 {login}" if login else f"{len(cards)} 项发现取消分派"
            subject = _subject(cards)
            before = {one.id: one.assigned for one in cards}
            self.log.add_within(
                connection, at=at, by=who.login, role=who.role, action="assign_finding", subject=subject, told=told,
                detail={"assigned": login, "before": before},
            )  # fmt: skip
        return self._renewed(cards)

    def comment(self, number: int, text: str, *, who: Who, at: datetime) -> Comment:
        text = one_line(text)
        if not text:
            raise WrongCallError("请写下备注的内容")
        card = self.card(number)
        made = Comment(who.name, at, text)
        with transaction(self._engine) as connection:
            self.desk.comment(connection, card.site, card.finding, made)
            self.log.add_within(
                connection, at=at, by=who.login, role=who.role, action="comment_finding", subject=_subject([card]),
                told=f"备注：{text[:80]}", detail={"text": text},
            )  # fmt: skip
        return made

    def notify(self, number: int, version: int, *, who: Who, at: datetime, why: str = "") -> FindingCard:
        """The unit is told of a confirmed accusation; its own pages show it from now on."""
        why = one_line(why)
        self.keeper.refresh(seconds=0.5)
        card = self.card(number)
        if card.severity is Severity.NOTICE:
            raise WrongCallError("提示类的发现不是问题，不向单位告知")
        if card.life is not NEEDED[Step.NOTIFIED]:
            raise WrongCallError(
                f"现在是“{LIFE_NAMES[card.life]}”，须先为“{LIFE_NAMES[LifeState.CONFIRMED]}”才能告知单位"
                + (f"：还差 {card.lacking}" if card.lacking else "")
            )
        if told := self._damage(card):
            raise WrongCallError(f"{told}，恢复之前不能据此告知单位")
        with transaction(self._engine) as connection:
            if not self.cards.take(connection, {number: version}):
                raise WrongCallError(self._who_was_first(card, who))
            step = FindingStep(card.site, card.finding, Step.NOTIFIED, who.name, at, why)
            self.keeper.view.tries.add_steps_within(connection, [step])
            self.log.add_within(
                connection, at=at, by=who.login, role=who.role, action="notify_finding", subject=_subject([card]),
                told=f"告知单位：{card.message}", detail={"why": why, "before": card.life.value},
            )  # fmt: skip
        return self._renewed([card])[0]

    def card(self, number: int) -> FindingCard:
        found = self.cards.load(number)
        if found is None:
            raise WrongCallError("没有这一条发现，或它已被清除")
        return found

    def listed(self, card: FindingCard) -> ListedFinding | None:
        """The finding behind a card, with its whole life."""
        watched = self.keeper.view.tries.watched_sites()
        found = findings_of(self.keeper.view.results, self.keeper.view, watched, card.site, card.finding)
        return next(iter(found), None)

    # -- inside -----------------------------------------------------------------------------------------------------

    def _keep(
        self, connection: Connection, card: FindingCard, action: DeskAction, batch: str, who: Who, at: datetime,
        why: str, until: date | None,
    ) -> None:  # fmt: skip
        review = suppression = None
        if action is DeskAction.SUPPRESS and until is not None:
            suppression = self._suppressions.add_within(
                connection, site=card.site, check=card.check, subject=card.finding, reason=why, owner=who.name,
                begins=at.astimezone(LOCAL).date(), ends=until,
            ).id  # fmt: skip
        else:
            state = ReviewState.CONFIRMED if action is DeskAction.CONFIRM else ReviewState.DISMISSED
            review = self._reviews.add_within(
                connection, FindingReview(card.site, card.finding, state, why, who.name, at)
            )
        decision = DeskDecision(
            0, batch, card.site, card.finding, action, who.login, who.name, at, why, review, suppression
        )
        self.desk.decide(connection, decision)

    def _take_back(self, connection: Connection, one: DeskDecision, who: Who, at: datetime) -> str:
        """Take one back; why it was not, in Chinese."""
        why = f"撤销 {one.at.astimezone(LOCAL):%m-%d %H:%M} 的{WORDS[one.action]}"
        if one.review is not None:
            if self.desk.last_review(connection, one.site, one.finding) != one.review:
                return f"{one.finding}：此后又有人决定过，没有撤销"
            review = FindingReview(one.site, one.finding, ReviewState.WITHDRAWN, why, who.name, at)
            self._reviews.add_within(connection, review)
        if one.suppression is not None:
            held = next((s for s in self._suppressions.all((one.site,)) if s.id == one.suppression), None)
            if held is None or held.lifted is not None:
                return f"{one.finding}：抑制已被解除，没有再撤销"
            self._suppressions.lift_within(
                connection, one.suppression, by=who.name, why=why, day=at.astimezone(LOCAL).date()
            )
        self.desk.decide(
            connection,
            DeskDecision(
                0, secrets.token_hex(16), one.site, one.finding, DeskAction.UNDO, who.login, who.name, at, why,
                undoes=one.id,
            ),
        )  # fmt: skip
        return ""

    def _log(
        self, connection: Connection, action: DeskAction, cards: Sequence[FindingCard], who: Who, at: datetime,
        why: str, batch: str,
    ) -> None:  # fmt: skip
        before = {f"{one.site} {one.finding}": one.review.value if one.review else "" for one in cards}
        self.log.add_within(
            connection, at=at, by=who.login, role=who.role, action=f"{action.value}_finding", subject=_subject(cards),
            told=f"{WORDS[action]} {len(cards)} 项发现" + (f"：{why}" if why else ""),
            detail={"batch": batch, "why": why, "before": before},
        )  # fmt: skip

    def _log_undo(
        self, connection: Connection, back: Sequence[DeskDecision], who: Who, at: datetime, batch: str
    ) -> None:
        self.log.add_within(
            connection, at=at, by=who.login, role=who.role, action="undo_finding",
            subject=back[0].finding if len(back) == 1 else f"{len(back)} 项发现",
            told=f"撤销刚才的{WORDS[back[0].action]}（{len(back)} 项）",
            detail={"batch": batch, "findings": [f"{one.site} {one.finding}" for one in back]},
        )  # fmt: skip

    def _repeated(self, cards: Mapping[int, FindingCard], action: DeskAction, who: Who) -> dict[int, str]:
        """The cards that this person decided so already and that were not seen since: a second key, the way back."""
        state = _LEAVES.get(action)
        same = {number: one for number, one in cards.items() if state is not None and one.review is state}
        last = self.desk.last([(one.site, one.finding) for one in same.values()])
        found = {}
        for number, one in same.items():
            mine = last.get((one.site, one.finding))
            if mine is None or (mine.by, mine.action) != (who.login, action):
                continue
            if one.last_seen is None or one.last_seen <= mine.at:
                found[number] = self._who_was_first(one, who)
        return found

    def _who_was_first(self, card: FindingCard, who: Who) -> str:
        """What happened to a card between showing and deciding, in one sentence."""
        last = self.desk.last([(card.site, card.finding)]).get((card.site, card.finding))
        history = self._reviews.history(card.site, card.finding)
        newest = history[-1] if history else None
        about = f"{card.message[:60].rstrip('。')}："
        if last is not None and (newest is None or last.at.replace(microsecond=0) >= newest.at):
            name = "您自己" if last.by == who.login else last.name
            return f"{about}已由{name}于 {last.at.astimezone(LOCAL):%m-%d %H:%M} {WORDS[last.action]}，没有再做一次"
        if newest is not None:
            return (
                f"{about}已由{newest.by}于 {newest.at.astimezone(LOCAL):%m-%d %H:%M} 处理"
                f"（{REVIEW_NAMES[newest.state]}），您的操作没有执行"
            )
        return f"{about}在您打开之后有了新的情况（现在是“{card.standing}”），请看过之后再决定"

    def _renewed(self, cards: Iterable[FindingCard]) -> tuple[FindingCard, ...]:
        return self._renewed_keys([(one.site, one.finding) for one in cards])

    def _renewed_keys(self, keys: Sequence[tuple[str, str]]) -> tuple[FindingCard, ...]:
        """The cards as they are after what was written."""
        by_site: dict[str, list[str]] = {}
        for site, finding in keys:
            by_site.setdefault(site, []).append(finding)
        watched = self.keeper.view.tries.watched_sites() if keys else ()
        for site, findings in by_site.items():
            self.keeper.make(site, findings if len(findings) <= _SINGLY else None, watched)
        return tuple(card for key in keys if (card := self.cards.of(*key)) is not None)


def _check(wanted: Mapping[int, int], action: DeskAction, why: str, until: date | None, at: datetime) -> None:
    today = at.astimezone(LOCAL).date()
    if not wanted:
        raise WrongCallError("没有选中任何发现")
    if len(wanted) > MOST:
        raise WrongCallError(f"一次最多决定 {MOST} 项，选中了 {len(wanted)} 项")
    if action is DeskAction.UNDO:
        raise WrongCallError("撤销须指明撤销哪一次决定")
    if action is not DeskAction.CONFIRM and not why:
        raise WrongCallError("否定须写明理由")
    if action is DeskAction.SUPPRESS:
        if until is None:
            raise WrongCallError("抑制须有截止日")
        if not today <= until <= today + LONGEST:
            raise WrongCallError(f"抑制的截止日应在 {today} 至 {today + LONGEST} 之间，得到 {until}")


def _subject(cards: Sequence[FindingCard]) -> str:
    return f"{cards[0].site} {cards[0].finding}" if len(cards) == 1 else f"{len(cards)} 项发现"
