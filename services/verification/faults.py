"""One thing that does not fit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChainFault:
    """What does not fit, where, and since when it was vouched for.  ``told`` is one Chinese sentence."""

    place: str  # path below the evidence folder, or 数据库：…
    told: str
    expected: str = ""
    found: str = ""
    record: str = ""  # inside the file: the record of a WARC file, the line of a list
    since: int | None = None  # number of the manifest that vouches for it

    @property
    def line(self) -> str:
        where = f"{self.place}（{self.record}）" if self.record else self.place
        details = [f"应为 {self.expected}" if self.expected else "", f"实为 {self.found}" if self.found else ""]
        details += [f"自清单 {self.since} 起有据可查" if self.since is not None else ""]
        return "，".join([f"{where}：{self.told}", *(one for one in details if one)])
