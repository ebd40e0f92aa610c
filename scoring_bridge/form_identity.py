"""What a workbook says of itself, in the hidden first row of its values: import reads it as that form and no other."""

import json
from dataclasses import asdict, dataclass
from typing import Final

from scoring_bridge.filing_form import TEMPLATE_VERSION, Form

SCHEMA: Final = "chengjian.filing-form/1"
_LONGEST: Final = 32_000  # an Excel cell holds 32,767 characters


@dataclass(frozen=True, slots=True)
class FormIdentity:
    scheme: str
    scheme_version: str
    scheme_sha256: str
    form_sha256: str
    period: str
    provider: str
    city: str
    template: str
    units: tuple[str, ...] = ()  # ids that it was made for; empty: every unit of the scheme

    @property
    def marker(self) -> str:
        """The text of the cell that carries it."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, ensure_ascii=False, separators=(",", ":"))


def identity_of(form: Form, city: str, units: tuple[str, ...] = ()) -> FormIdentity:
    scheme = form.scheme
    return FormIdentity(
        scheme.id,
        scheme.version,
        scheme.sha256,
        form.digest,
        form.period,
        form.provider.name,
        city,
        TEMPLATE_VERSION,
        units,
    )


def is_marker(text: str) -> bool:
    return text.lstrip().startswith("{") and '"chengjian.filing-form/' in text[:200]


def read_identity(marker: str) -> FormIdentity | None:
    """The identity in a marker; None where it is damaged or of another version."""
    if len(marker) > _LONGEST:
        return None
    try:
        document = json.loads(marker)
    except ValueError:
        return None
    if not isinstance(document, dict) or document.pop("schema", None) != SCHEMA:
        return None
    units = document.pop("units", [])
    texts = {name: document.get(name) for name in FormIdentity.__slots__ if name != "units"}
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(units, list):
        return None
    if not all(isinstance(unit, str) for unit in units):
        return None
    return FormIdentity(**{name: str(text) for name, text in texts.items()}, units=tuple(units))
