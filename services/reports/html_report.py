"""The audit as one self-contained HTML page for people, and a page that sets several audits side by side."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from records.judgement import SiteAudit
from services.reports import wording
from services.reports.audit_view import MAX_COLUMNS, MAX_UNDECIDED, audit_view
from services.reports.city_view import CityReport, city_view
from services.reports.finding_view import MAX_FINDINGS, MAX_REFERRERS

__all__ = ["CityReport", "render_audit", "render_city"]

_MAX_PICTURE = 2 * 1024 * 1024
_MAX_PICTURES = 24 * 1024 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"


def render_audit(audit: SiteAudit, *, evidence_folder: Path | None = None) -> str:
    """The report of one audit.  Screenshots are shown where ``evidence_folder`` has them; the page loads nothing."""
    view = audit_view(audit, _Pictures(evidence_folder).find)
    limits = {"findings": MAX_FINDINGS, "places": MAX_REFERRERS, "urls": MAX_UNDECIDED, "columns": MAX_COLUMNS}
    return render_page("audit.html", view=view, limits=limits)


def render_city(reports: Sequence[CityReport], *, title: str) -> str:
    """A page with one line for each audit, each leading to its report."""
    return render_page("city.html", view=city_view(reports, title=title))


def render_page(name: str, **values: object) -> str:
    """A page of ``templates/`` that loads nothing; texts are cleaned and escaped."""
    environment = Environment(
        loader=PackageLoader("services.reports"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["web_address"] = _web_address
    environment.filters["readable_address"] = _readable_address
    script = (Path(__file__).parent / "templates" / "sort.js").read_text("utf-8")
    # The script's hash and not 'unsafe-inline': should markup of a page ever slip through, it would not run.
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    return environment.get_template(name).render(script=Markup(script), script_hash=digest, **values)  # noqa: S704  our own


def _shown(value: object) -> object:
    return wording.clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _web_address(url: str) -> str:
    """``url`` where a click on it is harmless, else nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def _readable_address(url: str) -> str:
    return wording.shortened(url, 300)


@dataclass(slots=True)
class _Pictures:
    """Screenshots as data: URIs, up to a sum that a browser still opens well."""

    folder: Path | None
    used: int = 0

    def find(self, name: str) -> str:
        if self.folder is None or Path(name).name != name:
            return ""
        try:
            content = (self.folder / name).read_bytes()
        except (OSError, ValueError):
            return ""
        if not content.startswith(_PNG) or len(content) > _MAX_PICTURE or self.used + len(content) > _MAX_PICTURES:
            return ""
        self.used += len(content)
        return "data:image/png;base64," + base64.b64encode(content).decode("ascii")
