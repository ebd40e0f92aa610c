"""The registry as an Excel workbook: its sheets and columns, in the words of an office."""

from dataclasses import dataclass
from typing import Final

from records.registry import UnitKind

KINDS: Final = {
    UnitKind.COUNTY: "县（市、区）",
    UnitKind.DEPARTMENT: "市直单位",
    UnitKind.DEPARTMENT_A: "A类部门",
    UnitKind.DEPARTMENT_B: "B类部门",
    UnitKind.TOWN: "乡镇（街道）",
}
YES, NO = "是", "否"
HELP_SHEET: Final = "填写说明"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its title on the sheet and its word in the YAML (docs/registry.md)."""

    title: str
    word: str
    width: int  # characters
    required: bool = False
    choices: tuple[str, ...] = ()
    several: bool = False  # names parted by 、


@dataclass(frozen=True, slots=True)
class RegistrySheet:
    title: str
    columns: tuple[SheetColumn, ...]


CITY: Final = RegistrySheet(
    "城市",
    (
        SheetColumn("编号", "id", 14, required=True),
        SheetColumn("名称", "name", 14, required=True),
        SheetColumn("简称", "short_name", 12, required=True),
        SheetColumn("省份", "province", 12, required=True),
        SheetColumn("区划代码", "code", 12),
        SheetColumn("信用办", "office", 44),
    ),
)
UNITS: Final = RegistrySheet(
    "单位",
    (
        SheetColumn("编号", "id", 14, required=True),
        SheetColumn("名称", "name", 28, required=True),
        SheetColumn("类别", "kind", 14, required=True, choices=tuple(KINDS.values())),
        SheetColumn("全称", "full_name", 30),
        SheetColumn("上级编号", "parent", 12),
        SheetColumn("区划代码", "code", 12),
        SheetColumn("简称", "short_names", 40, several=True),
        SheetColumn("参加评价", "evaluated", 10, required=True, choices=(YES, NO)),
        SheetColumn("已核对", "verified", 10, required=True, choices=(YES, NO)),
        SheetColumn("乡镇街道", "towns", 40, several=True),
        SheetColumn("来源", "source", 14),
        SheetColumn("说明", "note", 40),
    ),
)
_OF_UNIT: Final = (
    SheetColumn("单位编号", "unit", 14, required=True),
    SheetColumn("单位名称", "unit_name", 28),  # for the reader; it must agree with the number
)
PORTALS: Final = RegistrySheet(
    "网站",
    (
        *_OF_UNIT,
        SheetColumn("网址", "url", 44, required=True),
        SheetColumn("网站名称", "name", 28),
        SheetColumn("已核对", "verified", 10, required=True, choices=(YES, NO)),
        SheetColumn("来源", "source", 14),
    ),
)
FORMER_NAMES: Final = RegistrySheet(
    "曾用名",
    (
        *_OF_UNIT,
        SheetColumn("曾用名", "name", 34, required=True),
        SheetColumn("止于", "until", 14),
    ),
)
SOURCES: Final = RegistrySheet(
    "来源",
    (
        SheetColumn("简写", "word", 14, required=True),
        SheetColumn("说明", "meaning", 80, required=True),
    ),
)
SHEETS: Final = (UNITS, PORTALS, FORMER_NAMES, SOURCES, CITY)

HELP: Final = (
    "本表由 chengjian registry export 导出。改好后用 chengjian registry import 读回；有一行不对，整份都不会采用。",
    "“单位”表一行一个单位。编号只用小写字母、数字和连字符，定了就不要再改：以往各期的结果靠它对应。",
    "简称、乡镇街道可以写几个，中间用顿号（、）分开。",
    "单位更名时，把原名称写进“曾用名”表，“止于”写它最后有效的年份（2019）或日期（2019-01-15），不知道就空着。",
    "网站地址写全：https://www.example.gov.cn/ 。查不到就不写，不要猜。由人打开看过才把“已核对”改成“是”。",
    "只在新闻里出现、不参加评价的机关，“参加评价”写“否”。",
    "可以调整列的顺序和行的顺序；不要改列名和表名，不要合并单元格，不要写公式。",
)
