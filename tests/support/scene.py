"""What the answer of a sample needs: an account, nodes and tunnels of its own."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from litestar import Litestar
from sqlalchemy import update

from chmlfrp.selfhost.store.models import Node, Tunnel, User
from chmlfrp.selfhost.store.nodemodels import FreeDomain, NodeOrder
from support.people import Postman
from support.selfhost import InMemory

SETTINGS = """
[accounts]
daily_points_least = 9
daily_points_most = 9
[pictures]
check = false
[downloads]
folder = "{folder}"
version = "0.65.0"
notes = ["first"]
[[links]]
name = "a"
url = "https://a.example"
description = "b"
[[links]]
name = "c"
url = "https://c.example"
"""


@dataclass(kw_only=True)
class Scene:
    """One account with a tunnel on each of two nodes; asks from its own address."""

    number: int
    folder: Path
    service: InMemory
    user: User
    far: Node
    """Offline, for members."""
    near: Node
    tunnels: tuple[Tunnel, Tunnel]
    """On `far` and on `near`."""
    asked: tuple[str, str] = ("", "")
    """Method and path of the last request."""

    @property
    def mine(self) -> dict[str, Any]:
        return {"token": self.user.token}

    @property
    def mail(self) -> str:
        return f"boring{self.number}@example.com"

    async def get(self, path: str, **params: Any) -> Any:
        self.asked = ("GET", path)
        return (await self.service.http.get(path, params=params)).json()

    async def post(self, path: str, **params: Any) -> Any:
        self.asked = ("POST", path)
        return (await self.service.http.post(path, json=params)).json()

    def form(self, **changes: Any) -> dict[str, Any]:
        """Return what creates a tunnel on `near`."""
        return {
            **self.mine,
            "tunnelname": f"new{self.number}",
            "node": self.near.name,
            "localip": "127.0.0.1",
            "porttype": "tcp",
            "localport": 51,
            "remoteport": 26981,
            "encryption": "false",
            "compression": "false",
            **changes,
        }

    def site(self, **changes: Any) -> dict[str, Any]:
        form = self.form(porttype="http", banddomain=f"d{self.number}.example.com")
        del form["remoteport"]
        return {**form, **changes}

    async def poor(self, **changes: Any) -> dict[str, Any]:
        """Return the token of a new free account."""
        name = f"poor{self.number}"
        return {"token": (await self.service.user(name, "免费用户", **changes)).token}

    async def code(self, purpose: str, mail: str = "") -> str:
        """Return a mailed code."""
        await self.post("/sendmailcode", type=purpose, mail=mail or self.mail)
        post = self.service.context.mailer
        assert isinstance(post, Postman)
        return post.code()

    async def domain(self, **changes: Any) -> dict[str, Any]:
        """Offer a domain; return what takes a name below it."""
        name = f"d{self.number}.example"
        async with self.service.context.database.write() as session:
            session.add(FreeDomain(domain=name, **changes))
        return {
            **self.mine,
            "domain": name,
            "record": "chaoji",
            "type": "CNAME",
            "target": "sq.frp.one",
            "ttl": "10分钟",
            "remarks": "",
        }

    async def with_node(self, asking: Coroutine[Any, Any, Any]) -> Any:
        """Return the answer to a request while nodes do what they are told."""
        async with asyncio.TaskGroup() as group:
            answer = group.create_task(asking)
            while not answer.done():
                async with self.service.context.database.write() as session:
                    await session.execute(update(NodeOrder).values(is_done=True))
                await asyncio.wait([answer], timeout=0.02)
        return answer.result()


@contextmanager
def changed(service: InMemory, **parts: Any) -> Iterator[None]:
    """Give the service other parts for a while."""
    context = service.context
    before = {name: getattr(context, name) for name in parts}
    try:
        for name, part in parts.items():
            setattr(context, name, part)
        yield
    finally:
        for name, part in before.items():
            setattr(context, name, part)


@asynccontextmanager
async def scene(
    service: InMemory, app: Litestar, *, number: int, folder: Path
) -> AsyncIterator[Scene]:
    """Yield a scene in a service that others share."""
    transport = httpx2.ASGITransport(app, client=(f"203.0.113.{number}", 5000))
    async with httpx2.AsyncClient(
        base_url="http://127.0.0.1", transport=transport
    ) as http:
        own = InMemory(context=service.context, http=http)
        user = await own.user(f"boring{number}")
        async with own.context.database.write() as session:
            found = await session.get_one(User, user.id)
            found.email = f"boring{number}@example.com"
        far = await own.node(f"香港{number}", is_vip=True, is_online=False)
        near = await own.node(f"东京{number}")
        first = await own.tunnel(
            *(user, far), name=f"a{number}", encryption=True, compression=True
        )
        second = await own.tunnel(
            *(user, near),
            name=f"b{number}",
            is_online=True,
            started_ms=1734745099000,
        )
        yield Scene(
            number=number,
            folder=folder,
            service=own,
            user=user,
            far=far,
            near=near,
            tunnels=(first, second),
        )
