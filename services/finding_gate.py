"""The gate of the findings as data: the packaged one, or an office's own file."""

from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Final

from records.sightings import Band, Gate
from scoring.tree import Fault, Fields, read_tree
from services.schemes import WrongCallError, read_text

FORMAT: Final = "chengjian.gate/1"


def load_gate(path: Path | None = None) -> Gate:
    """The packaged gate, or the one in a file.  ``WrongCallError`` with every fault of the file and its line."""
    if path is None:
        text = (resources.files("checks") / "gates" / "default.yml").read_text("utf-8")
        return parse_gate(text, "default.yml")
    return parse_gate(read_text(path, "确认门槛文件"), path.name)


def parse_gate(text: str, source: str) -> Gate:
    """``WrongCallError`` with every fault."""
    faults: list[Fault] = []
    tree = read_tree(text, source, faults)
    if not tree.items:
        raise WrongCallError(*(tuple(str(one) for one in faults) or (f"{source}：没有内容",)))
    fields = Fields(tree, "", faults)
    fields.choice("format", (FORMAT,))
    gate = Gate(
        tries=fields.integer("tries", 3, low=1),
        days=fields.integer("days", 2, low=1),
        bands=fields.integer("bands", 2, low=1),
        office_hours=fields.flag("office_hours", True),
        source=fields.text("source"),
        healthy_nights=fields.flag("healthy_nights", True),
        pages_share=float(fields.decimal("pages_share", Decimal("0.85"), low=Decimal(0), high=Decimal(1))),
        pages_nights=fields.integer("pages_nights", 5, low=1),
        pages_nights_least=fields.integer("pages_nights_least", 3, low=1),
    )
    if gate.bands > len(Band):
        fields.fault("bands", f"一天只有 {len(Band)} 个时段，bands 不能大于 {len(Band)}")
    fields.close()
    if faults:
        raise WrongCallError(*(str(one) for one in sorted(set(faults))))
    return gate


def gate_clauses(gate: Gate) -> tuple[str, ...]:
    """The gate in Chinese, for what is printed."""
    parts = [
        f"同一问题须看到不少于 {gate.tries} 次，分布在不少于 {gate.days} 天、{gate.bands} 个时段"
        + ("，其中至少一次在上班时间" if gate.office_hours else "")
    ]
    if gate.healthy_nights:
        parts.append("只计自检合格的巡查")
    if gate.pages_share:
        parts.append(f"读到的网页不足该门户平常（近 {gate.pages_nights} 夜的中位数）{gate.pages_share:.0%} 的巡查不计")
    return (*parts, f"依据：{gate.source}")
