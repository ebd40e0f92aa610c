"""When what is visited (时间表): the watch of the city, shown in words and changed as its file."""

import os
from pathlib import Path
from typing import Annotated, Final

from fastapi import Form, Request
from fastapi.responses import Response

from console.acting import Acting, Tools
from console.rights import Right
from console.routing import PageRouter
from console.tools import ConsoleTools
from console.web import back_to, page
from records.watch import WindowScope
from services.night.hours import next_opening
from services.night.watch_files import check_watch, load_watch, watch_text
from services.night.watch_text import parse_watch
from services.schemes import WrongCallError
from storage.canonical import digest

router = PageRouter()
WEEKDAYS: Final = "一二三四五六日"
_MOST: Final = 200_000  # characters


@router.page("/schedule", Right.SEE_WATCH)
def schedule(request: Request, tools: Tools, actor: Acting) -> Response:
    """Windows, rhythms of their own, announced maintenance, pace; and the file that says so."""
    plan = load_watch(tools.city_name, tools.city)
    found = watch_text(tools.city_name)
    text, source = found if found is not None else ("", "")
    opening = next_opening([one for one in plan.windows if one.scope is WindowScope.ALL], tools.now())
    return page(
        request, "schedule.html", plan=plan, text=text, source=source, sha256=digest(text.encode()), opening=opening,
        weekdays=WEEKDAYS, names={unit.id: unit.name for unit in tools.city.units},
        writable=_file(tools) is not None, scope=WindowScope,
    )  # fmt: skip


@router.act("/schedule", Right.RUN_WATCH)
def change(
    request: Request,
    tools: Tools,
    actor: Acting,
    text: Annotated[str, Form()] = "",
    sha256: Annotated[str, Form()] = "",
    why: Annotated[str, Form()] = "",
) -> Response:
    """Replace the file, where all of it can be read; the worker takes it at its next start."""
    path = _file(tools)
    if path is None:
        raise WrongCallError("时间表随程序提供，不能在此修改：请把城市文件夹复制出来，让服务改用那一份再启动")
    if not why.strip():
        raise WrongCallError("修改时间表须写明理由")
    if len(text) > _MOST:
        raise WrongCallError("时间表过长")
    text = text.replace("\r\n", "\n")
    found = watch_text(tools.city_name)
    before = found[0] if found is not None else ""
    if digest(before.encode()) != sha256:
        raise WrongCallError("时间表在您打开之后被别人改过，没有保存：请刷新页面，重新修改")
    base = check_watch(tools.city_name, tools.city)
    reading = parse_watch(text, path.name, base=base.plan) if base.plan is not None else base
    if reading.plan is None:
        raise WrongCallError(*(str(fault) for fault in reading.faults))
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_text(text, "utf-8")
    os.replace(unfinished, path)
    tools.log.add(
        at=tools.now(), by=actor.account.login, role=actor.role.value, action="change_schedule", subject=str(path.name),
        told=f"修改时间表：{why.strip()}", detail={"before": before, "after": text},
    )  # fmt: skip
    return back_to("/schedule", "时间表已保存，巡查服务下次启动时生效")


def _file(tools: ConsoleTools) -> Path | None:
    """The file of the watch where it may be written: a city of one's own."""
    name = tools.city_name
    if name.isidentifier():
        return None
    path = Path(name)
    path = path.with_name("watch.yml") if name.endswith((".yml", ".yaml")) else path / "watch.yml"
    return path if os.access(path if path.exists() else path.parent, os.W_OK) else None
