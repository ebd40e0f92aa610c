"""The letter to an office whose portal refuses us: who we are, what was asked and answered, what we ask for."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from records.crawl import CrawlPlan
from records.duties import Duty
from services.operator import Operator
from services.reports.wording import clean, clock

_BLANK = "＿＿＿＿＿＿＿＿（请填写）"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, as paragraphs."""

    title: str
    to: str
    paragraphs: tuple[str, ...]
    signed: str
    day: date

    @property
    def text(self) -> str:
        return "\n\n".join((self.title, f"{self.to}：", *self.paragraphs, self.signed, _chinese(self.day))) + "\n"


def access_letter(duty: Duty, *, to: str, operator: Operator, plan: CrawlPlan, purpose: str, day: date) -> Letter:
    """``plan`` says how we ask; what the operator did not fill in is left as a blank to be seen."""
    addresses = "、".join(operator.addresses) or _BLANK
    name = operator.name or _BLANK
    contact = operator.contact or _BLANK
    per_minute = f"{plan.rate * 60:g}"
    return Letter(
        title="关于请协助放行政务网站巡查程序的函",
        to=clean(to),
        paragraphs=tuple(
            clean(one)
            for one in (
                f"我们开展{purpose}，对贵单位网站 {duty.url} 的公开页面作自动巡查："
                "只读取公开内容，不登录、不提交、不下载非公开资料。",
                f"{clock(duty.opened)}，巡查程序访问该网站时被拒绝：{duty.told.rstrip('。')}。"
                "被拒绝不作任何问题认定，也不扣分；但由此无法了解网站的实际情况。",
                "为便于识别，我们的访问有以下特征：",
                f"一、运行单位：{name}；联系方式：{contact}。",
                f"二、出口地址：{addresses}。",
                f"三、访问标识（User-Agent）：{plan.user_agent}。",
                f"四、访问频度：对同一网站每秒不超过 {plan.rate:g} 次（每分钟不超过 {per_minute} 次），"
                f"同时不超过 {plan.concurrency} 个连接；网站答复要求放慢（Retry-After）的，照办。",
                "请贵单位协助，将上述出口地址或访问标识列入网站防护系统的允许名单（白名单）；如需调整访问时段或频度，"
                "或不同意自动巡查，请告知，我们改由人工查看。",
                "我们不伪装成普通浏览器，也不绕过验证。放行之后，下一次巡查将自动恢复正常。",
            )
        ),
        signed=clean(name),
        day=day,
    )


def write_letter(letter: Letter, path: Path) -> None:
    """A Word document where the name ends in .docx, else text.  Raises OSError where it cannot be written."""
    if path.suffix.lower() != ".docx":
        path.write_text(letter.text, "utf-8")
        return
    path.write_bytes(letter_document(letter))


def letter_document(letter: Letter) -> bytes:
    """The letter as a Word document."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name = "FangSong"
    style.font.size = Pt(16)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(letter.title)
    run.bold = True
    run.font.size = Pt(22)
    document.add_paragraph(f"{letter.to}：")
    for text in letter.paragraphs:
        document.add_paragraph(text).paragraph_format.first_line_indent = Pt(32)
    for text in (letter.signed, _chinese(letter.day)):
        document.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _chinese(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
