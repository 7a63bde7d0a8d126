"""Ways to try an address from here, as data: what to ask for and what comes of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from chmlfrp.desktop.text import t
from chmlfrp.errors import InvalidInput
from chmlfrp.local import visit
from chmlfrp.local.latency import measure
from chmlfrp.local.listeners import Listener, listeners
from chmlfrp.words.exposure import word_exposed
from chmlfrp.words.node import TROUBLES, word_latency, word_point

COUNT = 4
BETWEEN_S = 0.2


class Line(NamedTuple):
    """One line of what came out; `tone` is the colour's meaning."""

    words: Callable[[], str]
    """Called on the Qt thread, where it is known which language is spoken."""
    tone: str = ""


Run = Callable[[str], AsyncIterator[Line]]


@dataclass(frozen=True, kw_only=True)
class Try:
    """One way; its title is `tools.try.NAME`, its example `tools.try.NAME.example`."""

    name: str
    run: Run


async def ping(text: str) -> AsyncIterator[Line]:
    """Send echoes."""
    found = await visit.ping(text, count=COUNT)
    for ms in found.ms:
        yield Line(partial(word_latency, ms), "good")
    lost = found.sent - len(found.ms)
    tone = "bad" if lost == found.sent else "busy" if lost else "good"
    yield Line(partial(t, "tools.lost", sent=found.sent, lost=lost), tone)


async def tcp(text: str) -> AsyncIterator[Line]:
    """Connect some times."""
    host, port = visit.host_and_port(text)
    for number in range(COUNT):
        if number:
            await asyncio.sleep(BETWEEN_S)
        point = await measure(host, port)
        yield Line(partial(word_point, point), "bad" if point.trouble else "good")


async def http(text: str) -> AsyncIterator[Line]:
    """Ask for a page."""
    found = await visit.http(text)
    if found.trouble is not None:
        yield Line(TROUBLES[found.trouble].__str__, "bad")
        if found.detail:
            yield Line(found.detail.__str__)
        return
    tone = "good" if found.status is not None and found.status < 400 else "busy"
    yield Line(f"{found.version} {found.status}".__str__, tone)
    yield Line(partial(word_latency, found.ms))
    if found.location:
        yield Line(partial(t, "tools.location", where=found.location))
    if found.server:
        yield Line(partial(t, "tools.server", what=found.server))


async def java(text: str) -> AsyncIterator[Line]:
    """Ask a Minecraft server, Java edition."""
    async for line in _minecraft(text, is_bedrock=False):
        yield line


async def bedrock(text: str) -> AsyncIterator[Line]:
    """Ask a Minecraft server, Bedrock edition."""
    async for line in _minecraft(text, is_bedrock=True):
        yield line


async def _minecraft(text: str, *, is_bedrock: bool) -> AsyncIterator[Line]:
    found = await visit.minecraft(text, is_bedrock=is_bedrock)
    yield Line((found.text or text).__str__, "good")
    players = f"{found.players}/{found.most_players}"
    yield Line(partial(t, "tools.game", version=found.version, players=players))
    yield Line(partial(word_latency, found.ms))


async def port(text: str) -> AsyncIterator[Line]:
    """Say who listens at a port of this machine, and what publishing it means."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        message = f"{text!r} is not between 1 and 65535"
        raise InvalidInput(message, field="port")
    number = int(text)
    rows = [r for r in await asyncio.to_thread(listeners) if r.port == number]
    if not rows:
        yield Line(partial(t, "tools.nobody", port=number), "bad")
    for row in rows:
        yield Line(partial(_who, row), "good")
        found = row.exposed()
        if found is not None:
            yield Line(partial(word_exposed, found), "busy")


def _who(row: Listener) -> str:
    who = row.process or t("tools.another_user")
    where = ", ".join(row.addresses)
    return t("tools.listens", who=who, protocol=row.protocol, where=where)


TRIES: tuple[Try, ...] = (
    Try(name="tcp", run=tcp),
    Try(name="ping", run=ping),
    Try(name="http", run=http),
    Try(name="java", run=java),
    Try(name="bedrock", run=bedrock),
    Try(name="port", run=port),
)
