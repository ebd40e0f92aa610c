"""Take articles from the files of opinion-monitoring services (舆情监测系统): what was taken, what was not, and why."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from records.news import Article
from records.news_gathering import (
    ArticleOrigin,
    GatheredArticle,
    ItemEnd,
    address_key,
    article_id,
    content_hash,
)
from services.news.columns import ColumnMap, folded
from services.news.file_rows import Row, open_table
from services.news.outlets import OutletList
from services.news.row_values import MAX_TEXT, MAX_TITLE, address, day, day_in_address, plain_text
from services.schemes import WrongCallError
from storage.news import NewsRepository

_BATCH: Final = 200
_OWN_TITLE: Final = 40  # characters of a text that stand for a title where there is none


class RowEnd(StrEnum):
    """What became of a row."""

    TAKEN = "taken"
    UPDATED = "updated"  # a known article that says something else now
    DUPLICATE = "duplicate"
    REFUSED = "refused"


ROW_WORDS: Final = {
    RowEnd.TAKEN: "收入",
    RowEnd.UPDATED: "更新",
    RowEnd.DUPLICATE: "重复",
    RowEnd.REFUSED: "未收",
}


@dataclass(frozen=True, slots=True)
class RowReport:
    """One row: where it is, what became of it and why."""

    file: str
    where: str
    end: RowEnd
    why: str = ""  # Chinese; of a row that was taken, what a reader should know of it
    article: str = ""  # id
    title: str = ""


@dataclass(slots=True)
class ImportReport:
    """The whole of one import."""

    rows: list[RowReport] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)  # file, remark
    unread: list[tuple[str, str]] = field(default_factory=list)  # file, why it could not be read at all

    @property
    def counts(self) -> Counter[RowEnd]:
        return Counter(row.end for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Candidate:
    gathered: GatheredArticle
    place: int  # in the report
    notes: tuple[str, ...]


class NewsImport:
    """One import of any number of files."""

    def __init__(
        self,
        news: NewsRepository,
        outlets: OutletList,
        columns: ColumnMap,
        *,
        all_sources: bool,
        as_of: date,
        clock: Callable[[], datetime],
    ) -> None:
        """``all_sources``: take articles of outlets that are not on the list, too."""
        self._news = news
        self._outlets = outlets
        self._names = {folded(outlet.name): outlet for outlet in outlets.outlets}
        self._columns = columns
        self._all_sources = all_sources
        self._as_of = as_of
        self._clock = clock
        self._seen: dict[str, str] = {}  # key of an address or a content → where it was read
        self.report = ImportReport()

    def run(self, files: Sequence[Path], on_rows: Callable[[int], None] | None = None) -> ImportReport:
        """Read all files.  A file that cannot be read is told in the report; so is every row."""
        for path in files:
            try:
                table = open_table(path, self._columns)
                for batch in _batches(self._candidates(path.name, table.rows)):
                    self._keep(batch)
                    if on_rows is not None:
                        on_rows(len(self.report.rows))
            except WrongCallError as wrong:
                self.report.unread.append((path.name, str(wrong)))
            else:
                self.report.remarks += [(path.name, remark) for remark in table.remarks]
        return self.report

    # ----- rows

    def _candidates(self, file: str, rows: Iterator[Row]) -> Iterator[_Candidate]:
        for row in rows:
            if row.trouble:
                self._tell(file, row, RowEnd.REFUSED, row.trouble)
                continue
            found = self._read(file, row)
            if found is not None:
                yield found

    def _read(self, file: str, row: Row) -> _Candidate | None:
        values = row.values
        notes: list[str] = []
        title, text = plain_text(values.get("title")), plain_text(values.get("text"))
        title = " ".join(title.split())
        if not text and (text := plain_text(values.get("summary"))):
            notes.append("没有正文，以摘要代替")
        if not title and not text:
            self._tell(file, row, RowEnd.REFUSED, "标题和正文都是空的")
            return None
        if not title:
            title = text.split("\n", 1)[0][:_OWN_TITLE]
            notes.append("没有标题，以正文开头代替")
        if not text:
            notes.append("没有正文，只有标题")
        if len(title) > MAX_TITLE:
            title = title[:MAX_TITLE]
            notes.append(f"标题过长，截到 {MAX_TITLE} 字")
        if len(text) > MAX_TEXT:
            text = text[:MAX_TEXT]
            notes.append(f"正文过长，截到 {MAX_TEXT} 字")
        url = address(values.get("url"))
        if url is None and str(values.get("url") or "").strip():
            notes.append(f"链接“{str(values['url']).strip()[:40]}”不是网址，未采用")
        source = " ".join(plain_text(values.get("source")).split())[:60]
        outlet = self._outlets.at(url) or self._names.get(folded(source))
        if outlet is None and not self._all_sources:
            shown = source or url or "（来源和链接都没有）"
            self._tell(file, row, RowEnd.REFUSED, f"来源“{shown[:60]}”不在媒体名单", title=title)
            return None
        published, trouble = day(values.get("published"), as_of=self._as_of)
        if trouble:
            notes.append(trouble)
        day_from = "文件"
        if published is None:
            published, day_from = day_in_address(url), "地址"
        if published is None:
            notes.append("没有发布日期，不能归入任何评价期")
        printed_by = self._names.get(folded(source)) or outlet
        article = Article(
            id=article_id(url, title, text),
            title=title,
            text=text,
            published=published,
            source=source or (outlet.name if outlet is not None else ""),
            url=url,
            author=" ".join(plain_text(values.get("author")).split())[:60],
            outlet_place=printed_by.place if printed_by is not None else "",
        )
        gathered = GatheredArticle(
            article,
            outlet.id if outlet is not None else "",
            ArticleOrigin.IMPORTED,
            self._clock(),
            day_from if published is not None else "",
            (),
            (f"{file} {row.where}", *notes),
        )
        return self._unless_twice(file, row, gathered, tuple(notes))

    def _unless_twice(
        self, file: str, row: Row, gathered: GatheredArticle, notes: tuple[str, ...]
    ) -> _Candidate | None:
        """A row that says again what another of this import said is told and left out."""
        article = gathered.article
        content = content_hash(article.title, article.text)
        keys = [f"{article.source}\n{content}"]
        if article.url is not None:
            keys.append(address_key(article.url))
        for key in keys:
            if key in self._seen:
                what = "链接相同" if key == keys[-1] and article.url is not None else "来源和内容相同"
                self._tell(file, row, RowEnd.DUPLICATE, f"与 {self._seen[key]} {what}", title=article.title)
                return None
        for key in keys:
            self._seen[key] = f"{file} {row.where}"
        self._tell(file, row, RowEnd.TAKEN, "；".join(notes), article=article.id, title=article.title)
        return _Candidate(gathered, len(self.report.rows) - 1, notes)

    def _tell(self, file: str, row: Row, end: RowEnd, reason: str, **of: str) -> None:
        self.report.rows.append(RowReport(file, row.where, end, reason, of.get("article", ""), of.get("title", "")))

    # ----- keeping

    def _keep(self, batch: list[_Candidate]) -> None:
        fresh = []
        for one in batch:
            article = one.gathered.article
            twins = self._news.with_content(content_hash(article.title, article.text))
            known = [
                stored.article
                for stored in self._news.articles(ids=twins)
                if stored.article.id == article.id or article.url is None or stored.article.source == article.source
            ]
            if known:
                self._change(one, RowEnd.DUPLICATE, "库中已有", known[0].id)
            else:
                fresh.append(one)
        for one, (key, end) in zip(fresh, self._news.save([one.gathered for one in fresh]), strict=True):
            match end:
                case ItemEnd.UNCHANGED:
                    self._change(one, RowEnd.DUPLICATE, "库中已有", key)
                case ItemEnd.CHANGED:
                    self._change(one, RowEnd.UPDATED, "；".join(("同一链接的内容有变，存为新版本", *one.notes)), key)
                case _:
                    pass

    def _change(self, one: _Candidate, end: RowEnd, reason: str, article: str) -> None:
        row = self.report.rows[one.place]
        self.report.rows[one.place] = RowReport(row.file, row.where, end, reason, article, row.title)


def _batches(candidates: Iterator[_Candidate]) -> Iterator[list[_Candidate]]:
    batch: list[_Candidate] = []
    for one in candidates:
        batch.append(one)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def import_document(report: ImportReport) -> dict[str, Any]:
    """The whole report for a program: every row."""
    return {
        "schema": "chengjian.news-import/1",
        "counts": {end.value: report.counts[end] for end in RowEnd},
        "unread": [{"file": file, "why": reason} for file, reason in report.unread],
        "remarks": [{"file": file, "remark": remark} for file, remark in report.remarks],
        "rows": [
            {
                "file": row.file,
                "where": row.where,
                "end": row.end.value,
                "why": row.why,
                "article": row.article or None,
                "title": row.title,
            }
            for row in report.rows
        ],
    }
