"""What is odd about the days of items, for people and programs.  Nothing of it is a finding."""

from collections.abc import Sequence
from typing import Final

from records.oddities import KeptOddity, OddityKind
from services.reports.wording import clean
from storage.canonical import canonical_json

SCHEMA: Final = "chengjian.oddities/1"
KIND_NAMES: Final = {
    OddityKind.EARLY_DATE: "首次看到晚于标注日期",
    OddityKind.MIGRATION: "疑似栏目迁移",
    OddityKind.NEW_REACH: "列表显示得更多",
    OddityKind.REDATED: "同一地址改了日期",
    OddityKind.GHOST: "旧文新日期",
}


def oddities_text(found: Sequence[KeptOddity]) -> str:
    lines: list[str] = []
    site = ""
    for one in found:
        if one.site != site:
            site = one.site
            lines.append(site)
        odd = one.oddity
        where = f"{odd.column}" + (f"《{odd.title}》{odd.url}" if odd.url else f" {odd.column_url}")
        ill = "（所在的夜已作废）" if one.voided else ""
        lines.append(clean(f"  {one.id} {KIND_NAMES[odd.kind]} {where}：{odd.told}{ill}"))
    lines.append(f"共 {len(found)} 条。仅供人工判断，不作认定、不计分")
    return "\n".join(lines) + "\n"


def oddities_json(found: Sequence[KeptOddity]) -> bytes:
    return canonical_json({"schema": SCHEMA, "oddities": list(found)}) + b"\n"
