"""The knock page as a whole: its links, where it listens, and which tunnel leads to it."""

import asyncio
import logging
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from chmlfrp.control.knock import (
    KnockMade,
    KnockRevoked,
    KnockView,
    MakeKnock,
    PageView,
)
from chmlfrp.control.protocol import Snapshot, TunnelView
from chmlfrp.daemon.doors import Doors
from chmlfrp.daemon.knock import Knocks
from chmlfrp.daemon.knocklink import Grant, Link, Wanted
from chmlfrp.daemon.knockpage import Place, page
from chmlfrp.daemon.loopback import HOST, listen, listen_at_last, serve
from chmlfrp.errors import HomeUnusable, InvalidInput
from chmlfrp.guard.lobby import Lobby
from chmlfrp.model.guard import Address, Guard, parse_address
from chmlfrp.model.ladder import Summary
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import TunnelId, TunnelType

log = logging.getLogger(__name__)

_LEADING = (TunnelType.HTTP, TunnelType.TCP)


class KnockDesk:
    """Answers about links, and serves the page from the first time that it is wanted.

    write: puts passes on disk.
    """

    def __init__(
        self,
        path: Path,
        doors: Doors,
        *,
        snapshot: Callable[[], Snapshot],
        write: Callable[[], Awaitable[None]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._doors = doors
        self._snapshot = snapshot
        self._write = write
        self._clock = clock
        self._lobby: Lobby = doors.lobby
        self._socket: socket.socket | None = None
        self._opened = asyncio.Event()
        self._wanted = asyncio.Event()
        self._knocks = Knocks(
            path,
            admit=self._admit,
            settle=write,
            has_pass=self._has_pass,
            clock=clock,
        )

    async def load(self) -> None:
        """Take up what the last daemon knew."""
        await self._knocks.load()
        if self._knocks.port is not None:
            self._lobby.port = self._knocks.port
            self._wanted.set()

    async def run(self) -> None:
        """Serve the page until cancelled, once it is wanted."""
        await self._wanted.wait()
        listening, self._socket = self._socket, None
        if listening is None:
            port = self._knocks.port or 0
            listening = await listen_at_last(port, "the knock page")
        await serve(
            page(
                self._knocks,
                self._lobby,
                places=lambda link: self._places(link),
                clock=self._clock,
            ),
            listening,
            opened=self._opened,
        )

    def links(self) -> list[KnockView]:
        """Return the links, the newest first."""
        base, names = self._page().url, self._names()
        found = sorted(self._knocks.all(), key=lambda link: -link.made_at)
        return [_view(link, names, base) for link in found]

    async def make(self, command: MakeKnock) -> KnockMade:
        """Make a link; raises InvalidInput and HomeUnusable."""
        tunnels = self._snapshot().tunnels
        for number in command.tunnels:
            if number not in tunnels:
                raise InvalidInput(f"there is no tunnel {number}", field="tunnels")
        wanted = Wanted(
            command.tunnels,
            command.password,
            command.expires_s,
            command.lasts_s,
            command.uses,
        )
        link, path = await self._knocks.make(wanted)
        base = self._page().url
        return KnockMade(
            link=_view(link, self._names(), base),
            path=path,
            url=Secret(base + path.reveal() if base else ""),
            open_tunnels=tuple(
                number
                for number in link.tunnels
                if not _needs(tunnels[number].options.guard)
            ),
        )

    async def revoke(self, link_id: str) -> KnockRevoked:
        """End a link and what it gave; raises InvalidInput and HomeUnusable."""
        link, left = await self._knocks.revoke(link_id)
        now = self._clock()
        ended = admitted = 0
        for grant in link.grants:
            admitted += grant.until > now
            for tunnel in link.tunnels:
                ended += self._dismiss(tunnel, grant, left)
        await self._write()
        return KnockRevoked(id=link.id, admitted=admitted, ended=ended)

    async def forget(self, tunnel_id: TunnelId) -> None:
        """Drop a tunnel that is no more from all links."""
        try:
            await self._knocks.forget(tunnel_id)
        except HomeUnusable as error:
            log.warning("a knock link could not be dropped: %s", error)

    async def take(self, tunnel_id: TunnelId, address: Address) -> None:
        """Keep that a pass was taken by hand; raises HomeUnusable."""
        await self._knocks.take(tunnel_id, address)

    async def tidy(self) -> None:
        """Leave nobody on disk whose pass has ended; raises HomeUnusable."""
        await self._knocks.tidy()

    def page(self) -> PageView:
        """Return where the page is."""
        return self._page()

    async def open(self) -> PageView:
        """Have the page listen from now on; raises HomeUnusable and InvalidInput."""
        if self._knocks.port is None:
            try:
                listening = listen(0)
            except OSError as error:
                raise InvalidInput(f"no port is free: {error.strerror}") from error
            try:
                await self._knocks.set_port(listening.getsockname()[1])
            except BaseException:
                listening.close()
                raise
            self._socket = listening
            self._lobby.port = self._knocks.port
            self._opened.set()
            self._wanted.set()
        return self._page()

    def _admit(self, tunnel: int, address: Address, until: float) -> None:
        standing = self._doors.standings.of(TunnelId(tunnel))
        if until > standing.passes.get(address, 0.0):
            standing.admit(address, until)

    def _has_pass(self, tunnel: int, address: Address) -> bool:
        standing = self._doors.standings.of(TunnelId(tunnel))
        return standing.has_pass(address, self._clock())

    def _dismiss(self, tunnel: int, grant: Grant, left: list[Link]) -> int:
        """Take the pass, unless it is another's; return how many connections ended."""
        address = parse_address(grant.address)
        standing = self._doors.standings.of(TunnelId(tunnel))
        if standing.passes.get(address) != grant.until:
            return 0
        others = (
            other.until
            for link in left
            for other in link.grants
            if tunnel in link.tunnels and other.address == grant.address
        )
        until = max(others, default=0.0)
        if until > self._clock():
            standing.admit(address, until)
            return 0
        standing.dismiss(address)
        door = self._doors.door(TunnelId(tunnel))
        return door.cut(address) if door is not None and _needs(door.guard) else 0

    def _names(self) -> dict[int, str]:
        return {view.id: view.name for view in self._snapshot().tunnels.values()}

    def _places(self, link: Link) -> Iterator[Place]:
        tunnels = self._snapshot().tunnels
        for number in link.tunnels:
            view = tunnels.get(number)
            if view is not None:
                yield Place(view.name, view.address or "")

    def _page(self) -> PageView:
        port = self._knocks.port
        found = max(self._leading(port), key=_worth, default=None)
        here = PageView(host=HOST, port=port, is_open=self._opened.is_set())
        if found is None:
            return here
        return PageView(
            host=HOST,
            port=port,
            is_open=self._opened.is_set(),
            tunnel=found.id,
            name=found.name,
            url=_url(found),
            is_guarded=found.options.guard.is_on,
        )

    def _leading(self, port: int | None) -> Iterator[TunnelView]:
        for view in self._snapshot().tunnels.values():
            tunnel = view.tunnel
            if port is None or tunnel is None or tunnel.type not in _LEADING:
                continue
            if self._lobby.is_at((tunnel.local_host, tunnel.local_port)):
                yield view


def _worth(view: TunnelView) -> tuple[bool, bool, int]:
    """Of several that lead to the page: guarded, running, the oldest."""
    return view.options.guard.is_on, view.summary is Summary.UP, -view.id


def _needs(guard: Guard) -> bool:
    return guard.is_on and guard.knock_hours is not None


def _url(view: TunnelView) -> str:
    address = view.address or ""
    return address if "://" in address or not address else f"http://{address}"


def _view(link: Link, names: dict[int, str], base: str) -> KnockView:
    return KnockView(
        id=link.id,
        tunnels=link.tunnels,
        names=tuple(names[number] for number in link.tunnels if names.get(number)),
        has_password=link.has_password,
        made_at=link.made_at,
        expires_at=link.expires_at,
        lasts_s=link.lasts_s,
        uses_left=link.uses_left,
        admitted=len(link.grants),
        url=f"{base}/k/{link.id}" if base and link.has_password else "",
    )
