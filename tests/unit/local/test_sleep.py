"""Sleep is what one clock counts and the other does not."""

import asyncio
import shutil
from asyncio.subprocess import PIPE

import pytest

from chmlfrp.local import logind
from chmlfrp.local.sleep import sleep_clock, wakes


class Clocks:
    """The clocks of a system, by their names there."""

    CLOCK_BOOTTIME, CLOCK_MONOTONIC = 1, 2
    CLOCK_MONOTONIC_RAW, CLOCK_UPTIME_RAW = 3, 4

    def __init__(self) -> None:
        self.values = {1: 1000.0, 2: 400.0, 3: 50.0, 4: 20.0}

    def clock_gettime(self, number: int) -> float:
        return self.values[number]


@pytest.mark.parametrize(("system", "slept"), [("linux", 600.0), ("darwin", 30.0)])
def test_each_system_has_a_pair_of_clocks(system: str, slept: float) -> None:
    assert sleep_clock(system, api=Clocks())() == slept


def test_a_system_without_such_clocks_never_slept() -> None:
    assert sleep_clock("darwin", api=object())() == 0.0


def test_this_machine_can_be_asked() -> None:
    assert sleep_clock()() > -1.0


async def test_a_nap_is_nothing_and_a_sleep_is_told() -> None:
    readings = iter([7.0, 7.0, 9.0, 129.0])
    async with asyncio.timeout(20):
        async for wake in wakes(lambda: next(readings), look_every_s=0):
            assert wake.slept_s == 120.0
            break


async def test_without_a_bus_nothing_is_told() -> None:
    assert [w async for w in logind.awoken("unix:path=/nowhere/at/all")] == []


needs_a_bus = pytest.mark.skipif(
    shutil.which("dbus-daemon") is None, reason="needs dbus-daemon"
)


@needs_a_bus
async def test_logind_is_heard_when_it_says_that_the_machine_wakes() -> None:
    dbus_fast = pytest.importorskip("dbus_fast")
    from dbus_fast.aio import MessageBus

    bus = await asyncio.create_subprocess_exec(
        *("dbus-daemon", "--session", "--nofork", "--print-address"), stdout=PIPE
    )
    try:
        assert bus.stdout is not None
        address = (await bus.stdout.readline()).decode().strip()
        speaker = await MessageBus(address).connect()
        await speaker.request_name("org.freedesktop.login1")
        heard = logind.awoken(address)

        async def speak() -> None:
            while True:
                for is_going_to_sleep in (True, False):
                    message = dbus_fast.Message(
                        message_type=dbus_fast.MessageType.SIGNAL,
                        path="/org/freedesktop/login1",
                        interface="org.freedesktop.login1.Manager",
                        member="PrepareForSleep",
                        signature="b",
                        body=[is_going_to_sleep],
                    )
                    await speaker.send(message)
                await asyncio.sleep(0.05)

        speaking = asyncio.get_running_loop().create_task(speak())
        async with asyncio.timeout(30):
            await anext(heard)
        speaking.cancel()
        await heard.aclose()
        speaker.disconnect()
    finally:
        bus.terminate()
        await bus.wait()
