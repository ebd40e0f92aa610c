"""Files that a unit hands in with its review: kept by the hash of their content, never opened or executed."""

from pathlib import Path
from typing import Final

from extract.containers import recognise
from records.filings import Attachment
from services.schemes import WrongCallError, why
from storage.evidence_store import EvidenceStore

MAX_BYTES: Final = 50 * 1024 * 1024
KINDS: Final = ("pdf", "doc", "docx", "xls", "xlsx", "ole", "ofd", "jpg", "png", "zip")  # ole: also a .wps


def keep_material(store: EvidenceStore, path: Path) -> Attachment:
    """Keep one file.  WrongCallError where it cannot be read, is too large or of a kind that is no document."""
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise WrongCallError(f"读不了申诉材料 {path}：{why(error)}，请检查路径和权限") from None
    except ValueError:
        raise WrongCallError(f"申诉材料的路径不合法：{str(path)!r}") from None
    if not body:
        raise WrongCallError(f"申诉材料 {path} 是空的（0 字节），请检查是否传输完整")
    if len(body) > MAX_BYTES:
        raise WrongCallError(f"申诉材料 {path} 过大（超过 {MAX_BYTES // 1024 // 1024} MB），请压缩或分开")
    content = recognise(body)
    if content.kind not in KINDS:
        raise WrongCallError(
            f"申诉材料 {path} 的内容不是文档或图片，可用：pdf、doc、docx、xls、xlsx、wps、ofd、jpg、png、zip"
        )
    if content.fault:
        raise WrongCallError(f"申诉材料 {path}：{content.fault}，请重新导出")
    return Attachment(path.name, store.put(body))
