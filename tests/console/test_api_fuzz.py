"""The API under whatever a program may send: no fault of ours, and what it answers is what it says it answers."""

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance
from starlette.testclient import TestClient

from console.api.document import document_of
from console.rights import GRANTS
from console.routing import guard_of
from records.accounts import Role
from tests.console.conftest import UNITS, Desk, desk_in
from tests.console.evaluation_world import World
from tests.console.test_rights import ALL

ASKED = [not_a_server_error, response_schema_conformance, content_type_conformance]
EXAMPLES = 4  # of each operation, of each of the two ways


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, empty_database: Any) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("fuzz")
    city = folder / "linshui"
    city.mkdir()
    (city / "units.yml").write_text(UNITS, "utf-8")
    with desk_in(folder, city, empty_database) as made:
        World(made).to_preliminary()
        yield made


def token_of(desk: Desk, role: Role) -> str:
    """Of an account of its own: what one role does to accounts by chance hinders no other."""
    login = f"fuzz.{role.value}"
    desk.account(login, role, "dongcheng" if role is Role.UNIT else None)
    owner = desk.tools.accounts.accounts.credentials(login)
    assert owner is not None
    return desk.tools.accounts.tokens.make(owner.account, name="t", days=9, reads_only=False, at=desk.clock())[0]


#: Each operation is tried by the first of these that has the right.
ASKING = (Role.UNIT, Role.OFFICE, Role.ANALYST, Role.OPERATOR)


def asks(role: Role) -> set[tuple[str, str]]:
    found = set()
    for one in ALL:
        may = [other for other in ASKING if one.guard is not None and one.guard.right in GRANTS[other]]
        if may[:1] == [role]:
            found.add((one.method, one.path))
    return found


@pytest.mark.parametrize("role", ASKING)
def test_no_request_is_a_fault_of_ours(desk: Desk, role: Role) -> None:
    """Every operation, with what fits the document and with what does not: never a 500."""
    document = document_of(desk.app)  # type: ignore[arg-type]
    schema = schemathesis.openapi.from_dict(document)
    mine = asks(role)
    headers = {"Authorization": f"Bearer {token_of(desk, role)}"}
    client = TestClient(desk.app, raise_server_exceptions=False)  # type: ignore[arg-type]
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if (operation.method.upper(), operation.path) not in mine:
            continue

        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            sent = case.as_transport_kwargs(base_url="http://testserver", headers=headers)
            sent.pop("cookies", None)
            given = {"content": sent.pop("data")} if isinstance(sent.get("data"), bytes | str) else {}
            case.validate_response(client.request(**sent, **given), checks=ASKED)

        run(operation.as_strategy(generation_mode=GenerationMode.POSITIVE), ask)
        run(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE), ask)
    assert asked > EXAMPLES
    assert client.get("/api/v1/me", headers=headers).status_code == 200


def run(strategy: Any, ask: Any) -> None:
    """A fixed number of examples, the same ones each time."""
    settings = hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    settings(hypothesis.given(strategy)(ask))()


def test_every_operation_is_documented(desk: Desk) -> None:
    """Each has a summary, a group, and what it answers where something is wrong."""
    document = document_of(desk.app)  # type: ignore[arg-type]
    told = {(method.upper(), path): one for path, some in document["paths"].items() for method, one in some.items()}
    routed = {(one.method, one.path) for one in ALL if one.path.startswith("/api/v1/") and guard_of(one.route)}
    assert routed - set(told) == {("GET", "/api/v1/openapi.json")}
    for name, one in told.items():
        assert one.get("summary"), name
        assert one.get("tags"), name
        assert {"401", "403", "404", "422"} <= set(one["responses"]), name


def test_the_page_says_what_the_document_says(desk: Desk) -> None:
    """Every operation stands on the page for people, in Chinese, without anything from elsewhere."""
    page = desk.as_role(Role.AUDITOR).get("/api")
    for path in document_of(desk.app)["paths"]:  # type: ignore[arg-type]
        assert f"<code>{path}</code>" in page
    assert "http://testserver/api/v1/me" in page
    assert "cdn" not in page
