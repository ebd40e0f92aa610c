"""Whether the manifests are what they were: each against the list of hashes, the next manifest and the database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from records.evidence import NO_PREVIOUS
from services.verification.faults import ChainFault
from storage.canonical import digest
from storage.evidence_ledger import Ledger, Link
from storage.manifest_chain import row_of
from storage.manifest_files import (
    FOLDER,
    LIST,
    ManifestFiles,
    ManifestUnreadableError,
    manifest_name,
    read_link,
    sum_line,
    sums,
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A manifest as it stands in the folder."""

    sha256: str | None  # None: there is no such file
    link: Link | None
    why: str = ""  # Chinese: why it is no manifest
    sums_fit: bool = True


def check_manifests(
    files: ManifestFiles, ledger: Ledger, rows: Mapping[int, Any] | None, head: str | None
) -> Iterator[ChainFault]:
    """What does not fit in the chain, first things first; ``ledger`` is filled with what can be read.

    ``rows`` are the database's manifests by number (None: not asked), ``head`` the hash of the last manifest as it was
    printed outside of our power (None: not known).
    """
    listed = _listed(files.read_list())
    total = max([0, *files.numbers(), *listed, *(rows or {})])
    seen: dict[int, _Seen] = {}
    for number in range(1, total + 1):
        seen[number] = one = _look(files, number)
        link = one.link or _of_row(rows, number)
        if link is not None and link.manifest.number == number:
            ledger.add(link)
    for number in range(1, total + 1):
        yield from _check_one(number, seen, listed, rows)
    yield from _check_list(files, seen)
    if head is not None and total and head not in {one.sha256 for one in seen.values()}:
        last = seen[total].sha256 or "缺失"
        yield ChainFault(f"{FOLDER}/{manifest_name(total)}", "链中没有所给的链头", expected=head, found=last)
    for told in ledger.faults:
        yield ChainFault(FOLDER, told)


def _look(files: ManifestFiles, number: int) -> _Seen:
    try:
        body = files.read(number)
    except FileNotFoundError:
        return _Seen(None, None)
    except OSError as error:
        return _Seen(None, None, f"读不出来：{error.strerror or error}")
    try:
        link = read_link(body)
    except ManifestUnreadableError as error:
        return _Seen(digest(body), None, str(error))
    return _Seen(link.sha256, link, sums_fit=files.read_sums(number) == sums(link.manifest.files))


def _of_row(rows: Mapping[int, Any] | None, number: int) -> Link | None:
    """The database's copy, where it is whole."""
    row = (rows or {}).get(number)
    if row is None:
        return None
    try:
        link = read_link(bytes(row.body))
    except ManifestUnreadableError:  # the row is a fault of its own
        return None
    return link if link.sha256 == row.sha256 else None


def _check_one(
    number: int, seen: Mapping[int, _Seen], listed: Mapping[int, str], rows: Mapping[int, Any] | None
) -> Iterator[ChainFault]:
    place, one = f"{FOLDER}/{manifest_name(number)}", seen[number]
    after = seen.get(number + 1)
    named = after.link.manifest.previous if after is not None and after.link is not None else None
    row = rows.get(number) if rows is not None else None
    witnesses = {
        f"{FOLDER}/{LIST}": listed.get(number),
        f"数据库：第 {number} 份清单": row.sha256 if row is not None else None,
        f"{FOLDER}/{manifest_name(number + 1)}": named,
    }
    said = {where: sha256 for where, sha256 in witnesses.items() if sha256 is not None}
    if one.sha256 is None:
        what = one.why or ("文件没有写出或已丢失，运行 chengjian evidence seal 可由数据库补写" if row else "缺失")
        yield ChainFault(place, what, expected=next(iter(said.values()), ""), since=number)
        return
    against = [(where, sha256) for where, sha256 in said.items() if sha256 != one.sha256]
    if against and (len(against) == len(said) or one.link is None):
        where, sha256 = against[0]
        yield ChainFault(place, f"已被改动（据 {where}）", expected=sha256, found=one.sha256, since=number)
    elif one.link is None:
        yield ChainFault(place, one.why, found=one.sha256, since=number)
    else:
        for where, sha256 in against:
            yield ChainFault(
                where, f"所记的清单 {number} 的校验值不符", expected=one.sha256, found=sha256, since=number
            )
    yield from _check_link(place, number, one, seen.get(number - 1))
    if rows is not None:
        yield from _check_row(number, one, row)


def _check_link(place: str, number: int, one: _Seen, before: _Seen | None) -> Iterator[ChainFault]:
    if one.link is None:
        return
    manifest = one.link.manifest
    if manifest.number != number:
        yield ChainFault(place, "序号与文件名不符", expected=str(number), found=str(manifest.number), since=number)
    if before is None and manifest.previous != NO_PREVIOUS:
        yield ChainFault(place, "第一份清单之前不应再有清单", NO_PREVIOUS, manifest.previous, since=number)
    if not one.sums_fit:
        name = manifest_name(number).replace(".json", ".sha256")
        yield ChainFault(f"{FOLDER}/{name}", "缺失或与清单所列不符，可由清单重新生成", since=number)


def _check_row(number: int, one: _Seen, row: Any) -> Iterator[ChainFault]:
    place = f"数据库：第 {number} 份清单"
    if row is None:
        yield ChainFault(place, "缺失：数据库比证据目录旧，或记录被删；运行 chengjian evidence seal 可由文件补记")
        return
    try:
        link = read_link(bytes(row.body))
    except ManifestUnreadableError as error:
        yield ChainFault(place, f"已被改动（{error}）", expected=row.sha256, since=number)
        return
    if link.sha256 != row.sha256:
        yield ChainFault(place, "内容与所记校验值不符", expected=row.sha256, found=link.sha256, since=number)
        return
    wanted = row_of(link)
    for column in ("number", "previous", "kind", "night", "made_at"):
        if getattr(row, column) != wanted[column]:
            yield ChainFault(
                place, f"{column} 一栏已被改动", str(wanted[column]), str(getattr(row, column)), since=number
            )


def _listed(body: bytes | None) -> dict[int, str]:
    """The hashes of ``chain.sha256`` by number; lines that are none are left to ``_check_list``."""
    found = {}
    for line in (body or b"").decode("utf-8", "replace").splitlines():
        sha256, _, name = line.partition("  ")
        stem = name.removesuffix(".json")
        if stem.isascii() and stem.isdigit() and len(stem) < 10 and manifest_name(int(stem)) == name:
            found[int(stem)] = sha256
    return found


def _check_list(files: ManifestFiles, seen: Mapping[int, _Seen]) -> Iterator[ChainFault]:
    if not seen:
        return
    place, body = f"{FOLDER}/{LIST}", files.read_list()
    if body is None:
        yield ChainFault(place, "缺失，可由各份清单重新生成")
        return
    wanted = [sum_line(one.sha256, manifest_name(n)) for n, one in seen.items() if one.sha256 is not None]
    if body == b"".join(wanted):
        return
    lines = body.splitlines(keepends=True)
    for number, line in enumerate(wanted, start=1):
        if number > len(lines) or lines[number - 1] != line:
            found = lines[number - 1].decode("utf-8", "replace").strip() if number <= len(lines) else "没有这一行"
            yield ChainFault(
                place, "与清单不符", line.decode().strip(), found, record=f"第 {number} 行", since=number
            )  # fmt: skip
            return
    yield ChainFault(place, "多出内容", record=f"第 {len(wanted) + 1} 行")
