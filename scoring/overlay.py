"""A partial YAML laid over a scheme: another reading, another band table (`--what-if`).

Mappings are merged, everything else is replaced.  `indicators:` at the top names rows by id; a `rule:` of another kind
replaces the whole rule, for parameters of one kind mean nothing to another.
"""

from scoring.tree import Fault, Items, Mapping, Scalar, Tree


def overlaid(tree: Mapping, overlay: Mapping, faults: list[Fault]) -> Mapping:
    """A new tree; the two given ones are not changed.  An unknown row is a fault."""
    rows = overlay.items.get("indicators")
    rest = Mapping(
        {word: item for word, item in overlay.items.items() if word not in ("indicators", "format", "id")},
        overlay.source, overlay.line, overlay.lines,
    )  # fmt: skip
    merged = _merged(tree, rest)
    if rows is None:
        return merged
    if not isinstance(rows, Mapping):
        faults.append(Fault(overlay.source, overlay.lines["indicators"], "indicators 应为“指标编号: 改动”的对象"))
        return merged
    unknown = dict(rows.lines)
    sections = merged.items.get("sections")
    if isinstance(sections, Items):
        merged.items["sections"] = Items(
            [_with_rows(section, rows, unknown) for section in sections.items], sections.source, sections.line
        )
    faults.extend(Fault(rows.source, line, f"方案中没有指标 {name}") for name, line in unknown.items())
    return merged


def _with_rows(section: Tree, rows: Mapping, unknown: dict[str, int]) -> Tree:
    if not isinstance(section, Mapping) or not isinstance(indicators := section.items.get("indicators"), Items):
        return section
    changed: list[Tree] = []
    for row in indicators.items:
        identity = row.items.get("id") if isinstance(row, Mapping) else None
        change = rows.items.get(identity.text) if isinstance(identity, Scalar) else None
        if isinstance(row, Mapping) and isinstance(identity, Scalar) and isinstance(change, Mapping):
            unknown.pop(identity.text, None)
            changed.append(_merged(row, change))
        else:
            changed.append(row)
    items = dict(section.items)
    items["indicators"] = Items(changed, indicators.source, indicators.line)
    return Mapping(items, section.source, section.line, section.lines)


def _merged(below: Mapping, above: Mapping) -> Mapping:
    items = dict(below.items)
    lines = dict(below.lines)
    for word, item in above.items.items():
        old = items.get(word)
        if isinstance(old, Mapping) and isinstance(item, Mapping) and not (word == "rule" and _another_kind(old, item)):
            items[word] = _merged(old, item)
        else:
            items[word] = item
            lines[word] = above.lines.get(word, above.line)
    return Mapping(items, below.source, below.line, lines)


def _another_kind(old: Mapping, new: Mapping) -> bool:
    before, after = old.items.get("kind"), new.items.get("kind")
    return isinstance(after, Scalar) and isinstance(before, Scalar) and after.text != before.text
