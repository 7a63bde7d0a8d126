"""A request that was kept is sent to the service again, as if its visitor had come back."""

import asyncio
import contextlib
import ipaddress

from chmlfrp.guard import proxy
from chmlfrp.guard.inspector import Exchange, Inspector
from chmlfrp.guard.web import FirstHead
from chmlfrp.model.guard import PassOn

PATIENCE_S = 30.0
_CHUNK = 65536
_HERE = ipaddress.IPv4Address("127.0.0.1")


async def replay(
    inspector: Inspector,
    exchange: Exchange,
    target: tuple[str, int],
    *,
    pass_on: PassOn,
) -> Exchange:
    """Return the new exchange, which is kept as any other and names no visitor.

    Raises:
        OSError: the service is not there.
        TimeoutError: it did not come to an end within 30 s.
    """
    head = FirstHead()
    if pass_on is PassOn.HEADERS:
        head.source = str(_HERE)
    said = bytes(exchange.request.kept)
    sent = _introduction(pass_on) + (head.feed(said) or said)
    made = inspector.begin("")
    inspector.take(made, made.request, said)
    try:
        async with asyncio.timeout(PATIENCE_S):
            await _ask(inspector, made, target, sent)
    finally:
        inspector.end(made)
    return made


async def _ask(
    inspector: Inspector, made: Exchange, target: tuple[str, int], sent: bytes
) -> None:
    reader, writer = await asyncio.open_connection(*target)
    try:
        writer.write(sent)
        # A service may answer before it has read all, and close.
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        while data := await reader.read(_CHUNK):
            inspector.take(made, made.answer, data)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


def _introduction(pass_on: PassOn) -> bytes:
    if pass_on not in (PassOn.V1, PassOn.V2):
        return b""
    ends = proxy.Ends(_HERE, 1, _HERE, 1)
    return proxy.write(ends, version=1 if pass_on is PassOn.V1 else 2)
