"""The audit as an Excel workbook that an analyst can send to the office concerned."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from checks.wording import COLUMN_KIND_WORDS, KIND_WORDS, REASON_WORDS, REQUIREMENT_NAMES
from records.judgement import Finding, SiteAudit
from records.verdicts import ColumnVerdict, DisclosureVerdict, LinkVerdict, Severity
from services.findings import address_of, status_of
from services.reports import wording
from services.reports.titles import check_title

#: Excel's own limits (support.microsoft.com, "Excel specifications and limits"): characters in a cell, characters of a
#: link, links on a sheet.
MAX_CELL = 32_767
MAX_LINK = 2_079
MAX_LINKS = 65_530

MAX_REFERRERS = 200  # rows for one dead link; the JSON has them all
MAX_SHEET_ROWS = 100_000  # more than a person reads, far below the 1,048,576 of Excel

_HEADER_FILL = PatternFill("solid", start_color="1F3A5F")
_LINE = Side(style="thin", color="D5DBE3")
_BORDER = Border(bottom=_LINE)
_HEADER_FONT = Font(bold=True, color="FFFFFF")
_LINK_FONT = Font(color="0B5CAD", underline="single")
_MIDDLE = Alignment(vertical="center", wrap_text=True)
_TOP = Alignment(vertical="top", wrap_text=True)

Value = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Link:
    """An address: shown as text, and as a link where it is an ordinary web address."""

    url: str


@dataclass(frozen=True, slots=True)
class SheetColumn:
    title: str
    width: float  # characters


Row = Sequence[Value | Link]


def write_workbook(audit: SiteAudit, path: Path) -> None:
    """Write the workbook to ``path``.  Raises OSError where it cannot be written."""
    book = Workbook(write_only=True)
    _overview(book, audit)
    add_sheet(book, "问题清单", _FINDINGS, _finding_rows(audit))
    add_sheet(book, "失效链接", _BROKEN, _broken_rows(audit))
    add_sheet(book, "栏目更新", _COLUMNS, _column_rows(audit))
    add_sheet(book, "公开事项", _DISCLOSURES, _disclosure_rows(audit))
    add_sheet(book, "未能判定", _UNDECIDED, _undecided_rows(audit))
    # Not straight into the file: openpyxl that fails in the middle leaves a damaged workbook and writes to stderr.
    content = BytesIO()
    book.save(content)
    path.write_bytes(content.getvalue())


def write_table(path: Path, title: str, columns: Sequence[SheetColumn], rows: Iterable[Row]) -> None:
    """One sheet to ``path``.  Raises OSError where it cannot be written."""
    book = Workbook(write_only=True)
    add_sheet(book, title, columns, rows)
    content = BytesIO()
    book.save(content)
    path.write_bytes(content.getvalue())


def add_sheet(book: Workbook, title: str, columns: Sequence[SheetColumn], rows: Iterable[Row]) -> None:
    """One more sheet of a write-only workbook: a header row, a filter, and no text that could be a formula."""
    sheet = _new_sheet(book, title, columns)
    links_left = MAX_LINKS
    written = 1
    for row in rows:
        if written > MAX_SHEET_ROWS:
            sheet.append([_cell(sheet, f"只列前 {MAX_SHEET_ROWS} 行，完整内容见 JSON 文件")])
            break
        cells = [_cell(sheet, value, linked=links_left > 0) for value in row]
        links_left -= sum(cell.hyperlink is not None for cell in cells)
        sheet.append(cells)
        written += 1
    if written == 1:
        sheet.append([_cell(sheet, "无")])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{max(written, 2)}"


def _new_sheet(book: Workbook, title: str, columns: Sequence[SheetColumn]) -> Worksheet:
    """A sheet with its header row; everything about its look has to be set before the first row is written."""
    sheet: Worksheet = book.create_sheet(title)
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.append([_header(sheet, column.title) for column in columns])
    return sheet


def _header(sheet: Worksheet, title: str) -> Cell:
    cell = WriteOnlyCell(sheet, wording.clean(title))
    cell.data_type = "s"  # a column may be named after something that others named
    cell.font = _HEADER_FONT
    cell.fill = _HEADER_FILL
    cell.alignment = _MIDDLE
    return cell


def _cell(sheet: Worksheet, value: Value | Link, *, linked: bool = True) -> Cell:
    content = value.url if isinstance(value, Link) else value
    if isinstance(content, str):
        content = wording.shortened(wording.clean(content), MAX_CELL)
    cell = WriteOnlyCell(sheet, content)  # type: ignore[arg-type]  # the stub forgets plain days
    if isinstance(content, str):
        # Text from a page is text and never a formula, whatever it begins with, also after somebody edits the cell.
        cell.data_type = "s"
        cell.quotePrefix = content[:1] in ("=", "+", "-", "@")
    cell.alignment = _TOP
    cell.border = _BORDER
    if isinstance(content, date):
        cell.number_format = "yyyy-mm-dd"
    if isinstance(value, Link) and linked and _is_web_address(value.url):
        cell.hyperlink = value.url
        cell.font = _LINK_FONT
    return cell


def _is_web_address(url: str) -> bool:
    if len(url) > MAX_LINK or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _overview(book: Workbook, audit: SiteAudit) -> None:
    title, limits = wording.policy_words(audit.policy)
    sheet = _new_sheet(book, "概览", (SheetColumn("项目", 18), SheetColumn("内容", 90)))
    counts = audit.counts
    rows: list[Row] = [
        ("网站", audit.site_name or ""),
        ("网址", Link(audit.site_url)),
        ("网站状态", wording.SITE[audit.site_verdict]),
        ("判断日", audit.as_of),
        ("评判口径", title),
        ("口径说明", limits),
        ("开始时间", audit.started_at),
        ("结束时间", audit.finished_at),
        ("是否查完", "是" if audit.complete else f"否：{_stopped(audit)}"),
        ("问题数", len(_charged(audit))),
        ("读取网页", counts.pages),
        ("检查地址", counts.addresses),
        ("其中已访问", counts.fetched),
        ("其中被拒绝", counts.blocked),
        ("其中失败", counts.failed),
        ("其中跳过", counts.skipped),
        ("其中未轮到", counts.not_reached),
        ("发出请求", counts.requests),
        *(("说明", note) for note in audit.notes),
        (
            "读法",
            "“失效链接”经多次、分时段复核仍打不开才认定；防火墙拦截、要求验证、暂时打不开的，列在“未能判定”，不作为问题。",
        ),
    ]
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _stopped(audit: SiteAudit) -> str:
    return wording.STOPPED[audit.stopped_by] if audit.stopped_by else "部分内容未能检查"


_FINDINGS = (
    SheetColumn("序号", 6),
    SheetColumn("类别", 14),
    SheetColumn("严重程度", 10),
    SheetColumn("问题", 50),
    SheetColumn("位置", 36),
    SheetColumn("网址", 46),
    SheetColumn("首次发现", 12),
    SheetColumn("与上次相比", 11),
    SheetColumn("探测过程", 50),
    SheetColumn("整改建议", 40),
    SheetColumn("证据", 40),
)


def _charged(audit: SiteAudit) -> list[Finding]:
    return [one for one in audit.findings if one.severity is not Severity.NOTICE]


def _finding_rows(audit: SiteAudit) -> Iterable[Row]:
    for number, one in enumerate(_charged(audit), 1):
        yield (
            number,
            check_title(one.check),
            wording.SEVERITY[one.severity],
            one.message,
            one.where,
            Link(address_of(one)),
            one.since,
            {"new": "新增", "known": "仍在"}.get(one.change or "", ""),
            one.how_seen,
            one.remedy,
            _evidence(one),
        )


def _evidence(finding: Finding) -> str:
    evidence = finding.evidence
    lines = []
    if evidence.warc is not None:
        lines.append(f"{evidence.warc} 第 {evidence.offset} 字节起")
    if evidence.sha256 is not None:
        lines.append(f"SHA-256 {evidence.sha256}")
    if evidence.screenshot is not None:
        lines.append(f"截图 {evidence.screenshot}")
    return "\n".join(lines)


_BROKEN = (
    SheetColumn("序号", 6),
    SheetColumn("失效地址", 50),
    SheetColumn("类型", 8),
    SheetColumn("站内", 6),
    SheetColumn("原因", 24),
    SheetColumn("状态码", 8),
    SheetColumn("引用总数", 10),
    SheetColumn("所在网页", 50),
    SheetColumn("链接文字", 30),
)


def _broken_rows(audit: SiteAudit) -> Iterable[Row]:
    """One row for each place where a dead link stands."""
    broken = [link for link in audit.links if link.verdict is LinkVerdict.BROKEN]
    for number, link in enumerate(broken, 1):
        total = max(len(link.referrers), link.fact.referrer_count)
        head: Row = (
            number,
            Link(link.fact.url),
            KIND_WORDS[link.fact.target.kind],
            "是" if link.fact.target.internal else "否",
            REASON_WORDS[link.reason] if link.reason else "",
            status_of(link),
            total,
        )
        if not link.referrers:
            yield (*head, "", "")
        for referrer in link.referrers[:MAX_REFERRERS]:
            yield (*head, Link(referrer.page), referrer.anchor or "（无文字）")
        if total > MAX_REFERRERS:
            yield (*head, f"只列前 {MAX_REFERRERS} 处，共 {total} 处，完整名单见 JSON 文件", "")


_COLUMNS = (
    SheetColumn("序号", 6),
    SheetColumn("栏目", 28),
    SheetColumn("类别", 12),
    SheetColumn("结论", 12),
    SheetColumn("最新一条日期", 14),
    SheetColumn("距判断日天数", 13),
    SheetColumn("时限（天）", 11),
    SheetColumn("条目数", 8),
    SheetColumn("最新一条标题", 44),
    SheetColumn("网址", 50),
)


def _column_rows(audit: SiteAudit) -> Iterable[Row]:
    for number, one in enumerate(audit.columns, 1):
        yield (
            number,
            one.fact.name,
            COLUMN_KIND_WORDS[one.fact.kind],
            wording.COLUMN_VERDICT[one.verdict],
            one.fact.newest,
            one.age_days,
            one.limit_days,
            one.fact.items,
            one.fact.newest_title or "",
            Link(one.fact.url),
        )


_DISCLOSURES = (
    SheetColumn("序号", 6),
    SheetColumn("公开事项", 30),
    SheetColumn("结论", 14),
    SheetColumn("页面标题", 36),
    SheetColumn("最新日期", 12),
    SheetColumn("网址", 46),
    SheetColumn("从首页如何到达", 46),
    SheetColumn("说明", 60),
)


def _disclosure_rows(audit: SiteAudit) -> Iterable[Row]:
    for number, one in enumerate(audit.disclosures, 1):
        yield (
            number,
            REQUIREMENT_NAMES[one.requirement],
            wording.DISCLOSURE_VERDICT[one.verdict],
            one.title or "",
            one.newest,
            Link(one.url) if one.url else "",
            "\n".join(one.path),
            "\n".join(filter(None, (one.because, *one.searched))),
        )


_UNDECIDED = (
    SheetColumn("序号", 6),
    SheetColumn("对象", 12),
    SheetColumn("名称或类型", 26),
    SheetColumn("结论", 14),
    SheetColumn("原因", 36),
    SheetColumn("网址", 60),
)


def _undecided_rows(audit: SiteAudit) -> Iterable[Row]:
    rows: list[Row] = [
        ("提示", check_title(one.check), "供查看", one.message, Link(address_of(one)))
        for one in audit.findings
        if one.severity is Severity.NOTICE
    ]
    rows += [
        (
            "公开事项",
            REQUIREMENT_NAMES[one.requirement],
            wording.DISCLOSURE_VERDICT[one.verdict],
            one.because,
            one.url,
        )
        for one in audit.disclosures
        if one.verdict in (DisclosureVerdict.BLOCKED, DisclosureVerdict.UNDETERMINED)
    ]
    rows += [
        ("栏目", one.fact.name, wording.COLUMN_VERDICT[one.verdict], one.fact.note, Link(one.fact.url))
        for one in audit.columns
        if one.verdict is ColumnVerdict.UNREADABLE
    ]
    rows += [
        (
            "链接",
            KIND_WORDS[link.fact.target.kind],
            wording.LINK_VERDICT[link.verdict],
            REASON_WORDS[link.reason] if link.reason else "",
            Link(link.fact.url),
        )
        for link in audit.links
        if link.verdict is not LinkVerdict.BROKEN
    ]
    return ((number, *row) for number, row in enumerate(rows, 1))
