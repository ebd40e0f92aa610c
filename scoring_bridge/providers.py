"""Who supplies a row: read from the words of the document's 数据来源 column.

The documents write it in every way: 市信用办提供/大数据监测, 司法局；市人民法院, 自主报送, (报送稿件材料).  What names
an office is a provider; what names our own monitoring is none; what names nobody but says that something is reported is
the unit itself; what is none of these keeps its own words as the name (暗访、抽查、民意调查): nothing is made up.
"""

import re
from dataclasses import dataclass
from typing import Final

from records.indicators import ValueSource
from scoring.model import Indicator, Scheme

SELF: Final = "参评单位"

_BRACKETS: Final = re.compile(r"[（(][^（()）]*[)）]")
_JOINTS: Final = re.compile(r"[/／；;、，,]")
_MONITORED: Final = re.compile(r"监测|比对|媒体提取|大数据$")
# the unit that is evaluated reports for itself, whatever it is called
_SELF: Final = re.compile(
    r"^(?:自主报送|自行报送|自查|自报|参评(?:单位|部门)|责任单位|.*各(?:单位|部门|地)|各?县市区|各县|各?乡镇.*|各?镇街.*)$"
)
_OFFICE: Final = re.compile(
    r"^.*?(?:办公室|委员会|中心|机构|法院|检察院|部门|局|办|委|院|部|厅|处|科|会|行|公司)(?=提供|报送|数据|统计|通报|等?$)"
)
_TAIL: Final = re.compile(r"(?:负责)?(?:提供|报送)(?:的?(?:相关)?(?:数据|材料|资料|信息))?$")


@dataclass(frozen=True, slots=True)
class Provider:
    """`name` as the document names it, without 提供; `source` is what its values count as."""

    name: str
    source: ValueSource

    @property
    def itself(self) -> bool:
        """Whether each unit files for itself, so that a workbook is for one unit."""
        return self.source is ValueSource.FILED


def providers_of(source: str) -> tuple[Provider, ...]:
    """The providers that a row's `source` names, in its order; none where only monitoring is named."""
    whole = _BRACKETS.sub("", source).strip()
    parts = [part.strip() for part in _JOINTS.split(whole)]
    found: dict[str, Provider] = {}
    monitored = False
    for part in parts:
        if not part:
            continue
        if _MONITORED.search(part):
            monitored = True
            continue
        bare = _TAIL.sub("", part)
        if _SELF.match(part) or _SELF.match(bare):
            name = bare if _SELF.match(bare) else part
            found.setdefault(name, Provider(name, ValueSource.FILED))
        elif office := _OFFICE.match(part):
            found.setdefault(office[0], Provider(office[0], ValueSource.OFFICIAL))
        elif part.endswith("报送"):
            found.setdefault(SELF, Provider(SELF, ValueSource.FILED))
    if found:
        return tuple(found.values())
    if monitored and not _reports(source):
        return ()
    if whole and not monitored:
        return (Provider(_TAIL.sub("", whole) or whole, ValueSource.OFFICIAL),)
    return (Provider(SELF, ValueSource.FILED),)


def _reports(source: str) -> bool:
    """Something is handed in, though only in brackets and by nobody that is named: (报送稿件材料)."""
    return "报送" in source or "接收" in source


def providers(scheme: Scheme) -> tuple[Provider, ...]:
    """Every provider of a scheme, in the order of its rows."""
    found = {one.name: one for row in scheme.indicators for one in providers_of(row.source)}
    return tuple(found.values())


def rows_of(scheme: Scheme, provider: str) -> tuple[Indicator, ...]:
    """The rows that a provider has to supply."""
    return tuple(row for row in scheme.indicators if provider in {one.name for one in providers_of(row.source)})
