"""External scripts that may write a part of a page: ``<script src="/js/menu.js"></script>`` where a menu would stand.

Old portals keep their menus in one script that writes them, newer ones in one that holds them as data.  Who does not
read it sees pages without menus, and would miss whatever only the menu leads to.
"""

import re
from functools import lru_cache

from extract.addresses import extension_of

# Libraries, bundles, and scripts that do something to a page without adding to it.
_TOOL = re.compile(
    r"jquery|^jq[.\-_]|bootstrap|swiper|layui|layer|vue|react|angular|axios|lodash|echarts|require|^sea[.\-]|swf|player|video|date|"
    r"my97|calendar|time|valid|respond|shiv|modernizr|slide|focus|marquee|scroll|kxbd|share|tongji|stat|count|hits?\b|click|"
    r"analytic|chunk|vendor|bundle|manifest|polyfill|runtime|\.min\.|font|zoom|print|speech|wza|barrier|captcha|md5|aes|rsa|base64|"
    r"json|qrcode|lazy|weather|ie6|png|mobile|redirect|_sitegray|govdata|page|sdk|cdn|tab|search|login|^app\b|^umi|[.\-](?:[0-9a-f]{6,}|[\w\-]{8})\.js$|"
    r"^(?:\d+|[0-9a-f]{16,})\.js$",
    re.IGNORECASE,
).search
_VERSION = re.compile(r"(?:(?:v|ver|version|t|_|r)=)?[\w.\-]*", re.IGNORECASE).fullmatch


@lru_cache(maxsize=20_000)
def may_write(url: str) -> bool:
    """Whether a script, by its address, may write a part of a page; only such are read."""
    path, _, query = url.partition("?")
    if extension_of(path) != "js" or _VERSION(query) is None:
        return False
    return _TOOL(path.rpartition("/")[2]) is None
