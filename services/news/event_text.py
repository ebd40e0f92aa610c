"""Events and articles as an analyst reads them on a terminal."""

from collections.abc import Mapping, Sequence
from typing import Final

from records.news import NewsEvent, NewsFact
from records.news_gathering import ItemEnd, OutletEnd
from records.news_reviews import EventReview
from records.registry import City
from services.news.event_words import ACTION_WORDS, LABEL_WORDS, STATE_WORDS, TONE_WORDS, kinds_text, units_text
from services.news.importing import ROW_WORDS, ImportReport, RowEnd
from services.news.judging import JudgeEnd
from storage.news import PageKept, StoredArticle

END_WORDS: Final = {
    ItemEnd.NEW: "新文章",
    ItemEnd.CHANGED: "内容有变",
    ItemEnd.UNCHANGED: "重读未变",
    ItemEnd.KNOWN: "已有",
    ItemEnd.TOO_OLD: "早于起始日",
    ItemEnd.BLOCKED: "被拒绝",
    ItemEnd.FAILED: "未读成",
    ItemEnd.NO_ARTICLE: "不是文章",
    ItemEnd.OFF_LIST: "不在名单",
    ItemEnd.SKIPPED: "不应读取",
    ItemEnd.NOT_REACHED: "未读到",
}
SHOWN_ROWS: Final = 20


def event_line(city: City, event: NewsEvent) -> str:
    day = event.first_day.isoformat() if event.first_day is not None else "无日期　　"
    return (
        f"{event.id[:10]}  {day}  {STATE_WORDS[event.state]}  {units_text(city, event.units)}  "
        f"[{kinds_text(event)}]  {event.title[:50]}（{len(event.articles)} 篇，把握 {event.confidence:.2f}）"
    )


def events_text(city: City, events: Sequence[NewsEvent]) -> str:
    """One line for each event."""
    if not events:
        return "没有符合条件的事件。\n"
    lines = [event_line(city, event) for event in events]
    return "\n".join([f"{city.name}：事件 {len(events)} 件", *lines]) + "\n"


def event_page(
    city: City,
    event: NewsEvent,
    facts: Mapping[str, NewsFact],
    articles: Mapping[str, StoredArticle],
    pages: Mapping[str, Sequence[PageKept]],
    reviews: Sequence[EventReview],
) -> str:
    """An event with its articles, its reasons and its place in the review."""
    lines = [
        event.title,
        f"编号 {event.id}　首见 {event.first_day or '无日期'}　{STATE_WORDS[event.state]}　把握 {event.confidence:.2f}",
        f"归属：{units_text(city, event.units)}",
        f"种类：{kinds_text(event)}",
    ]
    if event.persons:
        lines.append(f"当事人：{'、'.join(event.persons)}")
    if event.because:
        lines += ["依据：", *(f"  {reason}" for reason in event.because)]
    lines.append(f"文章 {len(event.articles)} 篇：")
    for key in event.articles:
        lines += _article_lines(key, facts.get(key), articles.get(key), pages.get(key, ()))
    if reviews:
        lines.append("复核记录：")
        lines += [
            f"  {review.at:%Y-%m-%d %H:%M} {review.by} {ACTION_WORDS[review.action]}：{review.why}{_undone(review)}"
            for review in reviews
        ]
    else:
        lines.append("尚无复核。用 chengjian news confirm / dismiss 作出决定。")
    return "\n".join(lines) + "\n"


def _undone(review: EventReview) -> str:
    if review.undone is None:
        return ""
    return f"（{review.undone.by} 于 {review.undone.at:%Y-%m-%d %H:%M} 撤销）"


