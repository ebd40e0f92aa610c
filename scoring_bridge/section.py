"""Which part of a portal a row speaks of: the 政务公开专栏, told by names and by the folders of what stands in it."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from records.judgement import Finding
from records.registry import Portal
from records.verdicts import DisclosureVerdict, Requirement
from scoring_bridge.watch import Look

# What the law wants in the government information disclosure section, wherever a portal puts that section.
_STATUTORY: Final = (
    Requirement.DISCLOSURE_GUIDE,
    Requirement.DISCLOSURE_SYSTEM,
    Requirement.DISCLOSURE_CATALOGUE,
    Requirement.DISCLOSURE_ANNUAL_REPORT,
)
_NAME_LENGTH: Final = 12  # characters: 政府信息公开专栏 is a section's name, a headline that holds the word is not


@dataclass(frozen=True, slots=True)
class Section:
    """Folders (host and path, ending in a slash) and single pages of one part of a portal."""

    folders: frozenset[str]
    pages: frozenset[str]

    def holds(self, url: str) -> bool:
        place = _place(url)
        return place in self.pages or any(place.startswith(folder) for folder in self.folders)


def section_of(look: Look, names: tuple[str, ...], portals: tuple[Portal, ...]) -> Section | None:
    """The section of the portal, None where it could not be recognised."""
    folders: set[str] = set()
    pages: set[str] = set()
    for portal in portals:  # a section that the registry names is known and need not be recognised
        if _names(portal.name, names) and urlsplit(portal.url).path.strip("/"):
            folders.add(_folder(portal.url))
    for column in look.audit.columns:
        if _names(column.fact.name, names):
            pages.add(_place(column.fact.url))
            folders.add(_folder(column.fact.url))
    statutory = [
        _folder(row.url)
        for row in look.audit.disclosures
        if row.url is not None and row.requirement in _STATUTORY and row.verdict is DisclosureVerdict.PUBLISHED
    ]
    folders.update(_common(statutory))
    folders = {folder for folder in folders if folder.count("/") > 1}  # the root of a host is no section
    return Section(frozenset(folders), frozenset(pages)) if folders or pages else None


def in_section(finding: Finding, look: Look, section: Section) -> bool:
    """Whether what is wrong stands in the section, or is led to from a page of it."""
    url = finding.subject.partition("#")[0]
    if section.holds(url):
        return True
    link = next((one for one in look.audit.links if one.fact.url == url), None)
    if link is not None and any(section.holds(referrer.page) for referrer in link.referrers):
        return True
    column = next((one for one in look.audit.columns if one.fact.url == url), None)
    return column is not None and any(section.holds(page) for page in column.fact.paths)


def _names(text: str, names: tuple[str, ...]) -> bool:
    return 0 < len(text) <= _NAME_LENGTH and any(name in text for name in names)


def _place(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc.lower().removeprefix("www.") + parts.path + (f"?{parts.query}" if parts.query else "")


def _folder(url: str) -> str:
    parts = urlsplit(url)
    head, _, name = parts.path.rpartition("/")
    path = parts.path if name and "." not in name else head
    return parts.netloc.lower().removeprefix("www.") + path.rstrip("/") + "/"


def _common(folders: list[str]) -> set[str]:
    """The folder that the statutory pages of one host share; a single one only shows where it stands itself."""
    by_host: dict[str, list[list[str]]] = {}
    for folder in folders:
        host, *names = folder.rstrip("/").split("/")
        by_host.setdefault(host, []).append(names)
    found = set()
    for host, paths in by_host.items():
        shared = []
        for level in zip(*paths, strict=False):
            if len(set(level)) > 1:
                break
            shared.append(level[0])
        if len(paths) == 1 and shared:
            shared = shared[:-1] or shared
        found.add("/".join([host, *shared]) + "/")
    return found
