"""Somebody who is not looking hears of what is the matter, and that it is over."""

import asyncio

import pytest

from support.by_hand import tcp_echo
from support.frps import until
from support.hook import webhook
from support.visitor import is_served
from support.world import Machine, port_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_webhook_hears_of_a_service_that_is_down_and_back(
    machine: Machine,
) -> None:
    async with tcp_echo() as port:
        tunnel = await machine.create(local_port=port, name="watched")
        await machine.up(tunnel)
    with webhook() as (hook, heard):
        address = f"json://canary:pass@127.0.0.1:{hook}/"
        added = await machine.good("notify", "add", "hook", stdin=f"{address}\n")
        assert "notify test" in added.out
        await machine.good("notify", "set", "--level", "warning")
        tested = await machine.good("notify", "test", "--json")
        assert tested.json == {"hook": ""}
        assert not await is_served(port_of(tunnel))
        await until(lambda: len(heard) > 1, "it was told")
        assert "watched" in heard[1]["message"]
        restarted = await asyncio.start_server(
            lambda _, writer: writer.close(), "127.0.0.1", port
        )
        async with restarted:
            await until(lambda: len(heard) > 2, "its end was told")
        assert "watched" in heard[2]["message"]
        await machine.good("notify", "remove", "hook")
    assert "canary" not in machine.log
    assert not any("canary" in said for said in machine.said)
