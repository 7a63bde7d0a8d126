"""The service: requests per second and p99, by clients, workers and size of the store."""

import contextlib
import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import func, insert, select

from benchmarks.load import Load, put
from benchmarks.table import Table
from chmlfrp.cli.demo import world
from chmlfrp.model.secret import Secret
from chmlfrp.selfhost.store.database import open_database
from chmlfrp.selfhost.store.models import Node, Tunnel, User

# Limits are counted as for anybody, and never reached.
GENEROUS = """\
[guard]
account_tries = 1000000
address_tries = 1000000
[limits]
address_requests = 1000000
account_requests = 1000000
address_costly = 1000000
account_costly = 1000000
exempt = []
"""
PER_NODE = 10_000
PER_USER = 16
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Lab:
    """A running service and how to ask it things."""

    port: int
    token: str
    node: str
    password: Secret

    def request(self, path: str, **params: Any) -> str:
        """Return a POST with JSON parameters, as bytes go over the wire."""
        body = json.dumps(params)
        return (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )

    @property
    def requests(self) -> dict[str, str]:
        """One of each kind that clients send most."""
        login = {"username": world.USER, "password": self.password.reveal()}
        return {
            "/tunnel": self.request("/tunnel", token=self.token),
            "/node_stats": self.request("/node_stats"),
            "/tunnel_config": self.request(
                "/tunnel_config", token=self.token, node=self.node
            ),
            "/login": self.request("/login", **login),
        }


async def measure(*, quick: bool) -> list[Table]:
    seconds = 1.0 if quick else 5.0
    clients = (1, 32) if quick else (1, 32, 256)
    sizes = (16, 1_000) if quick else (16, 1_000, 100_000)
    return [
        await _by_clients(clients, seconds=seconds),
        await _by_size(sizes, seconds=seconds),
    ]


async def _by_clients(clients: tuple[int, ...], *, seconds: float) -> Table:
    table = Table(
        "The service under load (SQLite, account of 16 tunnels)",
        ["route", "clients", "1 worker/s", "p99 ms", "2 workers/s", "p99 ms", "ratio"],
        note="The load runs on the same two cores. A login is one argon2 hash of 64 MiB.",
    )
    found: dict[tuple[str, int, int], tuple[float, float]] = {}
    for workers in (1, 2):
        async with _lab(16, workers=workers) as lab:
            for route in ("/tunnel", "/node_stats", "/login"):
                for count in clients:
                    found[route, count, workers] = await _rate(
                        lab, route, count, seconds
                    )
    for (route, count, workers), (rate, p99) in found.items():
        if workers == 1:
            more, later = found[route, count, 2]
            table.add(
                *(route, count, f"{rate:.0f}", f"{p99:.1f}"),
                *(f"{more:.0f}", f"{later:.1f}", f"{more / rate:.2f}"),
            )
    return table


async def _by_size(sizes: tuple[int, ...], *, seconds: float) -> Table:
    table = Table(
        "How it grows with the tunnels in the store (one client, one worker)",
        ["tunnels", "/tunnel ms", "p99 ms", "/tunnel_config ms", "p99 ms", "ratio"],
        note="Medians; the ratio is that of the list to the first line's.",
    )
    first: float | None = None
    for size in sizes:
        async with _lab(size, workers=1) as lab:
            cells: list[str] = []
            for route in ("/tunnel", "/tunnel_config"):
                load = Load(lab.port, [lab.requests[route]], 1, seconds)
                outcome = await put(load)
                assert outcome.failures == 0, (route, outcome)
                cells += [f"{outcome.p50_ms:.2f}", f"{outcome.p99_ms:.2f}"]
            first = first or float(cells[0])
            table.add(size, *cells, f"{float(cells[0]) / first:.2f}")
    return table


async def _rate(
    lab: Lab, route: str, clients: int, seconds: float
) -> tuple[float, float]:
    outcome = await put(Load(lab.port, [lab.requests[route]], clients, seconds))
    assert outcome.failures == 0, (route, clients, outcome)
    return outcome.per_second, outcome.p99_ms


@contextlib.asynccontextmanager
async def _lab(size: int, *, workers: int) -> AsyncIterator[Lab]:
    """Yield a service whose store holds so many tunnels, 16 of them ours."""
    with tempfile.TemporaryDirectory(prefix="chmlfrp-bench-") as name:
        folder = Path(name) / "service"
        folder.mkdir()
        (folder / "service.toml").write_text(GENEROUS, "utf-8")
        options = ("--workers", str(workers))
        async with world.service(folder, *options, tunnels=PER_USER) as found:
            ready, password = found
            await _fill(folder, size)
            port = int(ready.api.rpartition(":")[2])
            token = await _token(ready.api, password)
            yield Lab(port, token, ready.node.name, password)


async def _token(api: str, password: Secret) -> str:
    async with httpx2.AsyncClient(base_url=api, trust_env=False) as http:
        params = {"username": world.USER, "password": password.reveal()}
        reply = (await http.post("/login", json=params)).json()
    token: str = reply["data"]["usertoken"]
    return token


async def _fill(folder: Path, size: int) -> None:
    async with open_database(folder) as database, database.write() as session:
        ours = await session.scalar(select(User.id).where(User.name == world.USER))
        first = await session.scalar(select(func.min(Node.id)))
        assert ours is not None
        assert first is not None
        nodes = [first]
        for number in range(size // PER_NODE):
            nodes.append(await _node(session, number))
        users = [ours]
        for batch in _batches(_users(size // PER_USER - 1)):
            added = await session.scalars(insert(User).returning(User.id), batch)
            users += added.all()
        for batch in _batches(_tunnels(size, nodes, users)):
            await session.execute(insert(Tunnel), batch)


async def _node(session: Any, number: int) -> int:
    row = {
        "name": f"far{number}",
        "host": f"far{number}.example",
        "bind": "127.0.0.1",
        "port": 7000,
        "http_port": 80,
        "https_port": 443,
        "dashboard_port": 7500,
        "first_port": 20000,
        "last_port": 49999,
        "node_token": "t",
        "api_key": "a",
        "plugin_key": f"bench{number}",
        "dashboard_password": "d",
        "is_remote": True,
    }
    return int(await session.scalar(insert(Node).values(**row).returning(Node.id)))


def _users(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "name": f"bench{number}",
            "password_hash": "none",
            "token": f"bench-token-{number:020}",
            "group": "超级会员",
            "registered_on": "2026-01-01",
        }


def _tunnels(size: int, nodes: list[int], users: list[int]) -> Iterator[dict[str, Any]]:
    for number in range(size):
        yield {
            "user_id": users[number // PER_USER % len(users)],
            "node_id": nodes[number // PER_NODE],
            "name": f"bench{number}",
            "type": "tcp",
            "local_ip": "127.0.0.1",
            "local_port": 9,
            "remote_port": 20000 + number % PER_NODE,
            "encryption": False,
            "compression": False,
        }


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
