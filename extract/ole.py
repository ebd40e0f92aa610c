"""The root directory of an OLE compound file (MS-CFB): which program's document it is.

Only the names below the root are read: a document may embed others, whose streams are in the same directory.
"""

import struct
from typing import Final

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE: Final = 0xFFFFFFFA  # from here on a sector number is a sign: end of chain, free, FAT
_NONE: Final = 0xFFFFFFFF
_ENTRY: Final = 128
_MOST_ENTRIES: Final = 20_000


def root_names(body: bytes) -> frozenset[str]:
    """Names of the streams and storages directly below the root.  ValueError where the directory is damaged."""
    if len(body) < 512 or not body.startswith(MAGIC):
        raise ValueError("no compound file")
    shift = struct.unpack_from("<H", body, 30)[0]
    if shift not in (9, 12):
        raise ValueError("no such sector size")
    entries = _directory(body, 1 << shift)
    root = entries[0]
    names: set[str] = set()
    seen: set[int] = set()
    waiting = [root[3]]
    while waiting:
        number = waiting.pop()
        if number == _NONE or number in seen:
            continue
        if number >= len(entries):
            raise ValueError("an entry that is not there")
        seen.add(number)
        name, left, right, _child = entries[number]
        names.add(name)
        waiting += (left, right)
    return frozenset(names)


def _directory(body: bytes, sector: int) -> list[tuple[str, int, int, int]]:
    """Name, left, right, child of each entry."""
    table = _allocation(body, sector)
    number = struct.unpack_from("<I", body, 48)[0]
    raw = bytearray()
    for _ in range(_MOST_ENTRIES * _ENTRY // sector + 1):
        if number >= _FREE:
            break
        part = body[(number + 1) * sector : (number + 2) * sector]
        if not part or number >= len(table):
            raise ValueError("a sector that is not there")
        raw += part
        number = table[number]
    entries = []
    for start in range(0, len(raw) - _ENTRY + 1, _ENTRY):
        length = min(struct.unpack_from("<H", raw, start + 64)[0], 64)
        name = bytes(raw[start : start + max(length - 2, 0)]).decode("utf-16-le", "replace")
        left, right, child = struct.unpack_from("<III", raw, start + 68)
        entries.append((name, left, right, child))
    if not entries:
        raise ValueError("no directory")
    return entries


def _allocation(body: bytes, sector: int) -> list[int]:
    """The file allocation table: which sector follows which."""
    sectors = [number for number in struct.unpack_from("<109I", body, 76) if number < _FREE]
    more, count = struct.unpack_from("<II", body, 68)
    for _ in range(min(count, len(body) // sector)):
        if more >= _FREE:
            break
        part = body[(more + 1) * sector : (more + 2) * sector]
        if len(part) < sector:
            raise ValueError("a sector that is not there")
        numbers = struct.unpack(f"<{sector // 4}I", part)
        sectors += [number for number in numbers[:-1] if number < _FREE]
        more = numbers[-1]
    table: list[int] = []
    for number in sectors[: len(body) // sector + 1]:
        part = body[(number + 1) * sector : (number + 2) * sector]
        table += struct.unpack(f"<{len(part) // 4}I", part[: len(part) // 4 * 4])
    return table
