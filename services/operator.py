"""Who runs this machine, as an office that is asked to let us in must know it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scoring.tree import Fault, Fields, read_tree
from services.schemes import WrongCallError, read_text

FORMAT: Final = "chengjian.operator/1"


@dataclass(frozen=True, slots=True)
class Operator:
    """The name that signs, how to reach it, and the addresses from which requests come."""

    name: str = ""
    contact: str = ""
    addresses: tuple[str, ...] = ()


def read_operator(path: Path) -> Operator:
    """``operator.yml`` of the data folder; nothing is known where there is no such file.  ``WrongCallError``."""
    if not path.is_file():
        return Operator()
    faults: list[Fault] = []
    tree = read_tree(read_text(path, "运行单位文件"), path.name, faults)
    if not tree.items:
        raise WrongCallError(*(tuple(str(one) for one in faults) or (f"{path.name}：没有内容",)))
    fields = Fields(tree, "", faults)
    fields.choice("format", (FORMAT,))
    found = Operator(fields.text("name"), fields.text("contact"), fields.texts("addresses"))
    fields.close()
    if faults:
        raise WrongCallError(*(str(one) for one in sorted(set(faults))))
    return found
