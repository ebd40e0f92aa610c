"""What the API can do: as OpenAPI for programs, as a page for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response

from console.rights import Right
from console.routing import PageRouter
from console.web import page

router = PageRouter()
_SCHEMES: Final = {
    "token": {"type": "http", "scheme": "bearer", "description": "在“我的账户”中生成的令牌"},
    "session": {
        "type": "apiKey", "in": "cookie", "name": "chengjian",
        "description": "网页登录；更改须另带 X-CSRF-Token，值在每页的 meta[name=csrf] 中",
    },
}  # fmt: skip


@router.page("/api/v1/openapi.json", Right.OWN_ACCOUNT)
def openapi(request: Request) -> Response:
    return JSONResponse(document_of(request.app))


@router.page("/api", Right.OWN_ACCOUNT)
def read(request: Request) -> Response:
    """The document as a page: made from the same source, so that it is never another."""
    document = document_of(request.app)
    return page(
        request, "api.html", groups=list(_groups(document)), base=str(request.base_url).rstrip("/"),
        about=document["info"]["description"],
    )  # fmt: skip


def document_of(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        made.setdefault("components", {})["securitySchemes"] = _SCHEMES
        made["security"] = [{"token": []}, {"session": []}]
        app.openapi_schema = made
    return app.openapi_schema


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of what is sent or answered."""

    name: str
    kind: str
    needed: bool
    told: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a program may ask."""

    method: str
    path: str
    title: str
    told: str
    parameters: tuple[Field, ...]
    sent: tuple[Field, ...]
    answered: tuple[Field, ...]
    status: str
    faults: tuple[tuple[str, str], ...]


def _groups(document: Mapping[str, Any]) -> Any:
    groups: dict[str, list[Operation]] = {}
    for path, operations in document["paths"].items():
        for method, told in operations.items():
            groups.setdefault((told.get("tags") or ["其他"])[0], []).append(_operation(document, path, method, told))
    return groups.items()


def _operation(document: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any]) -> Operation:
    parameters = tuple(
        Field(one["name"], _kind(one.get("schema", {})), one.get("required", False), one.get("description", ""))
        for one in told.get("parameters", ())
    )
    good = next((status for status in told["responses"] if status.startswith("2")), "200")
    faults = tuple(
        (status, one.get("description", "")) for status, one in told["responses"].items() if not status.startswith("2")
    )
    return Operation(
        method=method.upper(),
        path=path,
        title=told.get("summary", ""),
        told=told.get("description", ""),
        parameters=parameters,
        sent=_fields(document, _content(told.get("requestBody", {}))),
        answered=_fields(document, _content(told["responses"].get(good, {}))),
        status=good,
        faults=faults,
    )


def _content(part: Mapping[str, Any]) -> Mapping[str, Any]:
    for one in part.get("content", {}).values():
        found: Mapping[str, Any] = one.get("schema", {})
        return found
    return {}


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[Field, ...]:
    if schema.get("type") == "array":
        schema = schema.get("items", {})
    known: Mapping[str, Any] = document.get("components", {}).get("schemas", {})
    found = known.get(schema.get("$ref", "").rpartition("/")[2], schema)
    needed = found.get("required", ())
    return tuple(
        Field(name, _kind(one), name in needed, one.get("description", ""))
        for name, one in found.get("properties", {}).items()
    )


def _kind(schema: Mapping[str, Any]) -> str:
    """What may stand there, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"{_kind(schema.get('items', {}))}[]"
    return str(schema.get("format") or schema.get("type") or "any")