def _article_lines(
    key: str, fact: NewsFact | None, stored: StoredArticle | None, pages: Sequence[PageKept]
) -> list[str]:
    if stored is None:
        return [f"  {key[:10]}  （文章已不在库中）"]
    article = stored.article
    versions = f"，第 {stored.version} 版" if stored.version > 1 else ""
    lines = [
        f"  {key[:10]}  {article.published or '无日期'}  {article.source or '来源不明'}：{article.title}{versions}"
    ]
    if article.url:
        lines.append(f"      {article.url}")
    lines += [f"      原页 SHA-256 {page.sha256}{'（浏览器呈现）' if page.rendered else ''}" for page in pages]
    lines += [f"      {note}" for note in stored.notes]
    if fact is None:
        return [*lines, "      尚未研判"]
    tone = TONE_WORDS[fact.verdict.sentiment]
    lines.append(f"      语气 {tone}（{'、'.join(fact.verdict.sentiment_because) or '无触发词'}）")
    for label in fact.verdict.labels:
        if label.flag or label.unsure:
            doubt = "，拿不准" if label.unsure else ""
            words = "、".join(label.because)
            lines.append(f"      {LABEL_WORDS[label.label]} {label.score:.2f}{doubt}（{words}）")
    if fact.verdict.refutes:
        lines.append("      这篇文章澄清或否认了先前的报道")
    lines += [f"      {reason}" for reason in fact.whose.because]
    return lines


def articles_text(city: City, articles: Sequence[StoredArticle], facts: Mapping[str, NewsFact]) -> str:
    """One line for each article."""
    if not articles:
        return "没有符合条件的文章。\n"
    lines = [f"文章 {len(articles)} 篇"]
    for stored in articles:
        article, fact = stored.article, facts.get(stored.article.id)
        if fact is None:
            said = "未研判"
        else:
            labels = [
                LABEL_WORDS[label.label] + ("？" if not label.flag else "")
                for label in fact.verdict.labels
                if label.flag or label.unsure
            ]
            said = "、".join([TONE_WORDS[fact.verdict.sentiment], *labels])
            if labels or fact.whose.units:
                said += f"；{units_text(city, fact.whose.units)}"
            if fact.event is not None:
                said += f"；事件 {fact.event[:10]}"
        lines.append(
            f"{article.id[:10]}  {article.published or '无日期　　'}  {article.source}：{article.title[:50]}  [{said}]"
        )
    return "\n".join(lines) + "\n"


def outlet_lines(end: OutletEnd) -> list[str]:
    """What reading one outlet brought: one line, and one for each entry that could not be read."""
    counts = "，".join(f"{END_WORDS[kind]} {end.count(kind)}" for kind in ItemEnd if end.count(kind)) or "没有文章"
    lines = [f"{end.name}：{counts}" if not end.blocked else f"{end.name}：不让我们读取（原因见下），不作结论"]
    lines += [f"  {entry.url}：{entry.trouble}" for entry in end.entries if entry.trouble]
    lines += [f"  {note}" for note in end.notes]
    return lines


def import_text(report: ImportReport) -> str:
    """What was taken and what was not: bounded, the whole is in the report file."""
    counts = report.counts
    total = "，".join(f"{word} {counts[end]}" for end, word in ROW_WORDS.items())
    lines = [f"共 {len(report.rows)} 行：{total}"]
    lines += [f"{file}：{remark}" for file, remark in report.remarks]
    told = [row for row in report.rows if row.end is not RowEnd.TAKEN or row.why]
    for row in told[:SHOWN_ROWS]:
        title = f"《{row.title[:30]}》" if row.title else ""
        lines.append(f"  {row.file} {row.where} {ROW_WORDS[row.end]}{title}：{row.why}")
    if len(told) > SHOWN_ROWS:
        lines.append(f"  ……其余 {len(told) - SHOWN_ROWS} 行用 --report FILE 写出")
    return "\n".join(lines) + "\n"


def judge_text(end: JudgeEnd) -> str:
    if not end.articles:
        return "没有需要研判的新文章。\n"
    return (
        f"研判文章 {end.articles} 篇：有标签 {end.flagged}，拿不准 {end.unsure}，有标签而未能归属 {end.unattributed}\n"
        f"事件：新 {len(end.new_events)}，有变 {len(end.changed_events)}（模型 {end.model[:12]}）\n"
    )
