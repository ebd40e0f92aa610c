"""The type of a file, told by its first bytes."""

import re
from typing import Final

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),  # OLE: doc, xls, ppt, wps
    (b"PK\x03\x04", "zip"),  # zip, docx, xlsx, pptx, ofd
    (b"PK\x05\x06", "zip"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gz"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"BM", "bmp"),
    (b"\x00\x00\x01\x00", "ico"),
    (b"II*\x00", "tif"),
    (b"MM\x00*", "tif"),
    (b"{\\rtf", "rtf"),
    (b"Founder CEB", "ceb"),
    (b"ID3", "mp3"),
    (b"FLV\x01", "flv"),
    (b"CWS", "swf"),
    (b"FWS", "swf"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "wmv"),
    (b"MZ", "exe"),
    (b"OggS", "ogg"),
)
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.{0,2000}?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|script|title|meta|div|table|center|style|iframe|frameset|h[1-6]|p|a|br|font|span|form)\b",
    re.I | re.S,
)


def sniff(head: bytes) -> str | None:
    """A short name of the type (``pdf``, ``doc``, ``zip``, ``jpg``, ``html``, ``json``, ``xml``, ``text`` …).

    ``head`` is the beginning of the file, a few kilobytes.  ``None`` where the bytes say nothing.
    """
    if not head:
        return None
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF":
        return {b"WEBP": "webp", b"AVI ": "avi", b"WAVE": "wav"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return "mp4"
    if _HTML.match(head):
        return "html"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:5].lower() == b"<?xml":
        return "svg" if b"<svg" in head[:1024] else "xml"
    if start[:4].lower() == b"<svg":
        return "svg"
    if start[:1] in (b"{", b"["):
        return "json"
    if b"\0" not in head[:1024] and not _control_bytes(head[:1024]):
        return "text"
    return None


def _control_bytes(head: bytes) -> bool:
    return any(byte < 9 or 13 < byte < 32 for byte in head if byte != 27)
