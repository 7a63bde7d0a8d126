import asyncio

import pytest

from chmlfrp.api.client import SERVICE_URL, ServiceClient
from chmlfrp.errors import InvalidInput, SignInRequired
from chmlfrp.model.secret import Secret
from support.replies import TOKEN, ScriptedService, sample


def test_the_service_is_asked_over_tls_unless_told_otherwise() -> None:
    assert SERVICE_URL.startswith("https://")
    assert ServiceClient()._caller.is_private


async def test_another_account_shares_the_connections() -> None:
    service = ScriptedService().on("GET /tunnel", sample("tunnel_list_ok"))
    async with service.client() as client:
        other = client.with_token(Secret("Other"))
        await other.tunnels.list()
        await client.tunnels.list()
        with pytest.raises(SignInRequired):
            await client.with_token(None).tunnels.list()
    sent = [each.headers["Authorization"] for each in service.requests]
    assert sent == ["Bearer Other", f"Bearer {TOKEN.reveal()}"]


@pytest.mark.parametrize("text", ["two words", "line\n", "令牌"])
async def test_a_token_that_cannot_be_sent_is_refused_unseen(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        ServiceClient(token=Secret(text))
    assert caught.value.field == "token"
    assert text not in str(caught.value)


async def test_calls_may_run_side_by_side() -> None:
    service = ScriptedService().on("GET /node", sample("node_list_ok"))
    async with service.client() as client, asyncio.TaskGroup() as group:
        tasks = [group.create_task(client.nodes.list()) for _ in range(20)]
    assert len({len(task.result()) for task in tasks}) == 1


async def test_an_address_of_tls_opens_without_blocking_the_loop() -> None:
    async with ServiceClient() as client:
        assert client.tunnels
