"""The character encoding of a page, from its header, its markup and, where these lie, its bytes.

``gb2312`` and ``gbk`` are read as their superset gb18030, as browsers do.  What is declared is believed only while the
bytes agree with it: a header that says utf-8 over a body in GBK is common, and so is the reverse.
"""

import re
from typing import Final

_ALIASES: Final = {
    **dict.fromkeys(
        (
            "gb2312",
            "gbk",
            "gb18030",
            "gb_2312-80",
            "gb_2312",
            "x-gbk",
            "gb2312-80",
            "cp936",
            "ms936",
            "chinese",
            "euc-cn",
        ),
        "gb18030",
    ),
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "x-x-big5", "cp950"), "big5hkscs"),
    **dict.fromkeys(("utf-8", "utf8", "utf_8", "unicode-1-1-utf-8", "utf-8-sig"), "utf-8"),
    **dict.fromkeys(("utf-16", "utf-16le", "unicode"), "utf-16-le"),
    "utf-16be": "utf-16-be",
    "shift_jis": "shift_jis",
    "euc-jp": "euc_jp",
    "euc-kr": "euc_kr",
}
# latin-1, ascii, windows-1252 … are what servers say when nobody has set anything: they are not believed here.

_BROAD: Final = frozenset(("gb18030", "utf-8"))  # encodings of which ASCII is a part: what was declared is kept
_NAMES: Final = {"big5hkscs": "big5", "utf-16-le": "utf-16le", "utf-16-be": "utf-16be"}
_META = re.compile(rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_\-]{3,20})""", re.I)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_\-]{3,20})""", re.I)
_META_WINDOW: Final = 8192  # bytes; browsers look at 1024, but portals put long comments first
_SAMPLE: Final = 65536  # bytes that are tried when the declaration is wrong
_COMMON: Final = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后"
    "多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合"
    "政府信息公告通知县市区局委办公开关新闻首页日月网站管版权單國時會學實開關發們這對業務縣區網頁資訊"
)


def decode(body: bytes, content_type: str = "") -> tuple[str, str | None]:
    """Text and name of the encoding of a body; never raises.

    The name is in the form of browsers (``utf-8``, ``gb18030``, ``big5`` …), ``None`` for an empty body.  NUL bytes and
    byte order marks are left out of the text.
    """
    if not body:
        return "", None
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if body.startswith(mark):
            return _text(body[len(mark) :], codec), _NAMES.get(codec, codec)
    declared = _declared(body, content_type)
    if not declared or "utf-8" in declared:
        try:
            text = body.decode("utf-8")  # nearly always right, and then nothing else need be asked
        except UnicodeDecodeError:
            pass
        else:
            if "\0" not in text:
                return text, declared[0] if declared and text.isascii() and declared[0] in _BROAD else "utf-8"
    codec = _choose(body, declared)
    return _text(body, codec), _NAMES.get(codec, codec)


def _text(body: bytes, codec: str) -> str:
    text = body.decode(codec, "replace")
    return text.replace("\0", "") if "\0" in text else text


def _declared(body: bytes, content_type: str) -> list[str]:
    names: list[str] = []
    found = _HEADER.search(content_type) if content_type else None
    if found is not None:
        names.append(found.group(1))
    in_markup = _META.search(body[:_META_WINDOW])
    if in_markup is not None:
        names.append(in_markup.group(1).decode("ascii"))
    return [codec for name in names if (codec := _ALIASES.get(name.lower())) is not None]


def _choose(body: bytes, declared: list[str]) -> str:
    if body.isascii() and b"\0" not in body:
        return declared[0] if declared and not declared[0].startswith("utf-16") else "utf-8"
    head = body[:_SAMPLE]
    zeros = head.count(0)
    if zeros * 4 > len(head):  # Latin letters in utf-16 have a NUL as every other byte
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        # A handful of GBK bytes may happen to be good utf-8; then what was declared decides.
        wide = len(head) - len(head.decode("ascii", "ignore"))
        if wide > 12 or not declared or "utf-8" in declared or not _fits(body, declared[0]):
            return "utf-8"
        return declared[0]
    candidates = list(dict.fromkeys([*declared, "utf-8", "gb18030", "big5hkscs"]))
    candidates = [codec for codec in candidates if not codec.startswith("utf-16")]
    scores = [_plausibility(head, codec) for codec in candidates]
    best = max(scores)
    for codec, score in zip(candidates, scores, strict=True):  # the declared ones come first and win a near tie
        if score >= best - 0.02:
            return codec
    return "gb18030"


def _fits(body: bytes, codec: str) -> bool:
    try:
        body.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _plausibility(head: bytes, codec: str) -> float:
    """Share of the characters beyond ASCII that are common in Chinese pages, less the share that cannot be read."""
    text = head.decode(codec, "replace")
    wide = [character for character in text if character > "\x7f"]
    if not wide:
        return 0.0
    bad = text.count("�")
    common = sum(1 for character in wide if character in _COMMON)
    return (common - 2 * bad) / len(wide)
