"""What of a body matters: the hash by which a page is known to be unchanged.

Left out, and nothing else:

- the day and hour as a page shows them to its reader (今天是2026年11月21日 星期六), not the dates of what it lists;
- counters (访问量, 浏览次数, 点击数, 您是第 … 位访客, 在线人数) with the number that follows;
- tokens that are new at every answer: session ids in addresses, hidden form fields and meta tags of known names
  (``__VIEWSTATE``, ``csrf…``, ``token``), ``nonce`` attributes, time stamps behind an address that defeat caches;
- comments that say when, by whom or how fast a page was made: short ones with a time of day or with nothing but
  numbers.

Whoever changes no more than this has not changed what is published.  The body is taken for UTF-8, else for GB 18030;
one in another encoding is compared byte by byte.
"""

import re
from hashlib import blake2b
from typing import Final

# What may stand between a word and its number: white space, a colon, an entity, a tag or two.
_GAP: Final = r"(?:[\s:：&;/]|nbsp|<[^<>]{0,200}>){0,12}"
_MOMENT: Final = r"(?:\d{1,4}[年月日时分秒\-/.:\sT]{1,2}){2,6}\d{0,4}(?:" + _GAP + r"(?:星期|周)[一二三四五六日天])?\s*"
_TODAY: Final = re.compile(
    r"(?:今[天日]是?|当前(?:时间|日期)|现在(?:时间|是)|北京时间|(?:系统|服务器)时间)" + _GAP + _MOMENT
)
_COUNTER: Final = re.compile(
    r"(?:访问(?:量|次数|人数|数)|(?:浏览|阅读)(?:量|次数|数)|点击(?:数|量|率|次数)|在线人数|您是第|人气)"
    + _GAP
    + r"[\d,]+"
)
# To look for a few words and match there is several times cheaper than to let a pattern run over the whole text.
_BEGINNINGS: Final = (
    *((word, _TODAY) for word in ("今天", "今日", "当前", "现在", "北京时", "系统时", "服务器时")),
    *((word, _COUNTER) for word in ("访问", "浏览", "阅读", "点击", "在线人", "您是第", "人气")),
)
_TOKENS: Final = (
    ("jsessionid", re.compile(r";?jsessionid=[^\"'?#&\s<>]*")),
    ("JSESSIONID", re.compile(r";?JSESSIONID=[^\"'?#&\s<>]*")),
    (" nonce=", re.compile(r"\bnonce=([\"'])[^\"']*\1")),
    ("__VIEWSTATE", re.compile(r"<input[^<>]*__VIEWSTATE[^<>]*>")),
    ("__EVENTVALIDATION", re.compile(r"<input[^<>]*__EVENTVALIDATION[^<>]*>")),
    ("csrf", re.compile(r"<(?:input|meta)[^<>]*csrf[^<>]*>")),
    ("token", re.compile(r"<(?:input|meta)[^<>]*token\b[^<>]*>")),
    ("=1", re.compile(r"[?&](?:_t?|t|v|r|rand|random|timestamp|time|nocache)=1\d{9}(?:\d{3})?(?!\d)")),
    ("=0.", re.compile(r"[?&](?:_t?|t|v|r|rand|random|timestamp|nocache)=0\.\d{6,}")),
)
_COMMENT: Final = re.compile(
    r"<!--[^<>]{0,200}?(?:\d{1,2}:\d{2}|\d+\.\d+\s*m?s)[^<>]{0,200}?-->|<!--[\s\d.:,/_-]{1,80}-->"
)


def essence_of(body: bytes) -> str:
    """Hash of what matters of a body, 32 hexadecimal digits."""
    text = _decoded(body)
    if text is not None:
        for word, pattern in _BEGINNINGS:
            text = _without(text, word, pattern)
        for mark, pattern in _TOKENS:
            if mark in text:
                text = pattern.sub("", text)
        if "<!--" in text:
            text = _COMMENT.sub("", text)
        body = text.encode("utf-8", "surrogatepass")
    return blake2b(body, digest_size=16).hexdigest()


def _without(text: str, word: str, pattern: re.Pattern[str]) -> str:
    """``text`` without what ``pattern`` matches, each match beginning with ``word``."""
    kept = []
    done = 0
    at = text.find(word)
    while at >= 0:
        match = pattern.match(text, at)
        if match is not None:
            kept.append(text[done:at])
            done = match.end()
        at = text.find(word, max(at + 1, done))
    return text if not done else "".join((*kept, text[done:]))


def _decoded(body: bytes) -> str | None:
    for encoding in ("utf-8", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
