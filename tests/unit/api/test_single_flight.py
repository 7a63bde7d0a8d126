"""Every method of the namespaces, and whether equal ones at one time are one."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from chmlfrp.api.client import ServiceClient
from chmlfrp.errors import ServiceUnreachable
from chmlfrp.model.identity import MailPurpose
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import TunnelId
from support.endpoints import NAME, NEWCOMER, SPEC
from support.replies import PASSWORD, TOKEN

TOGETHER = 4
MAIL = "ada@example.com"
Ask = Callable[[ServiceClient], Awaitable[Any]]

READS: dict[str, Ask] = {
    "account.get": lambda c: c.account.get(),
    "account.identify": lambda c: c.account.identify(),
    "tunnels.list": lambda c: c.tunnels.list(),
    "tunnels.check": lambda c: c.tunnels.check(SPEC),
    "tunnels.config": lambda c: c.tunnels.config("home", ["a"]),
    "tunnels.refresh": lambda c: c.tunnels.refresh("web"),
    "nodes.get": lambda c: c.nodes.get("home"),
    "nodes.list": lambda c: c.nodes.list(),
    "nodes.stats": lambda c: c.nodes.stats(),
    "nodes.uptime": lambda c: c.nodes.uptime(),
    "nodes.history": lambda c: c.nodes.history("home"),
    "rewards.attendance": lambda c: c.rewards.attendance(),
    "rewards.cards": lambda c: c.rewards.cards(),
    "traffic.week": lambda c: c.traffic.week(),
    "traffic.of_tunnel": lambda c: c.traffic.of_tunnel(TunnelId(1)),
    "domains.available": lambda c: c.domains.available(),
    "domains.list": lambda c: c.domains.list(),
    "messages.page": lambda c: c.messages.page(),
    "messages.search": lambda c: c.messages.search("x"),
    "messages.get": lambda c: c.messages.get(5),
    "log.page": lambda c: c.log.page(),
    "panel.totals": lambda c: c.panel.totals(),
    "panel.load": lambda c: c.panel.load(),
    "programs.list": lambda c: c.programs.list(),
    "programs.archives": lambda c: c.programs.archives(),
}
CHANGES: dict[str, Ask] = {
    "account.sign_in": lambda c: c.account.sign_in("ada", PASSWORD),
    "tunnels.create": lambda c: c.tunnels.create(SPEC, check=False),
    "tunnels.update": lambda c: c.tunnels.update(TunnelId(1), SPEC, check=False),
    "tunnels.delete": lambda c: c.tunnels.delete(TunnelId(1)),
    "tunnels.offline": lambda c: c.tunnels.offline("web"),
    "tunnels.disconnect": lambda c: c.tunnels.disconnect("web"),
    "tunnels.disconnect_all": lambda c: c.tunnels.disconnect_all(),
    "registration.send_code": lambda c: c.registration.send_code(
        MailPurpose.REGISTER, MAIL
    ),
    "registration.register": lambda c: c.registration.register(NEWCOMER),
    "registration.sign_in": lambda c: c.registration.sign_in(MAIL, "123456"),
    "registration.reset_password": lambda c: c.registration.reset_password(
        MAIL, PASSWORD, "123456"
    ),
    "profile.rename": lambda c: c.profile.rename("ada"),
    "profile.change_qq": lambda c: c.profile.change_qq("10001"),
    "profile.change_avatar": lambda c: c.profile.change_avatar("https://a.example/a"),
    "profile.change_password": lambda c: c.profile.change_password(PASSWORD, PASSWORD),
    "profile.renew_token": lambda c: c.profile.renew_token(),
    "rewards.check_in": lambda c: c.rewards.check_in(),
    "rewards.redeem": lambda c: c.rewards.redeem(Secret("CARD-1")),
    "domains.create": lambda c: c.domains.create(NAME),
    "domains.update": lambda c: c.domains.update(NAME, ttl_s=3600),
    "domains.delete": lambda c: c.domains.delete("frp.wtf", "chaoji"),
}


class Silent:
    """Lets everybody wait until it answers all with 502, and counts them by route."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}
        self._gate = asyncio.Event()

    async def answer(self, request: httpx2.Request) -> httpx2.Response:
        route = f"{request.method} {request.url.path}"
        self.asked[route] = self.asked.get(route, 0) + 1
        await self._gate.wait()
        return httpx2.Response(502)

    async def all_at_once(self, ask: Ask) -> None:
        transport = httpx2.MockTransport(self.answer)
        client = ServiceClient("http://127.0.0.1", token=TOKEN, transport=transport)

        async def fails() -> None:
            with pytest.raises(ServiceUnreachable):
                await ask(client)

        async with client, asyncio.TaskGroup() as group:
            for _ in range(TOGETHER):
                group.create_task(fails())
            for _ in range(20):
                await asyncio.sleep(0)
            self._gate.set()


@pytest.mark.parametrize("name", READS)
async def test_equal_reads_at_one_time_are_one_request(name: str) -> None:
    silent = Silent()
    await silent.all_at_once(READS[name])
    assert list(silent.asked.values()) == [1]


@pytest.mark.parametrize("name", CHANGES)
async def test_each_change_is_a_request_of_its_own(name: str) -> None:
    silent = Silent()
    await silent.all_at_once(CHANGES[name])
    assert TOGETHER in silent.asked.values()


def test_every_method_of_the_namespaces_is_in_one_of_the_tables() -> None:
    client = ServiceClient("http://127.0.0.1")
    methods = {
        f"{name}.{method}"
        for name in ServiceClient.__annotations__
        for method, _ in inspect.getmembers(
            getattr(client, name), inspect.iscoroutinefunction
        )
        if not method.startswith("_")
    }
    assert methods == READS.keys() | CHANGES.keys()
    assert not READS.keys() & CHANGES.keys()
