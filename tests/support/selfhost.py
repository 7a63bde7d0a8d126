"""The service without processes: its application on a real store, asked in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import msgspec
from argon2 import PasswordHasher
from sqlalchemy import select

from chmlfrp.selfhost.app import create_app
from chmlfrp.selfhost.context import Context
from chmlfrp.selfhost.desk import Desk
from chmlfrp.selfhost.files import private_folder
from chmlfrp.selfhost.hidden import Hidden
from chmlfrp.selfhost.node.door import Door
from chmlfrp.selfhost.node.judge import Judge
from chmlfrp.selfhost.node.live import LiveNode
from chmlfrp.selfhost.password import Passwords
from chmlfrp.selfhost.store import account, node
from chmlfrp.selfhost.store.address import Address
from chmlfrp.selfhost.store.database import FILE_NAME, open_database
from chmlfrp.selfhost.store.models import Node, Tunnel, User

PASSWORD = "Canary-password-1"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(slots=True)
class AtDoor:
    """The door of a node whose frps is played by the test."""

    live: LiveNode
    door: Door

    async def asks(self, op: str, **content: Any) -> dict[str, Any]:
        """Return the answer to one call of frps."""
        body = msgspec.json.encode({"version": "0.1.0", "op": op, "content": content})
        answer: dict[str, Any] = msgspec.to_builtins(await self.door.decide(body))
        return answer


@dataclass(slots=True, kw_only=True)
class InMemory:
    """An application, its store, and a client for it."""

    context: Context
    http: httpx2.AsyncClient

    async def call(self, path: str, **params: Any) -> dict[str, Any]:
        """Return the reply to a POST with these JSON parameters; never status 500."""
        reply = await self.http.post(path, json=params)
        assert reply.status_code == 200, reply.text
        answer: dict[str, Any] = reply.json()
        return answer

    async def refused(self, path: str, **params: Any) -> tuple[int, str]:
        """Return code and text of a refusal, which carries no data."""
        reply = await self.call(path, **params)
        assert set(reply) == {"msg", "code", "state"}, reply
        assert reply["state"] == "fail"
        return reply["code"], reply["msg"]

    def door(self, place: Node) -> AtDoor:
        """Return the node's door for frps, without the frps."""
        live = LiveNode()
        desk = Desk(self.context.database, place.id)
        return AtDoor(live, Door("/plugin", live, Judge(desk, place.id, fresh_s=0)))

    async def plugin(self, key: str, op: str, **content: Any) -> dict[str, Any]:
        """Return the answer to one call of the frps of the node with that key."""
        async with self.context.database.read() as session:
            place = await session.scalar(select(Node).where(Node.plugin_key == key))
        assert place is not None
        return await self.door(place).asks(op, **content)

    async def user(
        self,
        name: str = "demo",
        group: str = "超级会员",
        *,
        tunnel_limit: int | None = None,
    ) -> User:
        """Add an account with `PASSWORD`."""
        async with self.context.database.write() as session:
            return await account.add(
                session,
                name=name,
                password_hash=CHEAP.hash(PASSWORD),
                group=group,
                tunnel_limit=tunnel_limit,
                today=date(2026, 11, 22),
            )

    async def node(self, name: str = "home", **changes: Any) -> Node:
        """Add a node that is online."""
        values: dict[str, Any] = {
            "name": name,
            "host": "node.example",
            "bind": "127.0.0.1",
            "port": 7000,
            "http_port": 80,
            "https_port": 443,
            "dashboard_port": 7500,
            "first_port": 20000,
            "last_port": 29999,
        }
        fields = node.NewNode.__dataclass_fields__
        new = {**values, **{k: v for k, v in changes.items() if k in fields}}
        async with self.context.database.write() as session:
            made = await node.add(session, node.NewNode(**new))
            made.is_online = changes.get("is_online", True)
        return made

    async def tunnel(self, owner: User, place: Node, **changes: Any) -> Tunnel:
        """Write a tcp tunnel `web` on port 20001 into the store."""
        values: dict[str, Any] = {
            "name": "web",
            "type": "tcp",
            "local_ip": "127.0.0.1",
            "local_port": 80,
            "remote_port": 20001,
            "domain": None,
            "encryption": False,
            "compression": False,
            **changes,
        }
        made = Tunnel(user_id=owner.id, node_id=place.id, **values)
        async with self.context.database.write() as session:
            session.add(made)
        return made

    async def fresh(self, tunnel: Tunnel) -> Tunnel:
        """Return the tunnel as the store has it now."""
        async with self.context.database.read() as session:
            return await session.get_one(Tunnel, tunnel.id)


async def _lay_tables(folder: Path) -> None:
    """Put an empty store into the folder; its tables are made once for all tests."""
    file = folder / FILE_NAME
    if await asyncio.to_thread(file.exists):
        return
    if not _EMPTY:
        async with open_database(folder):
            pass
        _EMPTY.append(await asyncio.to_thread(file.read_bytes))
    await asyncio.to_thread(_lay, file)


def _lay(file: Path) -> None:
    private_folder(file.parent)
    file.write_bytes(_EMPTY[0])
    file.chmod(0o600)


_EMPTY: list[bytes] = []


@asynccontextmanager
async def in_memory(
    folder: Path, *, database_url: str = "", **parts: Any
) -> AsyncIterator[InMemory]:
    """Yield an application on a store in `folder`, or on a PostgreSQL by URL.

    `parts` go to its context.
    """
    if not database_url:
        await _lay_tables(folder)
    async with open_database(Address(folder, Hidden(database_url))) as database:
        context = Context(
            database=database,
            passwords=Passwords(hasher=CHEAP),
            **parts,
        )
        transport = httpx2.ASGITransport(create_app(context))
        async with httpx2.AsyncClient(
            base_url="http://service.invalid", transport=transport
        ) as http:
            yield InMemory(context=context, http=http)
