"""Where the results of an audit are written, and the summary on the terminal."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from chengjian.cli.manners import UserError
from records.judgement import Finding, SiteAudit
from records.verdicts import Severity, SiteVerdict, StopReason

FOUND, NOT_AUDITED, INTERRUPTED = 1, 3, 130
SHOWN = 20  # findings listed in the summary
_SEVERITY = {Severity.MAJOR: "严重", Severity.MINOR: "一般", Severity.NOTICE: "提示"}
_SITE = {SiteVerdict.REACHABLE: "可以访问", SiteVerdict.UNREACHABLE: "无法访问", SiteVerdict.BLOCKED: "拒绝了巡查"}


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files that the user asked for; ``json_to`` may be ``-`` for standard output."""

    json_to: str | None
    html_to: Path | None
    xlsx_to: Path | None

    def files(self) -> tuple[Path, ...]:
        json_file = Path(self.json_to) if self.json_to not in (None, "-") else None
        return tuple(path for path in (json_file, self.html_to, self.xlsx_to) if path is not None)

    def check_writable(self) -> None:
        """Find out before an hour of crawling that a result could not be written.  Raises ``UserError``."""
        for path in self.files():
            folder = path.parent
            if path.is_dir():
                raise UserError(f"无法写入 {path}：它是一个目录，请给出文件名")
            if not folder.is_dir():
                raise UserError(f"无法写入 {path}：目录 {folder} 不存在，请先建立")
            if not os.access(path if path.exists() else folder, os.W_OK):
                raise UserError(f"无法写入 {path}：没有写入权限")

    def write(self, audit: SiteAudit, evidence_folder: Path | None) -> None:
        """Write every result that was asked for; one that fails does not keep the others from being written."""
        from services.reports.audit_document import audit_json  # here: the libraries behind them take long to load

        failures: list[str] = []
        if self.json_to == "-":
            sys.stdout.buffer.write(audit_json(audit) + b"\n")
            sys.stdout.buffer.flush()
        elif self.json_to is not None:
            _write(Path(self.json_to), audit_json(audit) + b"\n", failures)
        if self.html_to is not None:
            from services.reports.html_report import render_audit

            _write(self.html_to, render_audit(audit, evidence_folder=evidence_folder).encode(), failures)
        if self.xlsx_to is not None:
            from services.reports.workbook import write_workbook

            try:
                write_workbook(audit, self.xlsx_to)
            except OSError as error:
                failures.append(f"无法写入 {self.xlsx_to}：{error.strerror or error}")
        if failures:
            raise UserError(f"{'；'.join(failures)}。巡查结果已保存在数据库中，可用 chengjian rejudge 重新导出")


def _write(path: Path, content: bytes, failures: list[str]) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        failures.append(f"无法写入 {path}：{error.strerror or error}")


def exit_status(audit: SiteAudit) -> int:
    """0 nothing found · 1 something found · 3 could not be audited · 130 interrupted."""
    if audit.stopped_by is StopReason.INTERRUPTED:
        return INTERRUPTED
    if audit.site_verdict is not SiteVerdict.REACHABLE:
        return NOT_AUDITED
    return FOUND if audit.accusations else 0


def summary(audit: SiteAudit, evidence_folder: Path | None, outputs: Outputs) -> str:
    """What a person at the terminal wants to know, in Chinese, one finding a line."""
    counts = audit.counts
    lines = [
        "",
        f"{audit.site_name or audit.site_url}  {audit.site_url}",
        f"网站状态：{_SITE[audit.site_verdict]}　口径：{audit.policy}　判断日：{audit.as_of}",
        f"读网页 {counts.pages} 个，查地址 {counts.addresses} 个，发请求 {counts.requests} 次",
        *audit.notes,
        "",
    ]
    charges = audit.accusations
    notices = len(audit.findings) - len(charges)
    if not charges:
        lines.append("未发现问题。" if audit.site_verdict is SiteVerdict.REACHABLE else "未形成任何问题结论。")
    else:
        lines.append(f"发现问题 {len(charges)} 项：")
        lines += [_finding_line(finding) for finding in charges[:SHOWN]]
        if len(charges) > SHOWN:
            lines.append(f"  ……其余 {len(charges) - SHOWN} 项见报告")
    if notices:
        lines.append(f"另有 {notices} 项提示，不作为问题。")
    lines += [f"已写入 {path}" for path in outputs.files()]
    if evidence_folder is not None and any(finding.evidence.warc for finding in audit.findings):
        lines.append(f"证据目录 {evidence_folder}")
    return "\n".join(lines) + "\n"


def _finding_line(finding: Finding) -> str:
    change = {"new": "〔新增〕", "known": "〔仍在〕"}.get(finding.change or "", "")
    return f"  [{_SEVERITY[finding.severity]}]{change} {finding.message}"
