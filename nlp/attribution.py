"""Whose (归属): where an item's matter happened, which bodies it names, and which registered units it is charged to.

Precision goes before recall: what cannot be told stays unattributed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

import rjieba

from nlp.divisions import Division, Level
from nlp.organisations import Body, Part, find_bodies, is_blamed, locate, names_of, with_parts
from nlp.persons import find_persons
from nlp.places import Aside, Cutter, Mention, Words, find_mentions, settle
from nlp.reading import Reading
from nlp.scene import scene, with_asides
from nlp.units import UnitIndex
from records.news import Article, NewsLabel, NewsVerdict, Sentiment, Whose
from records.registry import City, Unit

_HOME: Final = re.compile(r"[我本全](?P<level>[县市区州旗])(?![级直委])|该院|我局|我委")
_OFFICIAL: Final = re.compile(
    r"干部|公职|公务员|官员|书记|村支书|村主任|村干部|民警|警察|辅警|城管|法官|检察官|副?[县市区镇乡]长|局长|主任|所长|科长|校长|工作人员|执法人员|政府|官方|部门|当地|会计|出纳|村委|党支部|党员|乡镇|街道办"
)
_CASE_STARTS: Final = re.compile(
    r"[\n；]|(?:^|(?<=[。；\n]))\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[（(][一二三四五六七八九十\d]{1,3}[)）])[.、．)）]?|(?<=。)(?=[一二三四五六七八九十]是)"
)
_LIST: Final = re.compile(r"(?:[二两三四五六七八九十]|\d{1,2})(?:起|例|批)[^。；\n]{0,24}(?:案例|问题|案件|典型)")
_REPROACHED: Final = re.compile(r"受贿|贪污|违纪|违法|案|忏悔|落马|被查|挪用|处分|典型")
_PUBLIC_DEBT: Final = re.compile(
    r"(?:政府|乡镇|[镇乡局委]|街道办|村委会?|机关|部门|单位|学校|医院)(?![^，。]{0,4}(?:介入|协调|帮))[^，。]{0,12}(?:拖欠|欠|白条|赊|未付|拒不|违约|毁约|失信)"
)
# 某县拖欠工程款: the county itself, but not 某县拖欠工资企业
_AREA_DEBT: Final = re.compile(
    r"[县市区镇乡](?:拖欠|违约|毁约|被(?:法院)?(?:列入|纳入|列为)失信)(?![^，。]{0,16}(?:企业|公司|老板|老赖|项目部|包工头|单位|案|者|被拘|专项|问题|行为))"
)
_AGAINST: Final = (NewsLabel.MISCONDUCT, NewsLabel.MAJOR_DISHONESTY, NewsLabel.CREDIT_ABUSE)
_FOR: Final = (NewsLabel.INTEGRITY_EDUCATION, NewsLabel.SPECIAL_GOVERNANCE)


class Attributor:
    """Places, bodies and units of an item.  Built once; holds nothing between calls."""

    def __init__(
        self,
        cities: Sequence[City],
        gazetteer_text: str,
        script: Mapping[int, str] | None = None,
        cutter: Cutter | None = None,
    ) -> None:
        """``gazetteer_text`` is ``nlp/gazetteer/divisions.txt``; ``script`` is :func:`nlp.reading.script_table`.

        :raises ValueError: a gazetteer line that is not of the form
        """
        self._units = UnitIndex(cities, gazetteer_text)
        self._gazetteer = self._units.gazetteer
        self._script: Mapping[int, str] = script or {}
        self._cutter: Cutter = cutter or rjieba.Jieba()

    def attribute(self, article: Article, verdict: NewsVerdict) -> Whose:
        """Where, who and whose.  Never raises: a text without anything known gives an empty answer."""
        reading = Reading.of(article.title, article.text, self._script)
        text = reading.plain
        words = Words(text, self._cutter)
        home = self._home(article)
        mentions = with_asides(
            text, settle(find_mentions(text, self._gazetteer, words), self._gazetteer, home), self._gazetteer
        )
        mentions = tuple(self._with_county(m) for m in mentions)
        here = scene(text, mentions, self._gazetteer)
        bodies = locate(
            text,
            with_parts(text, find_bodies(text, mentions, words), mentions, reading.title_end),
            mentions,
            self._gazetteer,
            home,
        )
        charged = self._charged(text, mentions, here, bodies, home, verdict)
        return Whose(
            places=tuple(dict.fromkeys(reading.spelled[m.start : m.end] for m in here)),
            organisations=names_of(bodies, reading.spelled),
            units=tuple(charged),
            persons=find_persons(text) if _is_against(verdict) else (),
            because=tuple(charged.values()),
        )

    def _home(self, article: Article) -> tuple[Division, ...]:
        """The place of the outlet: as given, else as its name begins (方城县人民政府网, 南阳日报)."""
        for told in (article.outlet_place, article.source):
            plain = told.translate(self._script)
            last: Division | None = None
            at = 0
            while at < len(plain):
                form = next(
                    (f for f in self._gazetteer.starts.get(plain[at : at + 2], ()) if plain.startswith(f.text, at)),
                    None,
                )
                if form is None:
                    if last is not None or plain[at : at + 1] not in "信用中国（(- ·":
                        break
                    at += 1
                    continue
                outer = last
                inside = [d for d in form.divisions if outer is None or self._gazetteer.within(d, outer)]
                ours = [d for d in inside if self._units.is_ours(d)]
                if len(inside) != 1 and len(ours) != 1:
                    break
                last = inside[0] if len(inside) == 1 else ours[0]
                at += len(form.text)
            if last is not None:
                return (last,)
        return ()

    def _with_county(self, mention: Mention) -> Mention:
        """A town without its county, given the one registered county that has it."""
        if mention.town and not mention.meanings:
            county = self._units.county_with_town(mention.town)
            if county is not None:
                return replace(mention, meanings=(county,))
        return mention

    def _charged(
        self,
        text: str,
        mentions: Sequence[Mention],
        here: Sequence[Mention],
        bodies: Sequence[Body],
        home: Sequence[Division],
        verdict: NewsVerdict,
    ) -> dict[str, str]:
        """Unit id → why, in the order of the text."""
        if _is_against(verdict):
            charged: dict[str, str] = {}
            for start, end in _cases(text, bodies):
                inside = [b for b in bodies if start <= b.start < end]
                found = self._of_case(text, inside, verdict)
                if not found and (start, end) != (0, len(text)) and find_persons(text[start:end]):
                    # A case of a list that names no office (某县某镇干部田某): its own place answers for it.
                    spots = [m for m in mentions if start <= m.start < end]
                    found = self._of_place(text, (start, end), spots, inside, verdict)
                charged.update({k: v for k, v in found.items() if k not in charged})
            if charged or (_only_debt(verdict) and not (_PUBLIC_DEBT.search(text) or _AREA_DEBT.search(text))):
                return charged  # 方城县某建材公司拖欠工资 is no debt of the county
            found = self._of_place(text, (0, len(text)), here, bodies, verdict)
            if found or any(m.aside is None and m.meanings for m in mentions) or _spared(bodies):
                return found
            return self._of_home(text, home)
        if verdict.about_government or not _flagged(verdict).isdisjoint(_FOR):
            return self._of_actors(text, mentions, bodies, home)
        return {}

    def _of_case(self, text: str, bodies: Sequence[Body], verdict: NewsVerdict) -> dict[str, str]:
        then = [b for b in bodies if b.part is Part.THEN]
        posts = [b for b in bodies if b.part is Part.POST and b.area is not None]
        persons = {
            p for b in bodies if b.part in (Part.POST, Part.THEN) for p in find_persons(text[b.end : b.end + 30])[:1]
        }
        if then and len(persons) <= 1:
            return self._units_of(then, "行为发生时任职单位")
        blamed = [b for b in (*posts, *then) if is_blamed(text, b) or b.in_title]
        found = self._units_of(blamed or posts, "涉事人员任职单位")
        acts = (Part.ACTOR, Part.SPEAKER, Part.HELPER) if _only_abuse(verdict) else (Part.ACTOR,)
        actors = [b for b in bodies if b.part in acts and b.area is not None and is_blamed(text, b)]
        if not posts and not then:
            found.update(self._units_of(actors, "涉事单位"))
        return found

    def _units_of(self, bodies: Iterable[Body], why: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for body in bodies:
            if body.area is None:
                continue
            unit = self._units.body_unit(body.area, body.office, body.town)
            if unit is not None:
                found.setdefault(unit.id, f"{unit.name}：“{body.name}”，{why}")
        return found

    def _of_place(
        self,
        text: str,
        stretch: tuple[int, int],
        spots: Sequence[Mention],
        bodies: Sequence[Body],
        verdict: NewsVerdict,
    ) -> dict[str, str]:
        """The county that is the one scene of a stretch, where officials of it are spoken of without an office."""
        if _spared(bodies) or any(b.part in (Part.THEN, Part.POST) and b.area is not None for b in bodies):
            return {}
        counties: dict[str, tuple[Unit | None, str]] = {}
        for mention in spots:
            area = mention.division
            if area is None or area.level < Level.COUNTY or mention.aside is not None:
                continue
            counties.setdefault(
                area.code, (self._units.area_unit(area, mention.town), text[mention.start : mention.end])
            )
        if len(counties) != 1:
            return {}
        unit, name = next(iter(counties.values()))
        local = any(b.part is Part.ACTOR and b.area is not None and b.area.code in counties for b in bodies)
        # Abuse of credit is a public body's by definition, whether or not the report names the body.
        public = NewsLabel.CREDIT_ABUSE in _flagged(verdict) or _OFFICIAL.search(text, *stretch) is not None
        public = public or _AREA_DEBT.search(text, *stretch) is not None
        return {unit.id: f"{unit.name}：“{name}”，事发地"} if unit is not None and (local or public) else {}

    def _of_home(self, text: str, home: Sequence[Division]) -> dict[str, str]:
        """我县, 全县 of an outlet that belongs to a county."""
        found = _HOME.search(text)
        if found is None or not home or not found["level"]:
            return {}
        unit = self._units.area_unit(home[0])
        if unit is None or not home[0].name.endswith(found["level"]):
            return {}
        return {unit.id: f"{unit.name}：“{found.group()}”，按发布单位所在地"}

    def _of_actors(
        self, text: str, mentions: Sequence[Mention], bodies: Sequence[Body], home: Sequence[Division]
    ) -> dict[str, str]:
        """Who holds what is reported: the bodies and places of the title, else of the first sentence that names one."""
        acting = [b for b in bodies if b.part in (Part.ACTOR, Part.HELPER, Part.SPEAKER, Part.FINDER)]
        # The case that a lesson is taught with (西峡县原县长受贿案) is not who holds the lesson.
        acting += [b for b in bodies if b.part is Part.POST and not _REPROACHED.search(text, b.end, b.end + 24)]
        acting.sort(key=lambda b: b.start)
        taught = [b for b in bodies if b.part is Part.POST and b not in acting]
        spots = [m for m in mentions if m.aside in (None, Aside.ANNOUNCER) and m.division is not None]
        for opening in (0, *(m.end() for m in re.finditer(r"[。！？\n]", text))):
            closing = min(
                (at for at in (text.find(mark, opening) for mark in "。！？\n") if at >= 0), default=len(text)
            )
            found = self._units_of((b for b in acting if opening <= b.start < closing), "开展单位")
            covered = [b for b in (*acting, *taught) if opening <= b.start < closing]
            for spot in spots:
                if not opening <= spot.start < closing or any(b.start <= spot.start < b.end for b in covered):
                    continue
                unit = self._units.area_unit(spot.meanings[0], spot.town)
                if unit is not None:
                    found.setdefault(unit.id, f"{unit.name}：“{text[spot.start : spot.end]}”，开展地")
            if found:
                return found
        return self._of_home(text, home) if not spots else {}


def _flagged(verdict: NewsVerdict) -> set[NewsLabel]:
    return {label.label for label in verdict.labels if label.flag or label.unsure}


def _only_debt(verdict: NewsVerdict) -> bool:
    return _flagged(verdict).intersection(_AGAINST) == {NewsLabel.MAJOR_DISHONESTY}


def _only_abuse(verdict: NewsVerdict) -> bool:
    """An item on a rule (凡…列入失信): who tells of the rule is who makes it."""
    return _flagged(verdict).intersection(_AGAINST) == {NewsLabel.CREDIT_ABUSE}


def _spared(bodies: Sequence[Body]) -> bool:
    """Whether somebody of a public body was wronged or only claimed to belong to it."""
    return any(b.part in (Part.IMPOSTOR, Part.VICTIM) for b in bodies)


def _is_against(verdict: NewsVerdict) -> bool:
    """Whether the item reproaches somebody public with something, or clears them of it."""
    return verdict.sentiment is Sentiment.NEGATIVE or verdict.refutes or not _flagged(verdict).isdisjoint(_AGAINST)


def _cases(text: str, bodies: Sequence[Body]) -> tuple[tuple[int, int], ...]:
    """Stretches of the text that report one case each; the whole where only one person's is told."""
    posts = [b for b in bodies if b.part in (Part.POST, Part.THEN)]
    named = {p for b in posts for p in find_persons(text[b.end : b.end + 30])[:1]}
    if len(named) < 2 and not (_LIST.search(text, 0, 160) and len(find_persons(text)) > 1):
        return ((0, len(text)),)
    marks = sorted({0, *(found.start() for found in _CASE_STARTS.finditer(text)), len(text)})
    return tuple(pairwise(marks))
