"""A service that fails while tunnels run: they go on, and what is wrong is said."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chmlfrp.control.protocol import SessionState
from chmlfrp.errors import ApiError
from chmlfrp.model.reason import Code
from chmlfrp.model.tunnel import Tunnel
from support.broken_service import HTML, Behaviour, answers, babbles, resets
from support.front import Front
from support.service import RunningService
from support.visitor import Visit, is_served
from support.world import Machine, is_up, port_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

HALF = b'{"code": 200, "state": "success", "data": {"id": 1, "usern'
LIMITED = '{"code":429,"msg":"请求过多，请 20 秒后再试","state":"fail"}'.encode()
SAYS_NO = '{"code":500,"msg":"数据库维护中","state":"fail"}'.encode()
EXPIRED = '{"code":401,"msg":"无效的token","state":"fail"}'.encode()

TROUBLES: list[tuple[str, Behaviour, Code]] = [
    ("html", answers("200 OK", HTML), Code.SERVICE_GARBLED),
    ("half", answers("200 OK", HALF), Code.SERVICE_GARBLED),
    ("cut", answers("200 OK", HALF, length=999), Code.SERVICE_UNREACHABLE),
    ("no json", answers("200 OK", b"ok"), Code.SERVICE_GARBLED),
    ("empty", answers("200 OK", b""), Code.SERVICE_GARBLED),
    ("list", answers("200 OK", b"[]"), Code.SERVICE_GARBLED),
    ("firewall", answers("403 Forbidden", HTML), Code.SERVICE_RATE_LIMITED),
    ("gateway", answers("502 Bad Gateway", HTML), Code.SERVICE_UNREACHABLE),
    ("limited", answers("429 Too Many Requests", LIMITED), Code.SERVICE_RATE_LIMITED),
    ("own trouble", answers("200 OK", SAYS_NO), Code.SERVICE_UNREACHABLE),
    ("reset", resets, Code.SERVICE_UNREACHABLE),
    ("no http", babbles, Code.SERVICE_UNREACHABLE),
]


@pytest_asyncio.fixture(loop_scope="module")
async def front(
    service: RunningService, fresh: Machine, token: str
) -> AsyncIterator[Front]:
    """Yield what stands before the service of `fresh`, whose daemon runs."""
    async with Front(int(service.api_url.rpartition(":")[2])) as front:
        fresh.environ["CHMLFRP_API"] = front.url
        await fresh.start()
        await fresh.sign_in(token)
        yield front


async def test_tunnels_outlast_every_trouble_of_the_service(
    fresh: Machine, front: Front, echo: int
) -> None:
    tunnel = await fresh.create(local_port=echo)
    await fresh.up(tunnel)

    async with Visit(port_of(tunnel)) as visit:
        for name, trouble, code in TROUBLES:
            front.answer(trouble)
            session = await fresh.client.refresh()
            assert session.state is SessionState.SIGNED_IN, name
            assert session.trouble is not None, name
            assert session.trouble.code == code, name
            with pytest.raises(ApiError):
                await fresh.create(local_port=echo)
            snapshot = await fresh.client.snapshot()
            assert is_up(snapshot.tunnels[tunnel.id]), name
            await visit.ask()

        front.answer(None)
        session = await fresh.client.refresh()
        assert session.trouble is None
        await visit.ask()


async def test_a_list_that_may_be_old_is_shown_with_a_note(
    fresh: Machine, front: Front, echo: int
) -> None:
    tunnel = await fresh.create(local_port=echo)
    front.answer(answers("429 Too Many Requests", LIMITED))
    await fresh.client.refresh()

    for words in (["tunnel", "list"], ["tunnel", "list", "--json"], ["status"]):
        done = await fresh.good(*words)
        assert tunnel.name in done.out
    listed = await fresh.good("tunnel", "list", "--json")
    assert "请求过多，请 20 秒后再试" in listed.err
    assert [row["name"] for row in listed.json] == [tunnel.name]


async def test_what_the_service_asks_to_wait_is_told_with_its_own_words(
    fresh: Machine, front: Front, echo: int
) -> None:
    front.answer(answers("429 Too Many Requests", LIMITED, "Retry-After: 20"))
    done = await fresh.cli(
        *("tunnel", "create", "--type", "tcp", "--local-port", str(echo)),
        *("--node", fresh.node),
    )
    assert done.code == 1
    assert "请求过多，请 20 秒后再试" in done.err
    assert done.out == ""


async def test_a_token_that_is_no_longer_taken_is_told_and_tunnels_go_on(
    fresh: Machine, front: Front, token: str, echo: int
) -> None:
    tunnel = await fresh.create(local_port=echo)
    await fresh.up(tunnel)
    front.answer(answers("200 OK", EXPIRED))
    session = await fresh.client.refresh()

    assert session.state is SessionState.REFUSED
    assert await is_served(port_of(tunnel))
    refused = await fresh.cli("node", "show", fresh.node)
    assert refused.code == 4
    assert "chmlfrp login" in refused.err

    front.answer(None)
    await fresh.good("login", "--token-stdin", stdin=f"{token}\n")
    snapshot = await fresh.client.snapshot()
    assert snapshot.session.state is SessionState.SIGNED_IN
    assert is_up(snapshot.tunnels[tunnel.id])


async def test_a_start_while_the_service_is_down_comes_up_when_it_is_back(
    fresh: Machine, front: Front, echo: int
) -> None:
    tunnel: Tunnel = await fresh.create(local_port=echo, start=False)
    front.answer(resets)

    done = await fresh.cli("tunnel", "start", tunnel.name)
    assert done.code == 1
    assert "cannot be reached" in done.err

    front.answer(None)
    await fresh.up(tunnel)
    assert await is_served(port_of(tunnel))
