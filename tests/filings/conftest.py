"""A small city, its forms as real workbooks, and a way to hand one in."""

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from records.registry import City, FormerName, Unit, UnitKind
from services.attachments import AttachmentFolder
from services.filing_template import forms_for, make_templates
from services.import_filing import FileReport, FilingImport, ImportCall
from services.schemes import load_scheme
from storage.database import open_database
from storage.evidence_store import EvidenceStore
from storage.filings import FilingRepository

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

CITY = City(
    id="nanyang",
    name="清河市",
    short_name="清河",
    province="某省",
    office="清河市信用办",
    units=(
        Unit("qing", "青山县", UnitKind.COUNTY, "青山县人民政府", short_names=("青山",)),
        Unit(
            "bai",
            "白水县",
            UnitKind.COUNTY,
            "白水县人民政府",
            short_names=("白水",),
            former_names=(FormerName("白河县"),),
        ),
        Unit("hong", "红岭区", UnitKind.COUNTY, "红岭区人民政府", short_names=("红岭",)),
        Unit("old", "旧城区", UnitKind.COUNTY, evaluated=False),
        Unit("house", "清河市住房和城乡建设局", UnitKind.DEPARTMENT, short_names=("市住建局", "住建")),
        Unit("rail", "清河市住建铁路局", UnitKind.DEPARTMENT, short_names=("住建",)),
        Unit("a", "甲部门", UnitKind.DEPARTMENT_A),
        Unit("t", "乙镇", UnitKind.TOWN),
    ),
)


class NoReader:
    """Stands where the process that reads attachments would be; what it reads has tests of its own."""

    def text_of(self, body: bytes, kind: str) -> tuple[str, str]:
        return "", "未读"


@pytest.fixture
def city() -> City:
    return CITY


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("database") / "empty.sqlite3"
    open_database(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture
def filings(tmp_path: Path, empty_database: Path) -> Iterator[FilingRepository]:
    shutil.copy(empty_database, tmp_path / "filings.sqlite3")
    engine = open_database(f"sqlite:///{tmp_path / 'filings.sqlite3'}")
    yield FilingRepository(engine, EvidenceStore(tmp_path / "store"))
    engine.dispose()


class Workbook:
    """A form of one provider, filled in cell by cell as a person would."""

    def __init__(self, body: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(body))

    @property
    def sheet(self) -> Worksheet:
        sheet: Worksheet = self.book["填报"]
        return sheet

    def column(self, key: str) -> int:
        return next(cell.column for cell in self.sheet[1] if cell.value == key)

    def row(self, unit: str) -> int:
        return next(cell.row for cell in self.sheet["B"] if cell.value == unit)

    def cell(self, unit: str, key: str) -> Any:
        return self.sheet.cell(self.row(unit), self.column(key))

    def fill(self, unit: str, **values: object) -> "Workbook":
        """`NYC_21__dishonest=1` stands for the column NYC-21#dishonest."""
        for name, value in values.items():
            self.cell(unit, name.replace("__", "#").replace("_", "-", 1)).value = value
        return self

    def list_row(self, sheet: str, *values: object) -> "Workbook":
        target = self.book[sheet]
        row = next(number for number in range(3, 600) if target.cell(number, 1).value is None)
        for column, value in enumerate(values, start=1):
            target.cell(row, column).value = value  # type: ignore[assignment]
        return self

    def body(self) -> bytes:
        content = io.BytesIO()
        self.book.save(content)
        return content.getvalue()


@pytest.fixture(scope="session")
def form_body() -> Callable[..., bytes]:
    @cache
    def made(scheme: str = "nanyang-county", provider: str = "市信用办", apart: bool = False) -> bytes:
        (form,) = forms_for(load_scheme(scheme), "2026", provider)
        return make_templates(form, CITY, until=None, apart=apart)[0].body

    return made


@pytest.fixture
def workbook(form_body: Callable[..., bytes]) -> Callable[..., Workbook]:
    return lambda *arguments, **options: Workbook(form_body(*arguments, **options))


@pytest.fixture
def hand_in(filings: FilingRepository, tmp_path: Path) -> Callable[..., FileReport]:
    """Import bytes under a file name."""

    def handed(
        body: bytes, name: str = "填报.xlsx", attachments: Path | None = None, now: datetime = NOW, **call: Any
    ) -> FileReport:
        folder = tmp_path / "in"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_bytes(body)
        files = AttachmentFolder(attachments, NoReader())
        return FilingImport(filings, CITY, files, ImportCall(**call), now).take(path)

    return handed


@pytest.fixture
def repacked() -> Callable[..., bytes]:
    """A container with some of its members replaced (None: left out) or added."""

    def made(body: bytes, **members: bytes | None) -> bytes:
        out = io.BytesIO()
        new = {name.replace("__", "/").replace("_dot_", "."): content for name, content in members.items()}
        with zipfile.ZipFile(io.BytesIO(body)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                if name not in new:
                    target.writestr(name, source.read(name))
            for name, content in new.items():
                if content is not None:
                    target.writestr(name, content)
        return out.getvalue()

    return made
