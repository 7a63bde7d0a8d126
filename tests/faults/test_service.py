"""The API is down, limited, garbled, silent, or refuses the token: tunnels go on."""

import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chmlfrp.control.protocol import SessionState
from support.broken_service import HTML, Behaviour, answers, hangs, resets
from support.faults import Stand, stand_on
from support.front import Front
from support.service import RunningService
from support.visitor import Visit
from support.world import Machine

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIMITED = '{"code":429,"msg":"请求过多，请 20 秒后再试","state":"fail"}'.encode()
EXPIRED = '{"code":401,"msg":"无效的token","state":"fail"}'.encode()

TROUBLES: dict[str, Behaviour] = {
    "down": resets,
    "limited": answers("429 Too Many Requests", LIMITED, "Retry-After: 20"),
    "garbled": answers("200 OK", HTML),
    "silent": hangs,
}


@pytest_asyncio.fixture(loop_scope="module")
async def front(service: RunningService) -> AsyncIterator[Front]:
    """Yield what stands before the service."""
    async with Front(int(service.api_url.rpartition(":")[2])) as front:
        yield front


@pytest_asyncio.fixture(loop_scope="module")
async def fronted(
    machine: Machine, service: RunningService, token: str, echo: int, front: Front
) -> Stand:
    """Return a stand that knows the service by its front."""
    machine.environ["CHMLFRP_API"] = front.url
    return await stand_on(machine, service, token, echo, None)


async def test_tunnels_start_from_the_last_good_config_whatever_ails_the_service(
    fronted: Stand, front: Front
) -> None:
    machine = fronted.machine
    for trouble in TROUBLES.values():
        await machine.stop()
        front.answer(trouble)
        began = time.monotonic()
        await machine.start()
        await fronted.back("service-down-boot", began=began, gone=False)
        await machine.up(fronted.hit, fronted.spared)
        front.answer(None)
    fronted.assert_wishes()
    fronted.assert_secret()


async def test_tunnels_carry_on_whatever_ails_the_service(
    fronted: Stand, front: Front
) -> None:
    core = fronted.core()
    async with fronted.nothing_else_happens(), Visit(fronted.port) as visit:
        for name in ("down", "limited", "garbled"):
            front.answer(TROUBLES[name])
            session = await fronted.machine.client.refresh()
            assert session.trouble is not None
            assert await fronted.passes()
        await visit.ask()
        assert fronted.core().pid == core.pid


async def test_a_killed_core_comes_back_while_the_service_is_down(
    fronted: Stand, front: Front
) -> None:
    async with fronted.nothing_else_happens(), Visit(fronted.port) as visit:
        front.answer(TROUBLES["down"])
        session = await fronted.machine.client.refresh()
        assert session.trouble is not None
        await visit.ask()
        fronted.keep("service-down-running", 0.0)
        began = time.monotonic()
        fronted.core().kill()
        await fronted.back("core-killed", began=began)


async def test_a_revoked_token_is_told_and_stops_nothing(
    fronted: Stand, front: Front
) -> None:
    async with fronted.nothing_else_happens(), Visit(fronted.port) as visit:
        front.answer(answers("200 OK", EXPIRED))
        session = await fronted.machine.client.refresh()
        assert session.state is SessionState.REFUSED
        asked = front.asked
        await visit.ask()
        assert await fronted.passes()
        assert front.asked - asked < 5
        fronted.keep("token-revoked", 0.0)
