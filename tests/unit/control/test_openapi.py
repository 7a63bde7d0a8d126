import json
import re

from chmlfrp.control.openapi import describe
from chmlfrp.control.routes import ROUTES


def test_every_route_is_described():
    paths = describe()["paths"]
    for route in ROUTES:
        operation = paths[re.sub(r":\w+}", "}", route.path)][route.method.lower()]
        assert operation["summary"] == route.summary
        assert ("requestBody" in operation) == (route.body is not None)
        (kind,) = operation["responses"]["200"]["content"]
        assert kind == ("application/x-ndjson" if route.stream else "application/json")
        named = re.findall(r"{(\w+)", route.path)
        in_path = [p["name"] for p in operation["parameters"] if p["in"] == "path"]
        assert in_path == named


def test_operations_have_names_of_their_own():
    document = describe()
    names = [o["operationId"] for p in document["paths"].values() for o in p.values()]
    assert len(names) == len(set(names)) == len(ROUTES)
    assert all(re.fullmatch(r"[\w/{}:]+", name) for name in names)


def test_every_reference_leads_somewhere():
    document = describe()
    assert document["openapi"].startswith("3.1")
    text = json.dumps(document)
    schemas = document["components"]["schemas"]
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert references
    assert references <= set(schemas)


def test_a_secret_is_described_as_a_password():
    schemas = describe()["components"]["schemas"]
    password = schemas["PasswordSignIn"]["properties"]["password"]
    assert password == {"type": "string", "format": "password"}
