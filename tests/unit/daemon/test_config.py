"""A group's config: asked for once per change, and whole after every coming and going."""

from collections.abc import Iterable

import pytest

from chmlfrp.daemon.config import Fetched, GroupConfig
from chmlfrp.engine.state import GroupKey
from chmlfrp.errors import ServiceUnreachable
from chmlfrp.frpc.config import FrpcConfig
from chmlfrp.frpc.proxy import Proxy
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel
from support.tmodel import key, tunnel


class Source:
    """A service that knows every tunnel that it is asked for, and can be down."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.is_down = False
        self.lies: dict[str, int] = {}

    async def fetch(self, _: GroupKey, tunnels: Iterable[Tunnel]) -> Fetched:
        if self.is_down:
            raise ServiceUnreachable("down")
        tunnels = list(tunnels)
        self.asked.append([t.name for t in tunnels])
        proxies = {t.name: self._proxy(t) for t in tunnels}
        config = FrpcConfig(
            server_addr="h",
            server_port=7000,
            user=Secret("u"),
            token=Secret("t"),
            proxies=proxies,
        )
        return Fetched(config=config)

    def _proxy(self, wanted: Tunnel) -> Proxy:
        return Proxy(
            name=wanted.name,
            type=wanted.type,
            local_ip=wanted.local_host,
            local_port=self.lies.get(wanted.name, wanted.local_port),
            remote_port=wanted.remote_port,
        )


class Scene:
    def __init__(self) -> None:
        self.source = Source()
        self.refused: list[tuple[str, Reason]] = []
        self.config = GroupConfig(
            self.source,  # type: ignore[arg-type] # speaks as ConfigSource does
            key(),
            lambda t, why: self.refused.append((t.name, why)),
        )

    async def names(self, *tunnels: Tunnel) -> list[str]:
        return list((await self.config.carrying(tunnels)).proxies)


async def test_a_tunnel_that_was_closed_and_opened_again_is_in_it() -> None:
    scene = Scene()
    assert await scene.names(tunnel(1), tunnel(2)) == ["t1", "t2"]
    assert await scene.names(tunnel(2)) == ["t2"]
    assert await scene.names(tunnel(1), tunnel(2)) == ["t1", "t2"]
    assert scene.source.asked == [["t1", "t2"]]


async def test_closing_one_works_while_the_service_is_down() -> None:
    scene = Scene()
    await scene.names(tunnel(1), tunnel(2))
    scene.source.is_down = True
    assert await scene.names(tunnel(1)) == ["t1"]
    with pytest.raises(ServiceUnreachable):
        await scene.names(tunnel(1), tunnel(3))
    assert await scene.names(tunnel(1), tunnel(2)) == ["t1", "t2"]


async def test_only_what_changed_is_asked_for_again() -> None:
    scene = Scene()
    await scene.names(tunnel(1), tunnel(2))
    config = await scene.config.carrying([tunnel(1), tunnel(2, local_port=9)])
    assert config.proxies["t2"].local_port == 9
    assert scene.source.asked == [["t1", "t2"], ["t2"]]


async def test_what_differs_from_its_record_is_left_out_and_asked_for_again() -> None:
    scene = Scene()
    scene.source.lies["t1"] = 1
    assert await scene.names(tunnel(1), tunnel(2)) == ["t2"]
    assert scene.refused == [("t1", Reason(Code.CONFIG_MISMATCH, "local_port"))]
    scene.source.lies.clear()
    assert await scene.names(tunnel(1), tunnel(2)) == ["t1", "t2"]
    assert scene.source.asked == [["t1", "t2"], ["t1"]]
