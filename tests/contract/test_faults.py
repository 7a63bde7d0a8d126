"""What lies between the SDK and the service fails, and the SDK says how, in time."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from chmlfrp.api.client import ServiceClient
from chmlfrp.errors import (
    ApiError,
    RateLimited,
    ServiceGarbled,
    ServiceUnreachable,
)
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel, TunnelSpec, TunnelType
from support.fault_proxy import NONE, Fault, FaultProxy, page
from support.service import RunningService, running_service

pytestmark = pytest.mark.asyncio(loop_scope="module")

TIMEOUT_S = 2.0
NODE = "home"
GRACE_S = 5.0
"""For a machine that has other things to do; without a time-out a call takes longer."""

FAULTS: dict[str, tuple[Fault, type[ApiError], float | None]] = {
    "an answer that is later than the time-out": (
        Fault(delay_s=60),
        ServiceUnreachable,
        None,
    ),
    "a reset": (Fault(is_reset=True), ServiceUnreachable, None),
    "a black hole": (Fault(is_blackhole=True), ServiceUnreachable, None),
    "half a body": (Fault(keep_bytes=-5), ServiceUnreachable, None),
    "half a head": (Fault(keep_bytes=9), ServiceUnreachable, None),
    "nothing": (Fault(keep_bytes=0), ServiceUnreachable, None),
    "a web page": (page("200 OK"), ServiceGarbled, None),
    "an empty answer": (page("200 OK", body=b""), ServiceGarbled, None),
    "half a JSON": (page("200 OK", body=b'{"msg":"x","co'), ServiceGarbled, None),
    "429": (page("429 Too Many Requests"), RateLimited, None),
    "429 with a time": (
        page("429 Too Many Requests", "Retry-After: 7"),
        RateLimited,
        7.0,
    ),
    "a firewall's 403": (page("403 Forbidden"), RateLimited, None),
    "502": (page("502 Bad Gateway"), ServiceUnreachable, None),
    "503 with a time": (
        page("503 Service Unavailable", "Retry-After: 5"),
        ServiceUnreachable,
        None,
    ),
    "524": (page("524 A Timeout Occurred"), ServiceUnreachable, None),
}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def service(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[RunningService]:
    folder: Path = tmp_path_factory.mktemp("faults")
    async with running_service(folder, "--no-node", users=["demo"]) as running:
        await running.command("node", "add", NODE, "--ports", "20001-20100")
        yield running


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def token(service: RunningService) -> str:
    return await service.token("demo")


async def listed(url: str, token: str) -> list[Tunnel]:
    client = ServiceClient(url, token=Secret(token), timeout_s=TIMEOUT_S)
    async with client:
        return await client.tunnels.list()


@pytest.mark.parametrize("name", FAULTS)
async def test_each_fault_is_the_promised_error_in_time_and_then_forgotten(
    name: str, service: RunningService, token: str
) -> None:
    fault, kind, wait_s = FAULTS[name]
    async with FaultProxy(service.api_url) as proxy:
        assert await listed(proxy.url, token) == []
        proxy.order(fault)
        begun = time.monotonic()
        with pytest.raises(ApiError) as caught:
            await listed(proxy.url, token)
        assert time.monotonic() - begun < TIMEOUT_S + GRACE_S
        assert type(caught.value) is kind
        assert getattr(caught.value, "retry_after_s", None) == wait_s
        assert token not in f"{caught.value} {caught.value.hint}"
        assert proxy.requests == 1, "nothing is repeated by itself"
        proxy.order(NONE)
        assert await listed(proxy.url, token) == []


async def test_an_answer_that_is_only_slow_is_an_answer(
    service: RunningService, token: str
) -> None:
    async with FaultProxy(service.api_url) as proxy:
        proxy.order(Fault(delay_s=0.3))
        assert await listed(proxy.url, token) == []


async def test_a_client_that_stays_open_outlives_a_fault(
    service: RunningService, token: str
) -> None:
    async with FaultProxy(service.api_url) as proxy:
        client = ServiceClient(proxy.url, token=Secret(token), timeout_s=TIMEOUT_S)
        async with client:
            assert await client.tunnels.list() == []
            proxy.order(Fault(is_reset=True))
            with pytest.raises(ServiceUnreachable):
                await client.tunnels.list()
            proxy.order(NONE)
            assert await client.tunnels.list() == []


async def test_a_call_that_is_given_up_leaves_the_client_usable(
    service: RunningService, token: str
) -> None:
    async with FaultProxy(service.api_url) as proxy:
        client = ServiceClient(proxy.url, token=Secret(token), timeout_s=TIMEOUT_S)
        async with client:
            proxy.order(Fault(is_blackhole=True))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5):
                    await client.tunnels.list()
            proxy.order(NONE)
            assert await client.tunnels.list() == []


LOST = {
    "a reset": Fault(is_reset=True),
    "a black hole": Fault(is_blackhole=True),
    "half a body": Fault(keep_bytes=-5),
    "nothing": Fault(keep_bytes=0),
    "a web page": page("200 OK"),
    "half a JSON": page("200 OK", body=b'{"msg":"x","co'),
    "502": page("502 Bad Gateway"),
}
CARRIED = [(name, True) for name in LOST]
SWALLOWED = [(name, False) for name in ("a reset", "a black hole", "a web page", "502")]


@pytest.mark.parametrize(("name", "is_carried"), [*CARRIED, *SWALLOWED])
async def test_a_creation_whose_answer_is_lost_is_found_or_fails_as_it_did(
    name: str, is_carried: bool, service: RunningService, token: str
) -> None:
    port = 20001 + list(LOST).index(name)
    spec = TunnelSpec(
        name=f"lost{port}",
        node=NODE,
        type=TunnelType.TCP,
        local_port=80,
        remote_port=port,
    )
    fault = replace(LOST[name], path="/create_tunnel", is_carried=is_carried)
    async with FaultProxy(service.api_url) as proxy:
        proxy.order(fault)
        client = ServiceClient(proxy.url, token=Secret(token), timeout_s=TIMEOUT_S)
        async with client:
            if is_carried:
                made = await client.tunnels.create(spec)
                assert made.spec == spec
                await client.tunnels.delete(made.id)
            else:
                with pytest.raises(ApiError, match="/create_tunnel"):
                    await client.tunnels.create(spec)
            assert await client.tunnels.list() == []
