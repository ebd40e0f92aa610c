"""Files that a unit sends: streamed, bounded, told by content; what breaks off leaves nothing and can be sent again."""

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect

from console.acting import Acting, Actor, Tools
from console.limits import UPLOAD
from console.own_unit import OwnUnit, own_unit
from console.pages.mine_filings import typed_fields
from console.rights import Right
from console.routing import PageRouter
from console.tools import ConsoleTools
from console.web import back_to, is_partial, local_path, part
from services.schemes import WrongCallError
from services.staged_files import check_size, safe_name
from services.unit_rounds import filing_place, review_place, workbook_place
from storage.filing_drafts import Upload

router = PageRouter()
_CHUNK = 1 << 20


@router.act("/mine/filings/{round_id}/workbook/files", Right.FILE_VALUES, limit=UPLOAD)
async def workbook_file(request: Request, tools: Tools, actor: Acting, round_id: str) -> Response:
    own = await run_in_threadpool(own_unit, tools, actor)
    one = await run_in_threadpool(own.round, round_id)
    return await _receive(request, own, workbook_place(one.id), "/mine/filings", "mine_book_file.html")


@router.act("/mine/filings/{round_id}/{indicator}/files", Right.FILE_VALUES, limit=UPLOAD)
async def row_file(request: Request, tools: Tools, actor: Acting, round_id: str, indicator: str) -> Response:
    own = await run_in_threadpool(own_unit, tools, actor)
    one = await run_in_threadpool(own.round, round_id)
    row = await run_in_threadpool(own.row, one, indicator)
    place = filing_place(one.id, row.form.provider.name, row.id)
    return await _receive(request, own, place, f"/mine/filings/{one.id}/{row.id}", "mine_file.html")


@router.act("/mine/reviews/{round_id}/{indicator}/files", Right.ASK_REVIEW, limit=UPLOAD)
async def review_file(request: Request, tools: Tools, actor: Acting, round_id: str, indicator: str) -> Response:
    own = await run_in_threadpool(own_unit, tools, actor)
    one = await run_in_threadpool(own.round, round_id)
    known = next((row.id for row in one.found.plan.rows if row.id == indicator), None)
    if known is None:
        raise WrongCallError("本轮没有这一项指标")
    return await _receive(request, own, review_place(one.id, known), f"/mine/reviews/{one.id}", "mine_review_file.html")


@router.act("/mine/uploads/{upload_id}/remove", Right.FILE_VALUES)
async def remove(request: Request, tools: Tools, actor: Acting, upload_id: int) -> Response:
    """Take away a file that was not handed in; what was typed beside it is kept."""
    sent = await request.form()
    back = local_path(str(sent.get("back", "")), "/mine/filings")
    return await run_in_threadpool(_remove, request, tools, actor, upload_id, back, typed_fields(sent))


def _remove(
    request: Request, tools: ConsoleTools, actor: Actor, upload_id: int, back: str, fields: dict[str, object]
) -> Response:
    own = own_unit(tools, actor)
    found = tuple(one for one in own.drafts.uploads(own.unit.id) if one.id == upload_id)
    own.staged.remove(own.unit.id, found)
    if is_partial(request):
        return Response("", media_type="text/html")
    if found and found[0].place.startswith("filing:"):
        own.drafts.save(own.unit.id, found[0].place, fields, by=actor.by, at=tools.now())
    return back_to(back, "已移除" if found else "该文件已不在")


async def _receive(request: Request, own: OwnUnit, place: str, back: str, template: str) -> Response:
    """Take one file as the body of the request (with its name in the address), or several of a form."""
    await run_in_threadpool(own.staged.check_room, own.unit.id)
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form(max_files=50) as sent:
            files = [one for one in sent.getlist("files") if isinstance(one, UploadFile) and one.filename]
            if not files:
                raise WrongCallError("没有选择文件")
            for file in files:
                await run_in_threadpool(_keep_form_file, own, place, file)
        return back_to(back, f"已上传 {len(files)} 个文件，提交后生效")
    upload = await receive_body(request, own, place)
    return part(request, template, upload=upload, note="", back=back)


async def receive_body(request: Request, own: OwnUnit, place: str) -> Upload:
    """One file that is the body of the request, its name in the address.  ``WrongCallError``."""
    name = request.query_params.get("name", "")
    shown = f"文件“{safe_name(name)[:60]}”"
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit():
        check_size(int(length), shown)
    with own.staged.arriving(own.unit.id, name) as arriving:
        waiting = bytearray()
        try:
            async for chunk in request.stream():
                waiting += chunk
                if len(waiting) >= _CHUNK:
                    await run_in_threadpool(arriving.write, bytes(waiting))
                    waiting.clear()
        except ClientDisconnect:
            raise WrongCallError(f"{shown}上传中断，没有留下任何内容，请重新上传") from None
        await run_in_threadpool(arriving.write, bytes(waiting))
        return await run_in_threadpool(
            lambda: own.staged.keep(arriving, own.unit.id, place, name, by=own.actor.by, at=own.tools.now())
        )


def _keep_form_file(own: OwnUnit, place: str, file: UploadFile) -> None:
    name = file.filename or ""
    with own.staged.arriving(own.unit.id, name) as arriving:
        while chunk := file.file.read(_CHUNK):
            arriving.write(chunk)
        own.staged.keep(arriving, own.unit.id, place, name, by=own.actor.by, at=own.tools.now())
