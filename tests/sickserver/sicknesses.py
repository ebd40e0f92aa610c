"""One handler for each sickness.  A handler returns whether the connection may be used again."""

import asyncio
import contextlib
import gzip
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from urllib.parse import parse_qsl, unquote, urlsplit


class Visit:
    """One request as it came in."""

    def __init__(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        counters: dict[str, int],
        origin: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.method = method
        self.target = target
        self.headers = headers
        self.origin = origin
        self.reader = reader
        self.writer = writer
        self.path = urlsplit(target).path
        self.query = dict(parse_qsl(urlsplit(target).query))
        self.rest = ""
        self._counters = counters

    def count(self) -> int:
        """How many times this very address was asked before, by any method."""
        seen = self._counters.get(self.target, 0)
        self._counters[self.target] = seen + 1
        return seen


Handler = Callable[[Visit], Awaitable[bool]]
SICK: dict[str, Handler] = {}

REASONS = {200: "OK", 202: "Accepted", 204: "No Content", 301: "Moved Permanently", 302: "Found", 404: "Not Found"}
FILLER = "<p>为进一步优化营商环境，现将有关事项公告如下，请各有关单位认真贯彻执行，并及时报送落实情况。</p>" * 4


def page(title: str, body: str = "") -> bytes:
    """A page that a reader takes for one."""
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1>{body}{FILLER}</body></html>"
    ).encode()


def links(*targets: str) -> str:
    return "".join(f'<a href="{target}">{target}</a> ' for target in targets)


