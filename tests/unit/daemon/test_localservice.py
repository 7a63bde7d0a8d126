"""Knocking at services that were found down."""

import asyncio

import pytest

from chmlfrp.daemon import localservice
from chmlfrp.daemon.localservice import LocalServices
from chmlfrp.daemon.supervisor import News
from chmlfrp.engine.events import LocalServiceAnswered
from chmlfrp.engine.state import Register, State, TunnelState
from chmlfrp.model.ladder import Reach, Rung
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import TunnelId
from support.tmodel import ACCOUNT, tunnel

DOWN = Rung(Reach.UNREACHABLE, Reason(Code.LOCAL_SERVICE_DOWN))


def published(number: int, port: int) -> TunnelState:
    return TunnelState(
        id=TunnelId(number),
        account=ACCOUNT,
        tunnel=tunnel(number, local_port=port),
        reach=DOWN,
    )


async def test_a_service_that_answers_is_told_for_all_that_publish_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(localservice, "LOOK_EVERY_S", 0.0)
    heard: asyncio.Queue[News] = asyncio.Queue()

    async def take(_: object, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        state = State(
            tunnels=Register().having(
                published(1, 9), published(2, port), published(3, port)
            )
        )
        keeper = LocalServices(lambda: state, heard.put_nowait)
        async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
            running = tasks.create_task(keeper.run())
            found = {await heard.get(), await heard.get()}
            running.cancel()
    assert found == {LocalServiceAnswered(TunnelId(n)) for n in (2, 3)}
