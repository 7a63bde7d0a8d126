"""Two services that share a PostgreSQL answer as one, and a node serves both."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from chmlfrp.selfhost.node.ports import choose
from support import by_hand
from support.outpost import running_outpost
from support.postgres import Postgres
from support.service import PASSWORD, RunningService, running_service

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

PATIENCE_S = 60.0
CREATED = "隧道创建成功"


class Pair(NamedTuple):
    """Two services on one database, and the first of two ports that their node lends."""

    here: RunningService
    there: RunningService
    port: int


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(
    database_server: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Pair]:
    url, folder = database_server.new(), tmp_path_factory.mktemp("pair")
    port = choose("127.0.0.1")
    async with (
        running_service(
            folder / "a", "--no-node", users=["ada", "bert"], database=url
        ) as here,
        running_service(folder / "b", "--no-node", database=url) as there,
        running_outpost(here, folder / "node", "far", "--ports", f"{port}-{port + 1}"),
    ):
        yield Pair(here, there, port)


def form(pair: Pair, token: str, **changes: Any) -> dict[str, Any]:
    return {
        "token": token,
        "node": "far",
        "tunnelname": "game",
        "porttype": "tcp",
        "localport": 80,
        "remoteport": pair.port,
        "encryption": "false",
        "compression": "false",
        **changes,
    }


async def rows(service: RunningService, token: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await service.call("/tunnel", token=token))["data"]
    return found


async def becomes(service: RunningService, token: str, state: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while (found := await rows(service, token))[0]["state"] != state:
        assert time.monotonic() < deadline, found


async def test_what_one_is_told_the_other_knows(pair: Pair, tmp_path: Path) -> None:
    token = await pair.here.token("ada")
    account = await pair.there.call("/userinfo", token=token)
    assert account["data"]["username"] == "ada"
    async with by_hand.tcp_echo() as echo:
        wish = form(pair, token, localport=echo)
        assert (await pair.there.call("/create_tunnel", **wish))["msg"] == CREATED
        (made,) = await rows(pair.here, token)
        assert (made["name"], made["nodestate"]) == ("game", "online")
        ini = await pair.here.call("/tunnel_config", token=token, node="far")
        async with by_hand.frpc_by_hand(ini["data"], tmp_path) as client:
            await client.says("start proxy success")
            sent = os.urandom(100_000)
            assert await by_hand.through_tcp(pair.port, sent) == sent
            # The agent takes its orders from the other service.
            await becomes(pair.there, token, "true")
            closed = await pair.there.call(
                "/offline_tunnel", token=token, tunnel_name="game"
            )
            assert closed["code"] == 200
            await client.says("start error")
            await becomes(pair.here, token, "false")
    gone = await pair.here.call("/delete_tunnel", token=token, tunnelid=made["id"])
    assert gone["code"] == 200
    assert await rows(pair.there, token) == []
    again = await pair.there.call("/delete_tunnel", token=token, tunnelid=made["id"])
    assert (again["code"], again["msg"]) == (400, "隧道不存在")


async def test_what_counts_counts_at_both(pair: Pair) -> None:
    token = await pair.there.token("bert")
    replies = await asyncio.gather(
        *(
            service.call(
                "/create_tunnel",
                **form(pair, token, tunnelname=name, remoteport=pair.port + 1),
            )
            for service, name in ((pair.here, "x"), (pair.there, "y"))
        )
    )
    said = sorted(one["msg"] for one in replies)
    assert said == sorted(["该远程端口已被占用", CREATED])

    assert (await pair.there.call("/retoken", token=token))["code"] == 200
    assert (await pair.here.call("/userinfo", token=token))["code"] == 401

    for service in (pair.here, pair.there, pair.here, pair.there, pair.here):
        wrong = await service.call("/login", username="bert", password="wrong-1")
        assert wrong["msg"] == "密码错误"
    shut = await pair.there.call("/login", username="bert", password=PASSWORD)
    assert shut["code"] == 403
    assert "该账户已被临时封禁" in shut["msg"]
