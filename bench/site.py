"""A generated portal of 3,000 pages of about 50 KB with some 125 links each, served from memory by its own process.

``python bench/site.py`` prints its address and serves until it is ended.
"""

import asyncio
import random
import sys

PAGES = 3000
COLUMNS = 60
PER_LIST = 20
SEED = 20261121
WORDS = (
    "为深入贯彻落实政务公开工作要点进一步提升服务水平优化营商环境保障企业和群众合法权益各乡镇人民政府县直各单位要按照"
    "统一部署认真组织实施加强监督检查及时报送工作进展情况确保各项任务落到实处本通知自印发之日起施行有效期三年请结合实际"
    "抓好落实对工作不力造成不良影响的将依规依纪严肃处理项目建设用地审批环境影响评价安全生产许可信用承诺告知制度年度报告"
)


class Site:
    """All responses by path, made once."""

    def __init__(self, pages: int = PAGES) -> None:
        draw = random.Random(SEED)
        lists = COLUMNS * 3
        self.articles = pages - lists - 1
        self.bodies: dict[str, bytes] = {"/": self._page(draw, "云溪县人民政府", self._links(draw, 60), "")}
        for column in range(COLUMNS):
            for part in range(3):
                rows = "".join(self._row(draw, column, part, row) for row in range(PER_LIST))
                name = f"/c{column}/index{'' if part == 0 else f'_{part}'}.html"
                pager = f"<script>createPageHTML(3, {part}, 'index', 'html');</script>"
                body = f"<ul class='list'>{rows}</ul>{pager}"
                self.bodies[name] = self._page(draw, f"栏目{column}-云溪县人民政府", body, f"栏目{column}")
        for number in range(self.articles):
            text = "".join(f"<p>{self._text(draw, 260)}</p>" for _ in range(44))
            title = self._text(draw, 18)
            day = f"2026-{number % 9 + 1:02d}-{number % 28 + 1:02d}"
            meta = f"<h1>{title}</h1><div class='meta'>发布时间：{day}</div>"
            body = meta + f"<div class='TRS_Editor'>{text}</div>" + self._links(draw, 24)
            here = f"栏目{number % COLUMNS}"
            self.bodies[self.article(number)] = self._page(draw, f"{title}-云溪县人民政府", body, here)

    def article(self, number: int) -> str:
        number %= self.articles
        month = f"2026{number % 9 + 1:02d}"
        return f"/c{number % COLUMNS}/{month}/t{month}{number % 28 + 1:02d}_{number}.html"

    def _text(self, draw: random.Random, length: int) -> str:
        start = draw.randrange(len(WORDS))
        return (WORDS[start:] + WORDS * (length // len(WORDS) + 1))[:length]

    def _row(self, draw: random.Random, column: int, part: int, row: int) -> str:
        number = column + COLUMNS * (part * PER_LIST + row)
        day = f"2026-{number % 9 + 1:02d}-{number % 28 + 1:02d}"
        return f"<li><a href='{self.article(number)}' title='x'>{self._text(draw, 24)}</a><span>{day}</span></li>"

    def _links(self, draw: random.Random, count: int) -> str:
        rows = []
        for _ in range(count):
            number = draw.randrange(self.articles)
            rows.append(f"<li><a href='{self.article(number)}'>{self._text(draw, 16)}</a></li>")
        if draw.random() < 0.02:
            rows.append(f"<li><a href='/gone/{draw.randrange(60)}.html'>{self._text(draw, 10)}</a></li>")
        return f"<ul>{''.join(rows)}</ul>"

    def _page(self, draw: random.Random, title: str, main: str, here: str) -> bytes:
        menu = "".join(f"<li><a href='/c{c}/index.html'>栏目{c}</a></li>" for c in range(COLUMNS))
        assets = "".join(f"<img src='/img/{draw.randrange(250)}.png' alt=''>" for _ in range(6))
        footer = "".join(f"<a href='/c{c}/index_1.html'>{self._text(draw, 6)}</a>" for c in range(30))
        script = "var pad='" + self._text(draw, 3000) + "';"
        html = (
            f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>"
            f"<link rel='stylesheet' href='/css/site.css'><script src='/js/site.js'></script></head><body>"
            f"<div id='today'>今天是2026年11月21日</div><ul class='nav'>{menu}</ul>"
            f"<div class='position'>当前位置：<a href='/'>首页</a> &gt; {here}</div><div class='main'>{main}</div>"
            f"{assets}<script>{script}</script><div class='footer'>{footer}版权所有 云溪县人民政府</div></body></html>"
        )
        return html.encode()

    def answer(self, path: str) -> tuple[int, str, bytes]:
        if body := self.bodies.get(path):
            return 200, "text/html; charset=utf-8", body
        if path.startswith("/img/"):
            return 200, "image/png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64
        if path.startswith("/css/"):
            return 200, "text/css", b"body{}"
        if path.startswith("/js/"):
            return 200, "application/javascript", b"var a=1;"
        if path == "/robots.txt":
            return 200, "text/plain", b"User-agent: *\nDisallow: /private/\n"
        return 404, "text/html; charset=utf-8", b"<html><title>404</title><h1>404 Not Found</h1></html>"


class Protocol(asyncio.Protocol):
    """Just enough of HTTP/1.1 to be faster than any crawler."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
            method, path, _ = head.split(b"\r\n", 1)[0].split(b" ")
            status, kind, body = self._site.answer(path.decode("latin-1").split("?")[0])
            # The last header is a consent: without it LinkChecker keeps to ten requests a second.
            fields = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nLinkChecker: yes"
            reply = f"HTTP/1.1 {status} X\r\n{fields}\r\n\r\n".encode()
            self._transport.write(reply if method == b"HEAD" else reply + body)


async def serve() -> None:
    site = Site()
    server = await asyncio.get_running_loop().create_server(lambda: Protocol(site), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    sizes = [len(body) for body in site.bodies.values()]
    print(f"http://127.0.0.1:{port}/", flush=True)
    print(f"{len(sizes)} pages, {sum(sizes) // len(sizes)} bytes each", file=sys.stderr, flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(serve())
    except KeyboardInterrupt:
        sys.exit(0)
