"""What the API says, field by field: which role may read what is private, told by the models of its answers."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from console.rights import GRANTS, Right
from records.accounts import Role
from tests.console.test_rights import ALL, Call

OFFICE = {Role.OFFICE, Role.AUDITOR}
REVIEWERS = {Role.ANALYST, Role.VERIFIER, *OFFICE}
EVERYBODY = set(Role)

#: What is asked for with these is the unit's own.
OWN = {Right.SEE_OWN_UNIT, Right.FILE_VALUES, Right.ANSWER_FINDINGS, Right.ASK_REVIEW}

#: Fields that not everybody may read, by model and name: which roles may.  A unit reads of its own only; that is what
#: ``test_rights`` holds every route to.
PRIVATE: dict[str, set[Role]] = {
    "ComplainantOut.*": OFFICE,  # who complained (2020 rules, art. 31: it is kept secret)
    "ComplaintOut.*": OFFICE,
    "ComplaintWholeOut.*": OFFICE,
    "FiledOut.*": REVIEWERS,  # another unit's filing
    "ReviewOut.*": REVIEWERS,
    "PasswordOut.password": {Role.OPERATOR},
    "AccountOut.*": {Role.OPERATOR},
    "EntryOut.detail": {Role.OFFICE, Role.OPERATOR, Role.AUDITOR},  # of the log
    "FlagOut.*": REVIEWERS,
    "TryOut.*": REVIEWERS,
    "ArticleOut.text": REVIEWERS,
}
#: Names by which something private gives itself away; those that are not are listed with the reason.
SUSPICIOUS = re.compile(
    r"password|secret|token|contact|phone|mobile|identity_card|id_number|complainant|totp|csrf|address"
)
HARMLESS = {
    "MeOut.token_ends": "when one's own token ends",
    "RecheckIn.address": "the public web address that a unit names",
}


def models(kind: Any) -> Iterator[type[BaseModel]]:
    """Every model within an annotation, through lists, unions and fields."""
    left, seen = [kind], set()
    while left:
        one = left.pop()
        left += get_args(one)
        if isinstance(one, type) and issubclass(one, BaseModel) and one not in seen:
            seen.add(one)
            left += [field.annotation for field in one.model_fields.values()]
            yield one


def answered(call: Call) -> list[str]:
    found = []
    for model in models(call.route.response_model):
        found += [f"{model.__name__}.{name}" for name in model.model_fields]
    return found


def allowed(field: str, call: Call | None = None) -> set[Role]:
    """Who may read a field; of its own a unit reads all of it."""
    roles = PRIVATE.get(field, PRIVATE.get(f"{field.partition('.')[0]}.*", EVERYBODY))
    own = call is not None and call.guard is not None and call.guard.right in OWN
    return roles | {Role.UNIT} if own else roles


CALLS = [one for one in ALL if one.path.startswith("/api/v1/") and one.guard is not None and one.route.response_model]


@pytest.mark.parametrize("role", Role)
def test_no_role_reads_a_field_that_is_not_for_it(role: Role) -> None:
    """The table of fields × roles: by the models of every answer that the role may ask for."""
    odd = [
        f"{call}: {field}"
        for call in CALLS
        if call.guard is not None and call.guard.right in GRANTS[role]
        for field in answered(call)
        if role not in allowed(field, call)
    ]
    assert odd == []


def test_what_sounds_private_is_told_of() -> None:
    """A new field of such a name is put into the table, or said to be harmless, before it goes out."""
    fields = {field for call in CALLS for field in answered(call)}
    odd = [
        one
        for one in fields
        if SUSPICIOUS.search(one.partition(".")[2]) and one not in HARMLESS and allowed(one) == EVERYBODY
    ]
    assert odd == []


def test_the_table_is_of_fields_that_are_there() -> None:
    """A line of the table that names nothing guards nothing."""
    fields = {field for call in CALLS for field in answered(call)}
    names = fields | {f"{field.partition('.')[0]}.*" for field in fields}
    assert sorted(set(PRIVATE) - names) == []


def test_the_same_field_on_a_route_for_everybody_would_be_found() -> None:
    """The control: the table refuses the complainant to a unit."""
    assert Role.UNIT not in allowed("ComplainantOut.name")
    assert Role.OFFICE in allowed("ComplainantOut.name")
