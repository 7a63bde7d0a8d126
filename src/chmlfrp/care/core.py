"""Having running tunnels carried by another frpc."""

import asyncio
from collections.abc import Iterable

from chmlfrp.control.client import ControlClient
from chmlfrp.errors import ControlError

STOPS_WITHIN_S = 30.0
_LOOK_EVERY_S = 0.05


async def start_anew(client: ControlClient, ids: Iterable[int]) -> None:
    """Stop the tunnels, wait until their frpc is gone, and start them.

    Raises:
        ControlError: they do not stop.
    """
    numbers = tuple(ids)
    await client.stop(numbers)
    try:
        async with asyncio.timeout(STOPS_WITHIN_S):
            while any(  # noqa: ASYNC110 - a short wait
                view.pid is not None
                for view in (await client.snapshot()).tunnels.values()
                if view.id in numbers
            ):
                await asyncio.sleep(_LOOK_EVERY_S)
    except TimeoutError:
        raise ControlError("the tunnels do not stop") from None
    await client.start(numbers)
