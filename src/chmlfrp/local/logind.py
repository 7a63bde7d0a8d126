"""logind's word that the machine wakes, at once and not at the next look.

Needs `dbus-fast` (the extra `linux`) and a system bus; without either nothing is told here
and `local.sleep` finds the wake by its clocks.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbus_fast import Message
    from dbus_fast.aio import MessageBus

_INTERFACE = "org.freedesktop.login1.Manager"
_SIGNAL = "PrepareForSleep"
_SENDER = "org.freedesktop.login1"
_MATCH = f"type='signal',sender='{_SENDER}',interface='{_INTERFACE}',member='{_SIGNAL}'"
_LOOK_EVERY_S = 60.0
"""Only to notice that the bus is gone."""


async def awoken(address: str | None = None) -> AsyncIterator[None]:
    """Yield each time the machine wakes; ends where there is nobody to tell.

    address: of the bus, the system's own if None.
    """
    try:
        bus = await _connected(address)
    except Exception:  # noqa: BLE001 - no bus, no library, no logind: all the same here
        return
    wakes: asyncio.Queue[None] = asyncio.Queue()

    def hear(message: "Message") -> None:
        is_ours = message.interface == _INTERFACE and message.member == _SIGNAL
        if is_ours and message.body == [False]:
            wakes.put_nowait(None)

    bus.add_message_handler(hear)
    try:
        while bus.connected:
            try:
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await wakes.get()
            except TimeoutError:
                continue
            yield
    finally:
        bus.disconnect()


async def _connected(address: str | None) -> "MessageBus":
    from dbus_fast import BusType, Message
    from dbus_fast.aio import MessageBus

    bus = await MessageBus(address, bus_type=BusType.SYSTEM).connect()
    match = Message(
        destination="org.freedesktop.DBus",
        path="/org/freedesktop/DBus",
        interface="org.freedesktop.DBus",
        member="AddMatch",
        signature="s",
        body=[_MATCH],
    )
    await bus.call(match)
    return bus
