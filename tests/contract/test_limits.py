"""Two workers hold one limit, and the SDK says how long to wait."""

import time
from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio

from chmlfrp.api.client import ServiceClient
from chmlfrp.errors import RateLimited
from support.service import RunningService, running_service

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIMIT = 20
OVER = LIMIT // 10
"""What the second worker answers before it asks the store."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def service(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[RunningService]:
    folder = tmp_path_factory.mktemp("service")
    (folder / "service.toml").write_text(
        f"[limits]\nexempt = []\naddress_requests = {LIMIT}\n", "utf-8"
    )
    options = ("--workers", "2", "--no-node")
    async with running_service(folder, *options) as running:
        yield running


async def burst(url: str) -> list[httpx2.Response]:
    """Return the replies to three times the limit, each on a connection of its own."""
    replies: list[httpx2.Response] = []
    for _ in range(3 * LIMIT):
        async with httpx2.AsyncClient(base_url=url, trust_env=False) as http:
            replies.append(await http.get("/node"))
    return replies


async def burst_in_one_window(url: str) -> list[httpx2.Response]:
    """Return the replies of a burst that no change of the minute came between."""
    while True:
        window = time.time() // 60
        replies = await burst(url)
        if time.time() // 60 == window:
            return replies


async def test_both_workers_together_answer_no_more_than_the_limit(
    service: RunningService,
) -> None:
    replies = await burst_in_one_window(service.api_url)
    codes = [one.status_code for one in replies]
    assert set(codes) <= {200, 429}
    assert codes.count(200) <= LIMIT + OVER
    last = replies[-1]
    assert 1 <= int(last.headers["retry-after"]) <= 60
    assert (last.json()["code"], last.json()["state"]) == (429, "fail")


async def ask(url: str, *, times: int) -> None:
    for _ in range(times):
        async with ServiceClient(url) as client:
            await client.nodes.list()


async def test_the_sdk_says_how_long_to_wait(service: RunningService) -> None:
    with pytest.raises(RateLimited) as stopped:
        # More than two windows have, were one to end meanwhile.
        await ask(service.api_url, times=6 * LIMIT)
    assert stopped.value.retry_after_s is not None
    assert 0 < stopped.value.retry_after_s <= 60
    assert "请求过于频繁" in str(stopped.value) + str(stopped.value.service_message)
