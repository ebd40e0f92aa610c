"""Time the page reader: a made page of 50 KB with 125 links, the 68 real pages, and the mirrors.

Run with ``python bench/reader.py`` from the root of the repository; prints CPU milliseconds a page.
"""

import os
import random
import sys
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from extract.reader import Reader  # noqa: E402  after the path to it

AS_OF = date(2026, 11, 21)
WORDS = "关于做好年度政务公开工作信息发布通知公告县人民政府办公室印发实施方案推进优化营商环境建设项目审批"


def made_page(number: int, *, links: int = 125, size: int = 50_000) -> bytes:
    """A list page of an invented portal: menus and footer as on every page, twenty dated rows of its own, filler."""
    own, common = random.Random(number), random.Random(0)

    def title(length: int, draw: random.Random) -> str:
        return "".join(draw.choice(WORDS) for _ in range(length))

    menu = "".join(
        f'<li class="m{i}"><a href="/zwgk/lm{i}/index.html">{title(4, common)}</a></li>' for i in range(links - 65)
    )
    rows = "".join(
        f'<li><a href="./2026{1 + i % 11:02d}/t2026{1 + i % 11:02d}{1 + i:02d}_{number}{i}.html" title="{text}">'
        f"{text}</a><span>2026-{1 + i % 11:02d}-{1 + i:02d}</span></li>"
        for i, text in ((i, title(22, own)) for i in range(20))
    )
    side = "".join(f'<li><a href="/xw/{i}.html">{title(16, common)}</a></li>' for i in range(10))
    foot = "".join(f'<a href="http://link{i}.example.cn/">{title(5, common)}</a>' for i in range(30))
    page = (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>通知公告-测试县人民政府</title>'
        '<link rel="stylesheet" href="/css/a.css"><script src="/js/a.js"></script></head><body>'
        f'<div class="nav"><ul>{menu}</ul></div><div class="pos">当前位置：<a href="/">首页</a> &gt; '
        f'<a href="/zwgk/">政务公开</a> &gt; 通知公告</div><div class="main"><ul class="list">{rows}</ul>'
        "<script>createPageHTML(50, 0, 'index', 'html');</script></div>"
        f'<div class="right"><h3>热点</h3><ul>{side}</ul></div>'
        f'<div class="foot">{foot}<p>主办：测试县人民政府办公室 网站标识码：0000000000</p></div>'
    )
    filler = ""
    while len((page + filler).encode()) < size - 200:
        filler += f'<div class="f" style="display:block;margin:0 auto"><p>{title(60, own)}</p></div>'
    return (page + filler + "</body></html>").encode()


def timed(name: str, pages: list[tuple[bytes, str]], rounds: int) -> None:
    """Print the mean CPU time a page, warm."""
    reader = Reader(AS_OF)
    for body, url in pages[:20]:
        reader.read(body, url=url)
    start = time.process_time()
    for _ in range(rounds):
        for body, url in pages:
            reader.read(body, url=url)
    spent = (time.process_time() - start) * 1000 / (rounds * len(pages))
    size = sum(len(body) for body, _ in pages) / len(pages) / 1000
    print(f"{name}: {spent:.2f} ms CPU a page ({len(pages)} pages, {size:.0f} KB mean)")


def main() -> None:
    """Time all sets that are there."""
    made = [(made_page(i), f"http://www.test.gov.cn/zwgk/tzgg/index_{i}.html") for i in range(60)]
    timed("made pages", made, 4)
    shared = Path(os.environ.get("CHENGJIAN_SHARED", ROOT.parent / "shared"))
    portals = sorted((shared / "portals").glob("*.html"))
    if portals:
        timed("real pages", [(p.read_bytes(), f"http://www.x.gov.cn/a/{p.name}") for p in portals], 2)
    mirrors = sorted((shared / "mirrors").rglob("*.html"))
    if mirrors:
        pages = [(p.read_bytes(), f"http://www.x.gov.cn/{p.relative_to(shared)}") for p in mirrors]
        timed("mirrored pages", pages, 1)


if __name__ == "__main__":
    main()
