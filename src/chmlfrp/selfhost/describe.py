"""The description of the API in OpenAPI, at `/openapi/openapi.json`.

Litestar knows routes and answers; the parameters, which every route reads from wherever
they come, and the answers that all routes share are added here.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from litestar import Litestar, Request
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.routes import HTTPRoute

from chmlfrp.selfhost.takes import FORM_ONLY, TAKES, Shape

PATH = "/openapi"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

Document = dict[str, Any]

STATUS_COUNTS = ("/agent/", "/cfg", "/oauth", "/sso/", "/.well-known/")
"""Begins of paths whose callers look at the HTTP status."""

SHARED: Document = {
    "Refused": {
        "title": "Refused",
        "type": "object",
        "properties": {
            "msg": {"type": "string"},
            "code": {"type": "integer"},
            "state": {"enum": ["fail", "error"]},
        },
        "required": ["msg", "code", "state"],
    },
    "Failed": {
        "title": "Failed",
        "type": "object",
        "properties": {
            "timestamp": {"type": "string"},
            "status": {"type": "integer"},
            "error": {"type": "string"},
            "path": {"type": "string"},
        },
        "required": ["timestamp", "status", "error", "path"],
    },
}
"""Answers that any route may give."""

HASTE: Document = {
    "description": "Asked too often.",
    "headers": {"Retry-After": {"schema": {"type": "string"}, "required": True}},
    "content": {JSON: {"schema": {"$ref": "#/components/schemas/Refused"}}},
}

SECURITY: Document = {
    "header": {
        "type": "http",
        "scheme": "bearer",
        "description": "A user token or an access token.",
    },
    "parameter": {"type": "apiKey", "in": "query", "name": "token"},
}


class Description(JsonRenderPlugin):
    """Publishes the description, completed when it is first asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._text = b""

    def render(
        self, request: Request[Any, Any, Any], openapi_schema: Document
    ) -> bytes:
        if not self._text:
            whole = complete(openapi_schema, request.app)
            self._text = self.render_json(request, whole)
        return self._text


def config() -> OpenAPIConfig:
    """Return what Litestar needs to publish the description, and no page with it."""
    return OpenAPIConfig(
        title="ChmlFrp selfhost",
        version="2",
        description="A refusal has status 200 as well: `code` and `state` tell.",
        use_handler_docstrings=True,
        path=PATH,
        render_plugins=[Description()],
    )


def complete(document: Document, app: Litestar) -> Document:
    """Return the description with parameters and shared answers."""
    whole: Document = _any_of(deepcopy(document))
    components = whole.setdefault("components", {})
    components.setdefault("schemas", {}).update(deepcopy(SHARED))
    components["securitySchemes"] = deepcopy(SECURITY)
    for path, method, opt in _operations(app):
        operation = whole["paths"].get(path, {}).get(method)
        if operation is not None:
            _complete(operation, path, method, opt)
    return whole


def _operations(app: Litestar) -> Iterator[tuple[str, str, Document]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in handler.http_methods:
                    yield route.path_format, method.lower(), handler.opt


def _complete(operation: Document, path: str, method: str, opt: Document) -> None:
    taken: dict[str, Shape] = opt.get(TAKES, {})
    reads_form = bool(opt.get(FORM_ONLY))
    _add_answers(operation, path, method, keeps_400=reads_form)
    if taken and not reads_form:
        _may_be_refused(operation["responses"]["200"]["content"][JSON])
        if "token?" in taken:
            operation["security"] = [{"header": []}, {"parameter": []}]
    if taken and method == "get":
        operation["parameters"] = [_parameter(*one) for one in taken.items()]
    elif taken:
        kinds = [FORM] if reads_form else [JSON, FORM]
        body = {"schema": _object(taken)}
        operation["requestBody"] = {"content": dict.fromkeys(kinds, body)}


def _add_answers(
    operation: Document, path: str, method: str, *, keeps_400: bool
) -> None:
    answers = operation["responses"]
    if not keeps_400:
        answers.pop("400", None)  # Litestar's own, which is a refusal here
    answers["429"] = HASTE
    if "{" in path:
        answers["404"] = _failed("There is none.")
    if method == "post":
        answers["413"] = _failed("The body has more than 256 KiB.")
    if path.startswith(STATUS_COUNTS):
        answers["503"] = _failed("The service's store does not answer.")


def _may_be_refused(content: Document) -> None:
    if not content["schema"].get("$ref", "").rpartition("/")[2].startswith("Reply_"):
        refused = {"$ref": "#/components/schemas/Refused"}
        content["schema"] = {"anyOf": [content["schema"], refused]}


def _parameter(name: str, shape: Shape) -> Document:
    is_needed = not name.endswith("?")
    own = name.rstrip("?")
    return {"name": own, "in": "query", "required": is_needed, "schema": shape}


def _object(taken: dict[str, Shape]) -> Document:
    return {
        "type": "object",
        "properties": {name.rstrip("?"): shape for name, shape in taken.items()},
        "required": [name for name in taken if not name.endswith("?")],
    }


def _failed(why: str) -> Document:
    content = {JSON: {"schema": {"$ref": "#/components/schemas/Failed"}}}
    return {"description": why, "content": content}


def _any_of(value: Any) -> Any:
    """Return the same, with `anyOf` for `oneOf`: a whole number is a number as well."""
    if isinstance(value, dict):
        return {("anyOf" if k == "oneOf" else k): _any_of(v) for k, v in value.items()}
    return [_any_of(one) for one in value] if isinstance(value, list) else value
