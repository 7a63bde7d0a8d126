"""The blocking client's signatures: current, whole, and seen by a type checker."""

import inspect
import os
import subprocess
import sys

import blocking
import chmlfrp
from chmlfrp.api.client import ServiceClient

PROGRAM = """
from typing import assert_type
from chmlfrp import BlockingClient
from chmlfrp.api.change import Updated
from chmlfrp.api.reads import Aged
from chmlfrp.model.node import Node
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelSpec

def work(client: BlockingClient, spec: TunnelSpec) -> None:
    assert_type(client.tunnels.list(), list[Tunnel])
    assert_type(client.with_token(None).tunnels.create(spec), Tunnel)
    assert_type(client.tunnels.update(TunnelId(1), local_port=1), Updated)
    assert_type(client.nodes.list(), Aged[Node])
    client.tunnels.create(3)  # type: ignore[arg-type]
"""


def test_the_stub_is_what_the_script_writes() -> None:
    is_current = blocking.STUB.read_text("utf-8") == blocking.render()
    assert is_current, "write it anew: python scripts/blocking.py"


def test_every_method_of_every_namespace_has_its_signature() -> None:
    stub = blocking.STUB.read_text("utf-8")
    client = ServiceClient("http://127.0.0.1")
    for name in ServiceClient.__annotations__:
        namespace = getattr(client, name)
        assert f"    {name}: Blocking{type(namespace).__name__}\n" in stub
        for method, _ in inspect.getmembers(namespace, inspect.iscoroutinefunction):
            assert method.startswith("_") or f"    def {method}(" in stub
    assert chmlfrp.BlockingClient.__module__ == "chmlfrp.sdk.waiting"


def test_a_type_checker_knows_the_blocking_methods() -> None:
    options = ("--strict", "--config-file=", "--follow-imports=silent")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        cwd=blocking.ROOT,
        env={**os.environ, "MYPYPATH": "src"},
    )
    assert done.returncode == 0, done.stdout
