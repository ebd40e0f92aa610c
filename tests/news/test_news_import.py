"""Files of opinion-monitoring services: what is taken, what is not and why."""

import datetime as dt
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from crawler.clock import now
from records.outlets import Outlet
from services.news.columns import load_columns, parse_columns
from services.news.importing import ImportReport, NewsImport, RowEnd, import_document
from services.news.outlets import OutletList
from services.news.report_workbook import write_import_workbook
from services.news.row_values import address, day, plain_text
from services.schemes import WrongCallError
from storage.news import NewsRepository

AS_OF = date(2026, 11, 21)
OUTLETS = OutletList(
    (
        Outlet("ribao", "测试日报", "测试县", hosts=("www.ribao.test",)),
        Outlet("rongmei", "方城融媒", "方城县"),
    )
)
HEAD = "标题,正文,来源,发布时间,链接\n"


def run(news: NewsRepository, *files: Path, all_sources: bool = False, map_file: Path | None = None) -> ImportReport:
    task = NewsImport(news, OUTLETS, load_columns(map_file), all_sources=all_sources, as_of=AS_OF, clock=now)
    return task.run(files)


def told(report: ImportReport) -> list[tuple[str, str]]:
    return [(row.where, row.end.value) for row in report.rows]


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def row(**of: Any) -> dict[str, Any]:
    return {"标题": "村道通车", "正文": "新修的村道已经通车。", "来源": "测试日报", "发布时间": "2026-11-10", **of}


