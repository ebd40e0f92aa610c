"""By which rules something was judged: hashes of the code of the checks and of a policy, as they are installed."""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

RULES: Final = ("checks", "extract", "records")  # the packages that make findings of pages
_KINDS: Final = (".py", ".yml", ".yaml", ".json", ".txt")


@cache
def rules_sha256() -> str:
    """One hash over the program text and the data of the packages that judge: paths and contents, in order."""
    hashed = sha256()
    for package in RULES:
        for path, file in sorted(_walk(files(package), package), key=lambda one: one[0]):
            hashed.update(f"{path} {sha256(file.read_bytes()).hexdigest()}\n".encode())
    return hashed.hexdigest()


def policy_sha256(name: str) -> str:
    """The hash of a policy that comes with the program; empty where there is none of that name."""
    file = files("checks").joinpath("policies", f"{name}.yml")
    return sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def _walk(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _walk(entry, f"{path}/{entry.name}")
        elif entry.name.endswith(_KINDS):
            yield f"{path}/{entry.name}", entry
