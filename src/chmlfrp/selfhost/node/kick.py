"""Ending a client's session at a frps that has no call for it.

frps 0.65 closes a session when another login comes with the same session id (`run_id`),
as if the client had reconnected. So a login with that id is made on loopback: the old
session ends with all its proxies, whatever the client is and whether it sends
heartbeats, and ours ends right after. The client comes back by itself, and the plugin
then decides what it may open.

Spoken here is the least of frp's protocol: yamux around one message in JSON.
"""

import asyncio
import hashlib
import struct
import time
from dataclasses import dataclass

import msgspec

from chmlfrp.errors import SelfhostError

TIMEOUT_S = 5.0
USER_PREFIX = "kick-"
"""The user of such a login; no account's token has a dash."""

_YAMUX = struct.Struct(">BBHII")
_DATA, _WINDOW_UPDATE = 0, 1
_SYN = 1
_STREAM = 1
_FRAME = struct.Struct(">cq")
_LOGIN = b"o"
_LOGIN_RESP = b"1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where frps listens, and the word it asks of clients."""

    host: str
    port: int
    token: str


class _LoginResp(msgspec.Struct):
    run_id: str = ""
    error: str = ""


async def kick(place: Place, *, run_id: str, user: str) -> None:
    """End the session `run_id`; `user` must be let through by the plugin.

    Raises:
        SelfhostError: frps refused, or did not answer in 5 seconds.
    """
    try:
        async with asyncio.timeout(TIMEOUT_S):
            reader, writer = await asyncio.open_connection(place.host, place.port)
            try:
                writer.write(_login(place.token, run_id=run_id, user=user))
                answer = await _answer(reader)
            finally:
                writer.close()
    except (OSError, EOFError, msgspec.MsgspecError) as exc:
        raise SelfhostError(f"frps did not end a session: {exc}") from exc
    if answer.error:
        raise SelfhostError(f"frps did not end a session: {answer.error}")


def _login(token: str, *, run_id: str, user: str) -> bytes:
    now = int(time.time())
    body = msgspec.json.encode(
        {
            "version": "0.65.0",
            "os": "selfhost",
            "arch": "",
            "user": user,
            "privilege_key": hashlib.md5(  # noqa: S324 - what frp's protocol demands
                f"{token}{now}".encode()
            ).hexdigest(),
            "timestamp": now,
            "run_id": run_id,
        }
    )
    message = _FRAME.pack(_LOGIN, len(body)) + body
    return (
        _YAMUX.pack(0, _WINDOW_UPDATE, _SYN, _STREAM, 0)
        + _YAMUX.pack(0, _DATA, 0, _STREAM, len(message))
        + message
    )


async def _answer(reader: asyncio.StreamReader) -> _LoginResp:
    said = b""
    while True:
        head = await reader.readexactly(_YAMUX.size)
        _, kind, _, _, length = _YAMUX.unpack(head)
        if kind != _DATA:
            continue
        said += await reader.readexactly(length)
        if len(said) < _FRAME.size:
            continue
        name, size = _FRAME.unpack_from(said)
        if name != _LOGIN_RESP:
            raise EOFError("it speaks another protocol")
        if len(said) >= _FRAME.size + size:
            body = said[_FRAME.size : _FRAME.size + size]
            return msgspec.json.decode(body, type=_LoginResp)
