"""Whether the complaints are what they were: each entry against the one before, all of them against the sealed log."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.complaints.life import replay
from services.verification.faults import ChainFault
from storage.canonical import read_canonical
from storage.complaints import ComplaintRepository, StoredComplaint
from storage.errors import StorageError
from storage.evidence_store import EvidenceStore

#: By complaint and number of its entries: the hash that the log has of the last one.
Told = dict[str, dict[int, str]]


def told_of(row: Any) -> tuple[str, int, str] | None:
    """What an entry of the log says of a complaint; None where it speaks of something else, or is of before it did."""
    if not row.subject.startswith("complaint:"):
        return None
    try:
        detail = read_canonical(bytes(row.body))["detail"]
        return row.subject.removeprefix("complaint:"), int(detail["entry"]), str(detail["sha256"])
    except (ValueError, KeyError, TypeError):
        return None


def check_complaints(complaints: ComplaintRepository, papers: EvidenceStore, told: Told) -> Iterator[ChainFault]:
    """Every complaint that does not fit, with every paper of it that is missing or changed."""
    standings = complaints.standings()
    for identity in dict.fromkeys([*standings, *told]):
        place = f"数据库：投诉举报 {identity}"
        if identity not in standings:
            yield ChainFault(place, "缺失：操作日志中有它，数据库中没有")
            continue
        try:
            stored, links = complaints.links(identity)
        except StorageError as error:
            yield ChainFault(place, str(error))
            continue
        yield from _against_log(place, links, told.get(identity, {}))
        yield from _against_list(place, stored, standings[identity])
        for fault in papers.faults(stored.papers):
            yield ChainFault(place, fault)


def _against_log(place: str, links: tuple[str, ...], told: Mapping[int, str]) -> Iterator[ChainFault]:
    for number, digest in sorted(told.items()):
        if number >= len(links):
            yield ChainFault(place, f"操作日志中有第 {number} 条办理记录，数据库中没有")
        elif links[number] != digest:
            what = f"第 {number} 条办理记录" if number else "登记的内容"
            yield ChainFault(place, f"{what}与操作日志所记的不同", expected=digest, found=links[number])


def _against_list(place: str, stored: StoredComplaint, listed: tuple[str, int]) -> Iterator[ChainFault]:
    """The table that lists are made from repeats what the entries say."""
    standing = replay(stored.complaint, stored.entries).standing.value
    if listed != (standing, len(stored.entries)):
        yield ChainFault(
            place, "清单所列与办理记录不符", f"{standing}、{len(stored.entries)} 条", f"{listed[0]}、{listed[1]} 条"
        )
