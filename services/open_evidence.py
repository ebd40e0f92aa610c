"""Where the evidence of a finding lies on this machine."""

from pathlib import Path

from records.judgement import Finding
from services.schemes import WrongCallError


def evidence_of(finding: Finding, folder: Path) -> Path:
    """The screenshot, else the archive, below ``folder``.  ``WrongCallError`` where neither was kept or both are gone.

    Names in a finding are names inside the folder of its audit; all folders are searched, and a name that would lead
    out of one is refused.
    """
    wanted = [name for name in (finding.evidence.screenshot, finding.evidence.warc) if name]
    if not wanted:
        raise WrongCallError(f"发现 {finding.id} 没有存档的答复（{finding.how_seen or finding.message}）")
    for name in wanted:
        if Path(name).is_absolute() or ".." in Path(name).parts or any(c in name for c in "*?["):
            continue
        found = sorted(folder.rglob(name), key=lambda path: path.stat().st_mtime) if folder.is_dir() else []
        if found:
            return found[-1].resolve()
    raise WrongCallError(
        f"在 {folder} 下找不到证据文件 {'、'.join(wanted)}：巡查时可能用 --evidence 存到了别处，或已到期清除"
    )
