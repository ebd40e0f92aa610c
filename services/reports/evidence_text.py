"""The evidence in words, and as JSON for other programs."""

from typing import Final

from services.evidence_space import Space
from services.night_manifest import Sealed
from services.purge_evidence import Due, PurgeDone
from services.verify_evidence import SCHEMA, Verification
from storage.canonical import canonical_json

_KINDS: Final = {
    "warc": "WARC",
    "screenshot": "截图",
    "document": "巡查结果",
    "filed": "填报和佐证",
    "material": "申诉和人工查看材料",
    "other": "其他",
}
_WHY: Final = {"confirmed": "有确认的发现", "rest": "没有确认的发现", "open": "所涉事项未了结，不到期"}


def verification_text(done: Verification) -> str:
    """What was checked, and whether it fits.  The faults themselves go to standard error."""
    counted, ledger = done.counted, done.ledger
    what = [
        f"清单 {ledger.number} 份",
        f"文件 {counted.files} 个（{size_text(counted.bytes)}）",
        f"WARC 记录 {counted.records} 条",
        f"按规定清除 {len(ledger.purged)} 项",
    ]
    if not done.offline:
        what += [f"数据库记录 {done.rows} 条", f"操作日志 {done.log} 条"]
    lines = [f"证据目录 {done.folder}", "，".join(what)]
    if ledger.number:
        lines.append(f"链头 {ledger.head}（清单 {ledger.number}，{ledger.made_at:%Y-%m-%d %H:%M}）")
    lines += done.told
    lines.append("全部相符" if done.fits else f"有 {len(done.faults)} 处不符，第一处：{done.faults[0].line}")
    return _printable(lines)


def verification_json(done: Verification) -> bytes:
    """``chengjian.verify/1`` (docs/evidence.md)."""
    return (
        canonical_json(
            {
                "schema": SCHEMA,
                "folder": str(done.folder),
                "fits": done.fits,
                "offline": done.offline,
                "manifests": done.ledger.number,
                "head": done.ledger.head if done.ledger.number else None,
                "made_at": done.ledger.made_at,
                "files": done.counted.files,
                "bytes": done.counted.bytes,
                "records": done.counted.records,
                "rows": done.rows,
                "purged": len(done.ledger.purged),
                "unsealed": done.unsealed,
                "told": done.told,
                "faults": done.faults,
                "log": done.log,
            }
        )
        + b"\n"
    )


def sealed_text(sealed: Sealed | None) -> str:
    if sealed is None:
        return "没有需要封存的新证据\n"
    manifest = sealed.manifest
    lines = [
        f"证据清单 {manifest.number}：文件 {len(manifest.files)} 个，数据库记录 {len(manifest.rows)} 条",
        f"链头 {sealed.sha256}",
    ]
    return "\n".join(lines) + "\n"


def purge_text(done: PurgeDone, *, dry_run: bool) -> str:
    """What was removed, or would be, one audit a line."""
    if not done.due:
        return f"截至 {done.as_of} 没有到期的证据\n"
    lines = [_due_line(one) for one in done.due]
    files, size = sum(len(one.files) for one in done.due), sum(one.size for one in done.due)
    verb = "将清除" if dry_run else "已清除"
    lines.append(f"{verb} {len(done.due)} 批证据：文件 {files} 个，合计 {size_text(size)}")
    if done.sha256:
        lines.append(f"清除记录在清单链中，链头 {done.sha256}")
    return _printable(lines)


def purge_json(done: PurgeDone, *, dry_run: bool) -> bytes:
    """``chengjian.purge/1`` (docs/evidence.md)."""
    due = [
        {
            "audit": one.audit,
            "title": one.title,
            "rule": one.rule,
            "because": one.because,
            "files": [{"path": each.file.path, "sha256": each.file.sha256} for each in one.files],
            "answers": one.answers.count if one.answers is not None else 0,
            "pages": [page.id for page in one.pages],
            "bytes": one.size,
        }
        for one in done.due
    ]
    head = done.sha256 or None
    document = {"schema": "chengjian.purge/1", "as_of": done.as_of, "dry_run": dry_run, "due": due, "head": head}
    return canonical_json({**document, "told": list(done.told)}) + b"\n"


def _due_line(due: Due) -> str:
    answers = f"，应答 {due.answers.count} 条" if due.answers is not None else ""
    return f"{due.title}：文件 {len(due.files)} 个{answers}，{size_text(due.size)}；{due.because}"


def space_text(space: Space) -> str:
    """The disk-space report."""
    ledger = space.ledger
    lines = [
        f"{_KINDS.get(kind, kind)} {count} 个，{size_text(size)}" for kind, (count, size) in sorted(space.kinds.items())
    ]
    lines.append(f"数据库中的应答正文 {space.bodies[0]} 份，{size_text(space.bodies[1])}（压缩后）")
    lines.append(f"磁盘剩余 {size_text(space.free)}")
    lines += [f"{_WHY.get(why, why)}：巡查 {count} 次" for why, count in sorted(space.kept.items())]
    due = sum(one.size for one in space.due)
    lines.append(
        f"到期可清除：{len(space.due)} 批，{size_text(due)}"
        + (f"；下一批 {space.next_due} 到期" if space.next_due is not None else "")
    )
    sealed = f"清单 {ledger.number} 份，链头 {ledger.head}" if ledger.number else "还没有清单"
    lines.append(f"{sealed}；尚未封存的文件 {space.unsealed} 个；按规定清除过 {len(ledger.purged)} 项")
    if space.unfinished:
        lines.append(f"没有写完的文件 {space.unfinished} 个（.part，程序被中断所留，可以删除）")
    return _printable(lines)


def space_json(space: Space) -> bytes:
    """``chengjian.evidence/1`` (docs/evidence.md)."""
    return (
        canonical_json(
            {
                "schema": "chengjian.evidence/1",
                "kinds": {kind: {"files": count, "bytes": size} for kind, (count, size) in space.kinds.items()},
                "bodies": {"count": space.bodies[0], "bytes": space.bodies[1]},
                "free": space.free,
                "kept": space.kept,
                "due": {"batches": len(space.due), "bytes": sum(one.size for one in space.due)},
                "next_due": space.next_due,
                "manifests": space.ledger.number,
                "head": space.ledger.head if space.ledger.number else None,
                "unsealed": space.unsealed,
                "unfinished": space.unfinished,
                "purged": len(space.ledger.purged),
            }
        )
        + b"\n"
    )


def _printable(lines: list[str]) -> str:
    """One line each, whatever stands in the name of a file."""
    clean = ("".join(c if c.isprintable() else "?" for c in line) for line in lines)
    return "\n".join(clean) + "\n"


def size_text(size: int) -> str:
    """A size as a person reads it."""
    amount, unit = float(size), "B"
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if amount < 1000 or unit == "TB":
            break
        amount /= 1000
    return f"{size} B" if unit == "B" else f"{amount:.1f} {unit}"
