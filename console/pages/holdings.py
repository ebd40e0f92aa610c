"""What is stored (存储与证据), and how it can be checked."""

from typing import Final

from fastapi import Request
from fastapi.responses import Response

from console.acting import Acting, Tools
from console.rights import Right
from console.routing import PageRouter
from console.web import page
from storage.holdings import holdings

router = PageRouter()
KIND_WORDS: Final = {
    "warc": "网页存档（WARC）",
    "screenshot": "截图",
    "document": "巡查文件",
    "filed": "填报材料",
    "material": "申诉与查看的材料",
    "other": "其他",
}


@router.page("/storage", Right.SEE_WATCH)
def storage(request: Request, tools: Tools, actor: Acting) -> Response:
    found = holdings(tools.engine, tools.home / "evidence")
    return page(request, "storage.html", found=found, kinds=KIND_WORDS, size=size_words)


def size_words(count: int) -> str:
    """Bytes in words."""
    value = float(count)
    for unit in ("字节", "KB", "MB", "GB"):
        if value < 1024 or unit == "GB":
            return f"{value:.0f} {unit}" if unit == "字节" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} GB"
