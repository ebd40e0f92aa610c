"""Where the evidence of a finding lies on this machine."""

from pathlib import Path

from records.judgement import Finding
from services.schemes import WrongCallError
from storage.evidence_pieces import EvidencePieces


def evidence_of(finding: Finding, audit_id: int | None, pieces: EvidencePieces, folder: Path) -> Path:
    """The screenshot, else the archive, as the audit that saw the finding last filed it, wherever that was.

    ``folder``: the evidence of this machine, where it was moved to since.  ``WrongCallError`` where neither was kept or
    both are gone.
    """
    wanted = [name for name in (finding.evidence.screenshot, finding.evidence.warc) if name]
    if not wanted:
        raise WrongCallError(f"发现 {finding.id} 没有存档的答复（{finding.how_seen or finding.message}）")
    for name in wanted:
        found = pieces.find(audit_id, name, folder) if audit_id is not None else None
        if found is not None:
            return found.resolve()
    raise WrongCallError(
        f"找不到证据文件 {'、'.join(wanted)}：在存档时的位置和 {folder} 下都没有，可能已到期清除，或文件夹被移走"
    )
