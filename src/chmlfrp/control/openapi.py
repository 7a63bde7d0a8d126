"""The description of the door in OpenAPI 3.1, assembled from the route table."""

import re
from typing import Any

import msgspec

from chmlfrp.control.protocol import PROTOCOL, Problem
from chmlfrp.control.route import Route
from chmlfrp.control.routes import ROUTES
from chmlfrp.model.secret import Secret

_QUERY = {
    "/v1/survey/uptime": ("days", "name"),
    "/v1/survey/recommendations": ("type",),
    "/v1/tunnels/{id:int}/records": ("name",),
    "/v1/guard/history": ("step", "tunnel", "address"),
    "/v1/guard/visitors": ("live", "tunnel", "address", "names", "most"),
    "/v1/tunnels/{id:int}/guard/test": ("from", "at"),
    "/v1/tunnels/{id:int}/requests": ("sought", "unmasked"),
    "/v1/tunnels/{id:int}/requests/har": ("unmasked",),
    "/v1/tunnels/{id:int}/requests/{number:int}": ("unmasked",),
    "/v1/logs": ("tunnel", "tail", "follow"),
    "/v1/events": ("since", "follow"),
    "/v1/account/messages": ("page", "size"),
}


def describe() -> dict[str, Any]:
    """Return the whole document."""
    types = [Problem, *(r.answer for r in ROUTES), *(r.body for r in ROUTES if r.body)]
    schemas, components = msgspec.json.schema_components(
        types, schema_hook=_secret, ref_template="#/components/schemas/{name}"
    )
    answers = dict(zip(map(str, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        path = re.sub(r":\w+}", "}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, answers)
    return {
        "openapi": "3.1.0",
        "info": {"title": "ChmlFrp UI daemon", "version": str(PROTOCOL)},
        "paths": paths,
        "components": {"schemas": components},
    }


def _operation(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    kind = "application/x-ndjson" if route.stream else "application/json"
    operation: dict[str, Any] = {
        "operationId": route.operation,
        "summary": route.summary,
        "parameters": [*_path_parameters(route), *_query_parameters(route)],
        "responses": {
            "200": _content("the answer", kind, schemas[str(route.answer)]),
            "4XX": _content("a problem", "application/json", schemas[str(Problem)]),
        },
    }
    if route.body is not None:
        body = {"application/json": {"schema": schemas[str(route.body)]}}
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _content(description: str, kind: str, schema: Any) -> dict[str, Any]:
    return {"description": description, "content": {kind: {"schema": schema}}}


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if kind == ":int" else "string"},
        }
        for name, kind in re.findall(r"{(\w+)(:\w+)?}", route.path)
    ]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "required": False, "schema": {"type": "integer"}}
        for name in _QUERY.get(route.path, ())
    ]


def _secret(kind: type) -> dict[str, Any]:
    if kind is Secret:
        return {"type": "string", "format": "password"}
    raise NotImplementedError
