"""The floor of the ranking as data: the packaged one, or an office's own file."""

from decimal import Decimal
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

from scoring.rank_floor import RankFloor
from scoring.tree import Fault, Fields, read_tree
from services.schemes import WrongCallError, read_text

FORMAT: Final = "chengjian.rank-floor/1"
FILE: Final = "rank-floor.yml"


def load_rank_floor(path: Path | None = None) -> RankFloor:
    """The packaged floor, or the one in a file.  ``WrongCallError`` with every fault of the file and its line."""
    return _packaged() if path is None else parse_rank_floor(read_text(path, "排名下限文件"), path.name)


def rank_floor_of(home: Path) -> RankFloor:
    """The office's own where it stands in the data folder, else the packaged one."""
    own = home / FILE
    return load_rank_floor(own if own.is_file() else None)


@lru_cache(maxsize=1)
def _packaged() -> RankFloor:
    return parse_rank_floor((resources.files("services") / FILE).read_text("utf-8"), FILE)


def parse_rank_floor(text: str, source: str) -> RankFloor:
    """``WrongCallError`` with every fault."""
    faults: list[Fault] = []
    fields = Fields(read_tree(text, source, faults), "", faults)
    fields.choice("format", (FORMAT,))
    found = RankFloor(fields.decimal("share", None, low=Decimal(0), high=Decimal(1)), fields.text("source"))
    fields.close()
    if faults:
        raise WrongCallError(*(str(fault) for fault in sorted(set(faults))))
    return found
