"""What has been done at the demo's console before anybody sits down at it, so that each role finds work.

All of it by the forms of the console itself, as people of those roles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from chengjian.demo.content.files import pdf
from chengjian.demo.paperwork import SCHEME
from chengjian.demo.people import UNIT, Person
from chengjian.demo.visitor import ConsoleAnswerError, Visitor
from records.accounts import ROLE_NAMES

#: What the county files by itself for the round that gathers information, with its evidence.
FILED_ROW: Final = "NYC-13"
_CERTIFICATE: Final = "诚信建设活动台账（示范）.pdf"
#: Who confirmed the preliminary result by letter, and who asks for review of which row.
_CONFIRMED: Final = ("yantang", "shilan", "shayu")
_ASKS: Final = ("qinghe", "NYC-05", "“政策解读”当天已经更新，请重新测试。")
_COMPLAINT: Final = {
    "channel": "letter",
    "accused": "青禾县",
    "title": "承诺的补助款逾期没有兑现",
    "text": "二〇二五年签订协议，约定当年年底以前支付补助款，至今没有支付，也没有说明理由。",
    "name": "示范投诉人",
    "contact": "demo@example.invalid",
}


@dataclass(frozen=True, slots=True)
class Errands:
    """The rounds that were found and opened."""

    answered: str  # its preliminary result waits for the answer of the county
    gathering: str  # takes filings


def furnish(address: str, people: Sequence[Person], today: date) -> Errands:
    """Leave work for every role.  Raises ``ConsoleAnswerError``."""
    at_desk = {person.login: person for person in people}
    with Visitor(address, at_desk["shenhe"]) as verifier:
        _accept_all(verifier)
    with Visitor(address, at_desk["xinyong"]) as office:
        answered = _hand_over(office)
        gathering = _open_quarter(office, today)
        office.open("/complaints/new")
        office.fill("/complaints/new", _COMPLAINT)
    with Visitor(address, at_desk[UNIT]) as county:
        _file(county, gathering, today)
    return Errands(answered, gathering)


def prove(address: str, people: Sequence[Person]) -> tuple[str, ...]:
    """Sign in as everybody, and open the first page and every page of the menu; a Chinese line for each person.

    Raises ``ConsoleAnswerError``.
    """
    lines = []
    for person in people:
        with Visitor(address, person) as visitor:
            first, title = visitor.path, visitor.heading
            pages = visitor.menu
            for path in pages:
                visitor.open(path)
                if not visitor.heading:
                    raise ConsoleAnswerError(f"{person.name}（{person.login}）：{path} 没有标题")
        lines.append(f"{ROLE_NAMES[person.role]} {person.login}：{first}“{title}”，菜单里的 {len(pages)} 页都能打开")
    return tuple(lines)


def _accept_all(verifier: Visitor) -> None:
    """What the offices filed for the year was looked at."""
    verifier.open("/filings?state=new")
    while values := verifier.choices("value"):
        verifier.fill("/filings/decide", {"value": values, "outcome": "accepted", "reason": ""})
        verifier.open("/filings?state=new")


def _hand_over(office: Visitor) -> str:
    """The round of the year, as far as the units' answers."""
    office.open("/rounds")
    path = next(one for one in office.links("/rounds/") if one.endswith(f"-{SCHEME}"))
    step = f"{path}/advance"
    office.open(path)
    office.fill(step, {"note": "采集完毕"})
    office.fill(step, {"run": office.choices("run")[0]})
    office.fill(step, {})
    for unit in _CONFIRMED:
        office.fill(f"{path}/answer", {"unit": unit, "kind": "confirm", "note": "书面确认"})
    unit, row, why = _ASKS
    office.fill(f"{path}/answer", {"unit": unit, "kind": "review", "rows": [row], "reason": why})
    return path.rpartition("/")[2]


def _open_quarter(office: Visitor, today: date) -> str:
    """A round that gathers information."""
    office.open("/rounds/open")
    quarter = f"{today.year}Q{(today.month + 2) // 3}"
    office.fill("/rounds/open", {"scheme": SCHEME, "period": quarter, "note": "示范：正在采集信息"})
    return office.path.rpartition("/")[2]


def _file(county: Visitor, round_id: str, today: date) -> None:
    """One row of the county's own, with its evidence, for the verifier to look at."""
    path = f"/mine/filings/{round_id}/{FILED_ROW}"
    county.open(path)
    evidence = pdf(
        ["柳湾区诚信建设活动台账", f"{today.year} 年", "一、诚信宣传月", "二、合同履约专项治理", "示范材料，全部虚构"]
    )
    county.fill(f"{path}/files", {}, [("files", (_CERTIFICATE, evidence))])
    filled: Mapping[str, str] = {"p-": "2", "p-名称": "诚信宣传月；合同履约专项治理", "effective": today.isoformat()}
    county.fill(path, {"state": "supplied", **filled})