def test_a_row_becomes_an_article_with_outlet_day_and_place(news: NewsRepository, tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", json.dumps(row(链接="http://www.ribao.test/1", 作者="王小明", 情感="负面")))
    assert told(run(news, path)) == [("第 1 行", "taken")]
    (stored,) = news.articles()
    article = stored.article
    assert (article.title, article.text, article.source) == ("村道通车", "新修的村道已经通车。", "测试日报")
    assert (article.published, article.url, article.author) == (date(2026, 11, 10), "http://www.ribao.test/1", "王小明")
    assert (article.outlet_place, stored.outlet, stored.origin.value) == ("测试县", "ribao", "imported")
    assert stored.notes[0] == "a.jsonl 第 1 行"


@pytest.mark.parametrize(
    "body",
    [
        (HEAD + "村道通车,新修的村道已经通车。,测试日报,2026-11-10,\n").encode(),
        b"\xef\xbb\xbf" + (HEAD + "村道通车,新修的村道已经通车。,测试日报,2026-11-10,\n").encode(),
        (HEAD + "村道通车,新修的村道已经通车。,测试日报,2026-11-10,\r\n").encode("gb18030"),
        b"\xef\xbb\xbf" + (HEAD + "村道通车,新修的村道已经通车。,测试日报,2026-11-10,\r\n").encode("gb18030"),
        b"\xff\xfe" + (HEAD + "村道通车,新修的村道已经通车。,测试日报,2026-11-10,\n").encode("utf-16-le"),
        (HEAD + "村道通车,新修的村道已经通车。,测试日报,2026-11-10,\n").replace(",", "\t").encode(),
        ("导出时间：2026-11-21\n\n" + HEAD + "村道通车,新修的村道已经通车。,测试日报,2026-11-10,\n").encode(),
        json.dumps({"code": 0, "data": {"list": [row()]}}).encode(),
        json.dumps([row()], indent=2).encode(),
        json.dumps(row()).encode(),
    ],
    ids=["utf8", "bom", "gbk", "bom-before-gbk", "utf16", "tabs", "preamble", "nested", "array", "object"],
)
def test_every_make_of_file_gives_the_same_article(news: NewsRepository, tmp_path: Path, body: bytes) -> None:
    """Whatever the service exports: UTF-8, a mark, GBK, a mark before GBK, tabs, JSON."""
    suffix = ".json" if body[:1] in (b"{", b"[") else ".csv"
    report = run(news, write(tmp_path, f"a{suffix}", body))
    assert [one.end for one in report.rows] == [RowEnd.TAKEN]
    (stored,) = news.articles()
    assert (stored.article.title, stored.article.text) == ("村道通车", "新修的村道已经通车。")
    assert stored.article.published == date(2026, 11, 10)


def test_excel_is_read_with_its_dates_below_a_title_row(news: NewsRepository, tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["某县舆情导出"])
    sheet.append(["标题", "媒体名称", "发布时间", "摘要"])
    sheet.append(["村道通车", "测试日报", datetime(2026, 11, 10, 8, 30), "已经通车。"])  # noqa: DTZ001  as Excel has it
    sheet.append([None, None, None, None])
    workbook.create_sheet("空表")
    workbook.save(tmp_path / "a.xlsx")
    report = run(news, tmp_path / "a.xlsx")
    assert told(report) == [("工作表“Sheet”第 3 行", "taken")]
    (stored,) = news.articles()
    assert (stored.article.text, stored.article.published) == ("已经通车。", date(2026, 11, 10))
    assert "以摘要代替" in report.rows[0].why


def test_half_a_character_costs_nothing_but_itself(news: NewsRepository, tmp_path: Path) -> None:
    """An export cut inside an emoji (\\ud83d alone) is taken, can be printed and stored; a whole emoji stays."""
    body = (
        json.dumps(row(标题="村道通车\ud83d", 正文="\ude00通车了\U0001f600。")) + "\n" + json.dumps(row(标题="第二条"))
    )
    report = run(news, write(tmp_path, "a.jsonl", body))
    assert told(report) == [("第 1 行", "taken"), ("第 2 行", "taken")]
    texts = {stored.article.title: stored.article.text for stored in news.articles()}
    assert texts["村道通车\ufffd"] == "\ufffd通车了\U0001f600。"


def test_a_broken_line_costs_only_itself(news: NewsRepository, tmp_path: Path) -> None:
    lines = [
        json.dumps(row(标题="第一条")).encode(),
        b"{broken",
        b"[1, 2]",
        b"\xff\xfe\xff\xff",
        b"",
        json.dumps(row(标题="第二条")).encode(),
    ]
    report = run(news, write(tmp_path, "a.jsonl", b"\n".join(lines)))
    assert told(report) == [
        ("第 1 行", "taken"),
        ("第 2 行", "refused"),
        ("第 3 行", "refused"),
        ("第 4 行", "refused"),
        ("第 6 行", "taken"),
    ]


def test_a_quotation_mark_that_is_never_closed_costs_only_its_line(news: NewsRepository, tmp_path: Path) -> None:
    """One slip must not swallow the rest of the file into one cell; a good cell over several lines stays one."""
    text = (
        HEAD
        + '第一条,"多行\n的正文",测试日报,2026-11-10,\n'
        + '"第二条没有闭合,正文,测试日报,2026-11-10,\n'
        + "第三条,正文三,测试日报,2026-11-10,\n"
        + "第四条,正文,里有,没加引号,的,逗号,测试日报\n"
        + '第五条,"他说""好""",测试日报,2026-11-10,\n'
    )
    report = run(news, write(tmp_path, "a.csv", text))
    assert told(report) == [
        ("第 2 行", "taken"),
        ("第 4 行", "refused"),
        ("第 5 行", "taken"),
        ("第 6 行", "refused"),
        ("第 7 行", "taken"),
    ]
    texts = {one.article.title: one.article.text for one in news.articles()}
    assert texts == {"第一条": "多行\n的正文", "第三条": "正文三", "第五条": '他说"好"'}


@pytest.mark.parametrize(
    ("of", "end", "words"),
    [
        ({"来源": "夜读小说", "链接": "http://novel.test/1"}, "refused", "不在媒体名单"),
        ({"来源": "", "链接": ""}, "refused", "不在媒体名单"),
        ({"来源": "某转载站", "链接": "http://www.ribao.test/2"}, "taken", ""),
        ({"标题": "", "正文": " "}, "refused", "都是空的"),
        ({"标题": ""}, "taken", "以正文开头代替"),
        ({"正文": ""}, "taken", "只有标题"),
        ({"发布时间": "3小时前"}, "taken", "无法识别"),
        ({"发布时间": "2027-01-01"}, "taken", "今天之后"),
        ({"发布时间": ""}, "taken", "不能归入任何评价期"),
        ({"链接": "点击查看"}, "taken", "不是网址"),
        ({"正文": "村" * 1_200_000}, "taken", "正文过长"),
        ({"标题": "😀" * 5000}, "taken", "标题过长"),
        ({"正文": None, "标题": ["村", "道"]}, "taken", "只有标题"),
    ],
)
def test_odd_rows_are_taken_or_refused_with_a_reason(
    news: NewsRepository, tmp_path: Path, of: dict[str, Any], end: str, words: str
) -> None:
    report = run(news, write(tmp_path, "a.json", json.dumps([row(**of)])))
    assert report.rows[0].end.value == end
    assert words in report.rows[0].why


def test_the_whitelist_can_be_switched_off(news: NewsRepository, tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", json.dumps([row(来源="外地晚报", 链接="http://other.test/1")]))
    assert run(news, path).counts[RowEnd.REFUSED] == 1
    assert run(news, path, all_sources=True).counts[RowEnd.TAKEN] == 1
    (stored,) = news.articles()
    assert (stored.outlet, stored.article.outlet_place) == ("", "")


def test_the_place_is_that_of_the_outlet_that_printed_it(news: NewsRepository, tmp_path: Path) -> None:
    """我县 in a piece of 方城融媒 that stands on the city's site means 方城."""
    path = write(tmp_path, "a.json", json.dumps([row(来源="方城融媒", 链接="http://www.ribao.test/9")]))
    run(news, path)
    assert news.articles()[0].article.outlet_place == "方城县"


def test_duplicates_are_told_and_reprints_are_kept(news: NewsRepository, tmp_path: Path) -> None:
    """The same address or the same piece of the same outlet is one; what another outlet printed is another."""
    rows = [
        row(链接="http://www.ribao.test/1"),
        row(链接="https://www.ribao.test/1", 标题="别的标题"),
        row(链接="http://www.ribao.test/2"),
        row(来源="方城融媒"),
    ]
    path = write(tmp_path, "a.json", json.dumps(rows))
    assert [end for _, end in told(run(news, path))] == ["taken", "duplicate", "duplicate", "taken"]
    again = run(news, path)
    assert told(again)[0] == ("第 1 项", "duplicate")
    assert again.counts[RowEnd.TAKEN] == 0
    changed = write(tmp_path, "b.json", json.dumps([row(链接="http://www.ribao.test/1", 正文="更正：尚未通车。")]))
    assert [end for _, end in told(run(news, changed))] == ["updated"]
    assert news.count() == 2


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_read(news: NewsRepository, tmp_path: Path) -> None:
    files = [
        write(tmp_path, "empty.csv", ""),
        write(tmp_path, "unknown.csv", "甲,乙\n1,2\n"),
        write(tmp_path, "junk.xlsx", b"PK\x03\x04junk"),
        tmp_path / "missing.csv",
        tmp_path,
        write(tmp_path, "good.csv", HEAD + "村道通车,正文,测试日报,2026-11-10,\n"),
    ]
    report = run(news, *files)
    assert [name for name, _ in report.unread] == [
        "empty.csv",
        "unknown.csv",
        "junk.xlsx",
        "missing.csv",
        tmp_path.name,
    ]
    assert all("\n" not in reason for _, reason in report.unread)
    assert told(report) == [("第 2 行", "taken")]


def test_a_map_of_ones_own(news: NewsRepository, tmp_path: Path) -> None:
    own = write(tmp_path, "map.yml", 'format: chengjian.news-columns/1\nfields: {title: ["甲"], source: ["乙"]}\n')
    path = write(tmp_path, "a.csv", "甲,乙\n村道通车,测试日报\n")
    assert run(news, path, map_file=own).counts[RowEnd.TAKEN] == 1
    bad = write(tmp_path, "bad.yml", "format: chengjian.news-columns/1\nfields: {titel: [甲]}\n")
    with pytest.raises(WrongCallError, match="titel"):
        load_columns(bad)


def test_the_packaged_table_names_no_column_twice() -> None:
    """A name under two fields would be taken for whichever comes first."""
    names = [name for field in load_columns().names.values() for name in field]
    assert len(names) == len(set(names))
    assert load_columns().ignored.isdisjoint(names)
    assert parse_columns("", "x")[0] is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-10 08:30:00", date(2026, 11, 10)),
        ("2026/11/3 8:05", date(2026, 11, 3)),
        ("２０２６－１１－１０", date(2026, 11, 10)),
        ("2026年11月10日 上午", date(2026, 11, 10)),
        ("2026.11.10", date(2026, 11, 10)),
        ("20261110", date(2026, 11, 10)),
        ("20261110083000", date(2026, 11, 10)),
        (20261110, date(2026, 11, 10)),
        ("2026-11-10T20:00:00Z", date(2026, 11, 11)),
        ("2026-11-10T20:00:00+08:00", date(2026, 11, 10)),
        (1794268800, date(2026, 11, 10)),
        ("1794268800000", date(2026, 11, 10)),
        (46336.35, date(2026, 11, 10)),
        (datetime(2026, 11, 10, 23, 59), date(2026, 11, 10)),  # noqa: DTZ001  as Excel has it
        (datetime(2026, 11, 10, 20, tzinfo=dt.UTC), date(2026, 11, 11)),
        (date(2026, 11, 10), date(2026, 11, 10)),
        ("11-10 08:30", date(2026, 11, 10)),
        ("12-30 08:30", date(2025, 12, 30)),
        ("", None),
        (None, None),
        ("昨天", None),
        ("昨日 08:30", None),
        ("3个月前", None),
        ("-", None),
        ("99999999", None),
        (float("nan"), None),
        (True, None),
        ("2026-13-45", None),
        ("9" * 400, None),
    ],
)
def test_days_in_whatever_form(value: Any, expected: date | None) -> None:
    """A wrong day puts an event into another period; no day is better than a guessed one."""
    assert day(value, as_of=AS_OF)[0] == expected


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<p>甲</p><p>乙&nbsp;丙</p>", "甲\n乙 丙"),
        ("<font color=red>拖欠</font>工程款", "拖欠工程款"),
        ("甲<script>alert(1)</script>乙", "甲乙"),
        ("a &lt; b &amp; c", "a < b & c"),
        ("3 < 5 且 7 > 2", "3 < 5 且 7 > 2"),
        ("甲\x00乙\u200b丙\r\n\r\n丁", "甲 乙丙\n丁"),
        (None, ""),
        (12.0, "12.0"),
    ],
)
def test_markup_is_taken_out_and_nothing_else(raw: Any, text: str) -> None:
    assert plain_text(raw) == text


@pytest.mark.parametrize(
    ("raw", "url"),
    [
        ("http://a.test/1", "http://a.test/1"),
        (" www.a.test/1 ", "http://www.a.test/1"),
        ("javascript:x", None),
        ("http://[", None),
        ("http://a b/", None),
        (None, None),
        (3, None),
    ],
)
def test_addresses(raw: Any, url: str | None) -> None:
    assert address(raw) == url


def test_the_report_is_whole_in_json_and_excel(news: NewsRepository, tmp_path: Path) -> None:
    """Formulas of a title must not run in the reader's Excel."""
    rows = [row(标题="=HYPERLINK(1)"), row(来源="小说站")]
    document = import_document(run(news, write(tmp_path, "a.json", json.dumps(rows))))
    assert document["counts"] == {"taken": 1, "updated": 0, "duplicate": 0, "refused": 1}
    write_import_workbook(document, tmp_path / "r.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx")["逐行结果"]
    assert [cell.value for cell in sheet[2]][2:5] == ["收入", None, "=HYPERLINK(1)"]
    assert sheet["E2"].data_type == "s"
    assert sheet.max_row == 3