async def send(visit: Visit, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bool:
    fields = {"Content-Type": "text/html", "Content-Length": str(len(body)), **(headers or {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    head = f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}\r\n{lines}\r\n"
    visit.writer.write(head.encode("latin-1") + (b"" if visit.method == "HEAD" else body))
    await visit.writer.drain()
    return True


async def send_raw(visit: Visit, data: bytes) -> bool:
    visit.writer.write(data)
    with contextlib.suppress(ConnectionError):
        await visit.writer.drain()
    return False


def sick(name: str) -> Callable[[Handler], Handler]:
    def enter(handler: Handler) -> Handler:
        SICK[name] = handler
        return handler

    return enter


def reset(visit: Visit) -> bool:
    """Close with RST instead of FIN."""
    raw: socket.socket = visit.writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    visit.writer.transport.abort()
    return False


@sick("ok")
async def ok(visit: Visit) -> bool:
    return await send(visit, 200, page(f"正常 {visit.rest}"))


@sick("status")
async def status(visit: Visit) -> bool:
    return await send(visit, int(visit.rest.split("/")[0]), page("错误"))


@sick("fail")
async def fail(visit: Visit) -> bool:
    """/sick/fail/<times>/<status>/…: so many times, then well.  Query ``after`` becomes Retry-After."""
    times, code, *_ = visit.rest.split("/")
    if visit.count() >= int(times):
        return await send(visit, 200, page("终于好了"))
    extra = {"Retry-After": visit.query["after"]} if "after" in visit.query else {}
    if code == "reset":
        return reset(visit)
    return await send(visit, int(code), page("稍后再试"), extra)


@sick("flap")
async def flap(visit: Visit) -> bool:
    """Works, fails, works, fails …"""
    return await send(visit, 404 if visit.count() % 2 else 200, page("时好时坏"))


@sick("head")
async def head(visit: Visit) -> bool:
    """/sick/head/<status>: HEAD is answered so, GET well.  ``reset`` and ``close`` for no answer at all."""
    if visit.method != "HEAD":
        return await send(visit, 200, page("GET 正常"))
    if visit.rest == "reset":
        return reset(visit)
    if visit.rest == "close":
        return False
    if visit.rest == "html":
        return await send(visit, 200, page("x"))
    return await send(visit, int(visit.rest))


@sick("cookiewall")
async def cookiewall(visit: Visit) -> bool:
    """Whoever brings no cookie is given one and sent back to where he came from."""
    if "pass=1" in visit.headers.get("cookie", ""):
        return await send(visit, 200, page("进来了", links("/sick/cookiewall/2", "/sick/cookiewall/3")))
    return await send(visit, 302, b"", {"Location": visit.target, "Set-Cookie": "pass=1; Path=/"})


@sick("cookieloop")
async def cookieloop(visit: Visit) -> bool:
    """A new cookie each time, and never satisfied."""
    return await send(visit, 302, b"", {"Location": visit.target, "Set-Cookie": f"n={visit.count()}; Path=/"})


@sick("loop")
async def loop(visit: Visit) -> bool:
    other = "b" if visit.rest == "a" else "a"
    return await send(visit, 302, b"", {"Location": f"/sick/loop/{other}"})


@sick("chain")
async def chain(visit: Visit) -> bool:
    left = int(visit.rest)
    if left == 0:
        return await send(visit, 200, page("到了"))
    return await send(visit, 301, b"", {"Location": f"/sick/chain/{left - 1}"})


@sick("redirect")
async def redirect(visit: Visit) -> bool:
    """/sick/redirect?to=…: anywhere; without ``to`` there is no Location."""
    return await send(visit, 302, b"", {"Location": visit.query["to"]} if "to" in visit.query else {})


@sick("rawlocation")
async def rawlocation(visit: Visit) -> bool:
    """A Location with Chinese in gb18030 as it came out of a database."""
    if visit.rest:
        wanted = "/sick/rawlocation/公告".encode("gb18030").hex()
        got = unquote(visit.target, "latin-1").encode("latin-1").hex()
        return await send(visit, 200 if wanted == got else 404, page("公告"))
    location = "/sick/rawlocation/公告".encode("gb18030")
    return await send_raw(
        visit, b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: " + location + b"\r\n\r\n"
    )


@sick("wall")
async def wall(visit: Visit) -> bool:
    """/sick/wall/<status>/…: a challenge page, with the marks of a common wall."""
    code = int(visit.rest.split("/")[0])
    script = b"document.cookie='__jsl_clearance='+('_')+'|-1|';location.reload()"
    body = b"<html><head><script>" + script + b"</script></head></html>"
    return await send(visit, code, body, {"X-Via-JSL": "1", "Set-Cookie": "__jsluid_s=abc; path=/"})


@sick("hang")
async def hang(visit: Visit) -> bool:
    await visit.reader.read()
    return False


@sick("slow")
async def slow(visit: Visit) -> bool:
    await asyncio.sleep(float(visit.rest))
    return await send(visit, 200, page("慢"))


@sick("drip")
async def drip(visit: Visit) -> bool:
    """A byte now and then, for ever."""
    await send_raw(visit, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000000\r\n\r\n<html>")
    while not visit.writer.is_closing():
        await send_raw(visit, b"x")
        await asyncio.sleep(0.05)
    return False


@sick("headers")
async def headers(visit: Visit) -> bool:
    """Headers without end."""
    await send_raw(visit, b"HTTP/1.1 200 OK\r\n")
    while not visit.writer.is_closing():
        await send_raw(visit, b"X-More: and more\r\n" * 1000)
        await asyncio.sleep(0.01)
    return False


@sick("huge")
async def huge(visit: Visit) -> bool:
    """300 MB of text (``/sick/huge/page``) or of a file (``/sick/huge/file.zip``)."""
    is_file = visit.rest.endswith(".zip")
    kind = "application/zip" if is_file else "text/html"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {300 * 2**20}\r\n\r\n".encode()
    await send_raw(visit, head + (b"PK\x03\x04" if is_file else b"<html>"))
    block = b"0" * 65536
    if visit.method != "HEAD":
        for _ in range(300 * 16):
            if visit.writer.is_closing():
                break
            await send_raw(visit, block)
    return False


@sick("endless")
async def endless(visit: Visit) -> bool:
    """Chunks for ever, as fast as they are taken."""
    await send_raw(visit, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not visit.writer.is_closing():
        await send_raw(visit, b"4000\r\n" + b"a" * 0x4000 + b"\r\n")
    return False


@sick("bomb")
async def bomb(visit: Visit) -> bool:
    """A quarter of a gigabyte of nothing in a quarter of a megabyte."""
    kind = {"Content-Type": "application/pdf"} if visit.rest else {}
    return await send(visit, 200, await asyncio.to_thread(_bomb), {"Content-Encoding": "gzip"} | kind)


@cache
def _bomb() -> bytes:
    """Made fast, and beside the loop: a server that stands still would make its other pages time out."""
    block, times = bytes(2**20), 256
    engine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = engine.compress(block) + engine.flush(zlib.Z_FULL_FLUSH)  # whole bytes that stand for themselves
    crc = 0
    for _ in range(times):
        crc = zlib.crc32(block, crc)
    head = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
    return head + packed * times + engine.flush() + struct.pack("<II", crc, times * len(block))


@sick("reset")
async def reset_at_once(visit: Visit) -> bool:
    return reset(visit)


@sick("close")
async def close_at_once(visit: Visit) -> bool:
    return False


@sick("cut")
async def cut(visit: Visit) -> bool:
    """Less than announced, then closed: by length, or in the middle of a chunk."""
    body = page("没说完", links("/sick/ok/after-cut"))
    if visit.rest == "chunk":
        start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        return await send_raw(visit, start + b"fffff\r\n" + body)
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\n\r\n"
    return await send_raw(visit, start + body)


@sick("miscounted")
async def miscounted(visit: Visit) -> bool:
    """/sick/miscounted/<status>: a whole page, ten bytes less than announced."""
    body = b"<html><body><p>short</p></body></html>\n"
    status = int(visit.rest or "200")
    await send(visit, status, body, {"Content-Length": str(len(body) + 10)})
    return False


@sick("garbage")
async def garbage(visit: Visit) -> bool:
    return await send_raw(visit, b"SSH-2.0-OpenSSH_9.2\r\n\r\n\0\1\2\3")


@sick("gzip")
async def gzipped(visit: Visit) -> bool:
    """/sick/gzip/<good|plain|broken>: well done, declared and not done, or broken in the middle."""
    body = page("压缩", links("/sick/ok/in-gzip"))
    packed = gzip.compress(body)
    data = {"good": packed, "plain": body, "broken": packed[:60] + b"\xff" * 60 + packed[120:]}[visit.rest]
    return await send(visit, 200, data, {"Content-Encoding": "gzip"})


@sick("deflate")
async def deflated(visit: Visit) -> bool:
    """Deflate without its zlib header, as old IIS sends it."""
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    body = page("压缩", links("/sick/ok/in-deflate"))
    return await send(visit, 200, engine.compress(body) + engine.flush(), {"Content-Encoding": "deflate"})


@sick("empty")
async def empty(visit: Visit) -> bool:
    return await send(visit, 200)


@sick("nul")
async def nul(visit: Visit) -> bool:
    return await send(visit, 200, page("空\0字节", "\0\0" + links("/sick/ok/after-nul")))


@sick("mislabelled")
async def mislabelled(visit: Visit) -> bool:
    """gb18030 that calls itself utf-8."""
    body = page("公告", links("/sick/ok/gbk")).decode().encode("gb18030")
    return await send(visit, 200, body, {"Content-Type": "text/html; charset=utf-8"})


@sick("file")
async def file(visit: Visit) -> bool:
    """/sick/file/good.pdf is one; /sick/file/error.pdf is an error page that answers 200."""
    if "good" in visit.rest:
        return await send(visit, 200, b"%PDF-1.4\n" + b"0" * 40_000, {"Content-Type": "application/pdf"})
    if visit.rest.endswith(".png") and "error" not in visit.rest:
        return await send(visit, 200, b"\x89PNG\r\n\x1a\n" + b"0" * 99, {"Content-Type": "image/png"})
    return await send(visit, 200, page("文件不存在"))


@sick("calendar")
async def calendar(visit: Visit) -> bool:
    """/sick/calendar/<year>/<month>: the months before and after, for ever."""
    year, month = (int(part) for part in visit.rest.split("/")[:2])
    before = (year - 1, 12) if month == 1 else (year, month - 1)
    after = (year + 1, 1) if month == 12 else (year, month + 1)
    body = links(
        f"/sick/calendar/{before[0]}/{before[1]}",
        f"/sick/calendar/{after[0]}/{after[1]}",
        f"/sick/calendar/{year + 1}/{month}",
        f"/sick/calendar/{year - 1}/{month}",
    )
    return await send(visit, 200, page(f"{year}年{month}月", body))


@sick("session")
async def session(visit: Visit) -> bool:
    """Ten real pages, each link with a session of its own: known by name (``?sid=``) or not (``?k=``)."""
    name = visit.query.get("name", "sid")
    token = f"{visit.count() + 7919 * len(visit.target):08x}{abs(hash(visit.target)):016x}"[:20]
    body = links(*(f"/sick/session/{n}?name={name}&{name}={token}" for n in range(10)))
    return await send(visit, 200, page(f"第{visit.rest}页", body))


@sick("deeper")
async def deeper(visit: Visit) -> bool:
    """A relative link that leads ever deeper: every path answers."""
    return await send(visit, 200, page("深", links("news/", "list/news/")))


@sick("permute")
async def permute(visit: Visit) -> bool:
    """Every order of five filters, each with four values."""
    names = [*visit.query]
    more = []
    for name in "abcde":
        kept = [pair for pair in visit.query.items() if pair[0] != name]
        for value in "1234":
            orders = ([*kept, (name, value)], [(name, value), *kept])
            more += ["/sick/permute?" + "&".join(f"{key}={each}" for key, each in pairs) for pairs in orders]
    return await send(visit, 200, page("筛选" + "".join(names), links(*more)))


@sick("counter")
async def counter(visit: Visit) -> bool:
    number = int(visit.query.get("n", "0"))
    return await send(visit, 200, page(f"第{number}", links(f"/sick/counter?n={number + 1}")))


@sick("many")
async def many(visit: Visit) -> bool:
    """20,000 links on one page."""
    return await send(visit, 200, page("很多", links(*(f"/sick/file/{n}.png" for n in range(20_000)))))


@sick("refresh")
async def refresh(visit: Visit) -> bool:
    """A page that sends its reader on: by meta refresh or by script."""
    to = "/sick/ok/refreshed"
    if visit.rest == "script":
        return await send(visit, 200, f'<html><script>location.href="{to}";</script></html>'.encode())
    meta = f'<meta http-equiv="refresh" content="0;url={to}">'
    return await send(visit, 200, f"<html><head>{meta}</head></html>".encode())


@sick("shell")
async def shell(visit: Visit) -> bool:
    """A page that is nothing without a browser; its data come from /sick/data."""
    body = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>通知公告</title></head><body><div id="app"></div>
<script>fetch('/sick/data').then(r => r.json()).then(d => { document.getElementById('app').innerHTML =
'<ul>' + d.map(i => '<li><a href="' + i.u + '">' + i.t + '</a><span>' + i.d + '</span></li>').join('') + '</ul>'; });
</script></body></html>"""
    return await send(visit, 200, body.encode())


@sick("data")
async def data(visit: Visit) -> bool:
    body = (
        "["
        + ",".join(f'{{"u":"/sick/ok/{n}","t":"关于第{n}号事项的通知公告","d":"2026-11-{n:02}"}}' for n in range(1, 9))
        + "]"
    )
    return await send(visit, 200, body.encode(), {"Content-Type": "application/json"})
