"""What the machine says of its network reaches those who must know."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from chmlfrp.daemon.network import NetworkEyes, watch_for
from chmlfrp.local import netlook
from chmlfrp.local.network import NetworkWatch
from chmlfrp.model.network import NetworkState, Wake

UP = NetworkState(is_up=True, has_default_route=True)


async def nobody() -> None:
    return None


async def sleeps_once() -> AsyncIterator[Wake]:
    yield Wake(slept_s=40.0)
    await asyncio.Event().wait()


async def wakes_once() -> AsyncIterator[None]:
    yield None


async def test_state_sleep_and_waking_are_told() -> None:
    seen: list[NetworkState] = []
    woken: list[Wake] = []
    all_told = asyncio.Event()

    def check() -> None:
        if seen and len(woken) == 2:
            all_told.set()

    eyes = NetworkEyes(
        NetworkWatch(lambda: UP, nobody),
        on_network=lambda state: (seen.append(state), check())[1],
        on_wake=lambda wake: (woken.append(wake), check())[1],
        slept=sleeps_once,
        awoken=wakes_once,
    )
    running = asyncio.get_running_loop().create_task(eyes.run())
    async with asyncio.timeout(20):
        await all_told.wait()
    running.cancel()
    assert eyes.state == UP
    assert {wake.slept_s for wake in woken} == {40.0, 0.0}


async def test_for_a_service_on_this_machine_the_network_is_always_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = {"127.0.0.1": "127.0.0.1"}
    monkeypatch.setattr(netlook, "own_address", here.get)
    changes = watch_for("http://127.0.0.1:1/").changes()
    state = await anext(changes)
    assert state.is_usable
    assert not state.leads_off
    assert state.resolves is None
    await changes.aclose()  # type: ignore[attr-defined] # a generator, as it happens
