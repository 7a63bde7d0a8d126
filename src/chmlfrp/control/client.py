"""The faces' side of the door."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar
from urllib.parse import quote

import httpcore2  # noqa: F401 - httpx2 would read it in on the event loop
import httpx2
import msgspec

from chmlfrp.control.account_client import AccountClient
from chmlfrp.control.address import Address, from_bytes
from chmlfrp.control.answer import check, read
from chmlfrp.control.archive_client import ArchiveClient
from chmlfrp.control.core import (
    CoreChosen,
    CoreFrame,
    CoreOffer,
    CoresView,
    InstallCore,
    UseCore,
)
from chmlfrp.control.device import CodeFrame
from chmlfrp.control.domain_client import DomainClient
from chmlfrp.control.guard_client import GuardClient
from chmlfrp.control.inspect_client import InspectClient
from chmlfrp.control.knock_client import KnockClient
from chmlfrp.control.protocol import (
    PROTOCOL,
    PROTOCOL_HEADER,
    Accepted,
    CreateTunnel,
    DaemonView,
    Edited,
    EditTunnel,
    FailoverView,
    Frame,
    LogLine,
    NodeView,
    SessionView,
    SignIn,
    Snapshot,
    TunnelIds,
    encode,
)
from chmlfrp.control.survey_client import SurveyClient
from chmlfrp.control.timeline import TimelineEvent
from chmlfrp.errors import ControlError, DaemonNotRunning
from chmlfrp.model.failover import Failover
from chmlfrp.model.node import NodeDetail
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import Tunnel

T = TypeVar("T")

ANSWER_TIMEOUT_S = 90.0
"""Commands that ask the service take as long as the service does."""

_TRY_AGAIN_AFTER_S = 0.02
_LOOK_EVERY_S = 0.05


class ControlClient:
    """A connection to the daemon; every method raises ChmlFrpError.

    DaemonNotRunning if nobody answers, VersionMismatch if the daemon is of another
    protocol, else what the daemon or the service had to say.
    """

    account: AccountClient
    domains: DomainClient
    survey: SurveyClient
    archive: ArchiveClient
    guard: GuardClient
    knock: KnockClient
    inspect: InspectClient

    def __init__(
        self, address: Address, *, timeout_s: float = ANSWER_TIMEOUT_S
    ) -> None:
        logging.getLogger("httpx2").setLevel(logging.WARNING)
        headers = {PROTOCOL_HEADER: str(PROTOCOL)}
        if address.token is not None:
            headers["authorization"] = f"Bearer {address.token.reveal()}"
        self._http = httpx2.AsyncClient(
            base_url=f"http://{address.host}",
            headers=headers,
            timeout=httpx2.Timeout(timeout_s, connect=5.0),
            transport=httpx2.AsyncHTTPTransport(uds=address.path, verify=False),
            trust_env=False,
        )
        self.account = AccountClient(self._ask)
        self.domains = DomainClient(self._ask)
        self.archive = ArchiveClient(self._ask)
        self.guard = GuardClient(self._ask)
        self.knock = KnockClient(self._ask)
        self.inspect = InspectClient(self._ask)
        self.survey = SurveyClient(self._ask, self._stream)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def hello(self) -> DaemonView:
        """Return who answers."""
        return await self._ask(DaemonView, "GET", "/v1/hello")

    async def end(self) -> None:
        """Ask the daemon to end; it answers before it does."""
        await self._ask(Accepted, "POST", "/v1/end")

    async def snapshot(self) -> Snapshot:
        """Return all there is."""
        return await self._ask(Snapshot, "GET", "/v1/snapshot")

    async def sign_in(self, command: SignIn) -> SessionView:
        """Sign in; returns when the service has answered."""
        return await self._ask(SessionView, "POST", "/v1/session", command)

    async def sign_in_by_code(self) -> AsyncIterator[CodeFrame]:
        """Yield what to show, then how it ended; who stops reading ends the wait."""
        async for frame in self._stream(
            CodeFrame, "/v1/session/code", {}, method="POST"
        ):
            yield frame

    async def sign_out(self) -> None:
        """Forget the account; running tunnels go on."""
        await self._ask(Accepted, "DELETE", "/v1/session")

    async def refresh(self) -> SessionView:
        """Ask the service for the account and its tunnels now."""
        return await self._ask(SessionView, "POST", "/v1/session/refresh")

    async def create(self, command: CreateTunnel) -> Tunnel:
        """Create a tunnel in the account."""
        return await self._ask(Tunnel, "POST", "/v1/tunnels", command)

    async def edit(self, tunnel_id: int, command: EditTunnel) -> Edited:
        """Change the named fields of a tunnel."""
        return await self._ask(Edited, "PATCH", f"/v1/tunnels/{tunnel_id}", command)

    async def delete(self, tunnel_id: int) -> None:
        """Delete a tunnel from the account."""
        await self._ask(Accepted, "DELETE", f"/v1/tunnels/{tunnel_id}")

    async def options(self, tunnel_id: int) -> TunnelOptions:
        """Return what was decided about the tunnel beyond its record."""
        return await self._ask(TunnelOptions, "GET", f"/v1/tunnels/{tunnel_id}/options")

    async def set_options(
        self, tunnel_id: int, options: TunnelOptions
    ) -> TunnelOptions:
        """Put these in the place of the tunnel's options."""
        path = f"/v1/tunnels/{tunnel_id}/options"
        return await self._ask(TunnelOptions, "PUT", path, options)

    async def failover(self, tunnel_id: int) -> FailoverView:
        """Return how failover stands and where it would lead now; nothing is changed."""
        return await self._ask(FailoverView, "GET", f"/v1/tunnels/{tunnel_id}/failover")

    async def try_failover(self, tunnel_id: int, plan: Failover) -> FailoverView:
        """Return where this plan would lead now; it does not come in force."""
        path = f"/v1/tunnels/{tunnel_id}/failover"
        return await self._ask(FailoverView, "POST", path, plan)

    async def start(self, ids: Iterable[int]) -> None:
        """Want these tunnels up."""
        await self._ask(Accepted, "POST", "/v1/start", TunnelIds(ids=tuple(ids)))

    async def stop(self, ids: Iterable[int]) -> None:
        """Want these tunnels down."""
        await self._ask(Accepted, "POST", "/v1/stop", TunnelIds(ids=tuple(ids)))

    async def restart(self, ids: Iterable[int]) -> None:
        """Close these tunnels and open them again."""
        await self._ask(Accepted, "POST", "/v1/restart", TunnelIds(ids=tuple(ids)))

    async def nodes(self) -> list[NodeView]:
        """Return all nodes."""
        return await self._ask(list[NodeView], "GET", "/v1/nodes")

    async def node(self, name: str) -> NodeDetail:
        """Return one node."""
        return await self._ask(NodeDetail, "GET", f"/v1/nodes/{quote(name, safe='')}")

    async def cores(self) -> CoresView:
        """Return the frpc programs that are installed, and the one that is run."""
        return await self._ask(CoresView, "GET", "/v1/cores")

    async def core_offers(self, source: str | None = None) -> list[CoreOffer]:
        """Return what can be fetched."""
        query = f"?source={quote(source, safe='')}" if source else ""
        return await self._ask(list[CoreOffer], "GET", f"/v1/cores/offers{query}")

    async def install_core(self, command: InstallCore) -> AsyncIterator[CoreFrame]:
        """Yield how far it is; the last frame says how it ended."""
        async for frame in self._stream(
            CoreFrame, "/v1/cores/install", {}, method="POST", body=command
        ):
            yield frame

    async def use_core(self, label: str) -> CoreChosen:
        """Run this one from the next start on."""
        return await self._ask(
            CoreChosen, "POST", "/v1/cores/use", UseCore(label=label)
        )

    async def remove_core(self, label: str) -> None:
        """Take one away."""
        await self._ask(Accepted, "DELETE", f"/v1/cores/{quote(label, safe='')}")

    async def watch(self) -> AsyncIterator[Frame]:
        """Yield a Snapshot, then Changes, until the daemon ends or this is too slow."""
        async for frame in self._stream(Frame, "/v1/watch", {}):
            yield frame

    async def events(
        self, *, since: float = 0.0, follow: bool = False
    ) -> AsyncIterator[TimelineEvent]:
        """Yield what happened since then, and with `follow` what is to come."""
        query = {"since": int(since), "follow": int(follow)}
        async for event in self._stream(TimelineEvent, "/v1/events", query):
            yield event

    async def logs(
        self, tunnel_id: int | None = None, *, tail: int = 200, follow: bool = False
    ) -> AsyncIterator[LogLine]:
        """Yield the last lines, and with `follow` the ones to come."""
        query = {"tunnel": tunnel_id or 0, "tail": tail, "follow": int(follow)}
        async for line in self._stream(LogLine, "/v1/logs", query):
            yield line

    async def _ask(
        self, kind: type[T], method: str, path: str, body: object = None
    ) -> T:
        content = None if body is None else encode(body)
        try:
            answer = await self._http.request(method, path, content=content)
        except httpx2.TransportError as exc:
            raise _unanswered(exc) from exc
        check(answer.status_code, answer.content)
        return read(kind, answer.content)

    async def _stream(
        self,
        kind: Any,
        path: str,
        query: dict[str, int],
        *,
        method: str = "GET",
        body: object = None,
    ) -> AsyncIterator[Any]:
        content = None if body is None else encode(body)
        timeout = httpx2.Timeout(None, connect=5.0)
        try:
            async with self._http.stream(
                method, path, params=query, content=content, timeout=timeout
            ) as answer:
                if answer.is_error:
                    check(answer.status_code, await answer.aread())
                async for line in answer.aiter_lines():
                    yield read(kind, line.encode())
        except httpx2.TransportError as exc:
            raise _unanswered(exc) from exc


async def connect(
    read_address: Callable[[], bytes | None], *, patience_s: float = 0.0
) -> ControlClient:
    """Return a client for a daemon that answers.

    `read_address` returns what is in the daemon's address file, None if there is none.
    A daemon that is still starting is waited for, `patience_s` at most.

    Raises:
        DaemonNotRunning: nobody answered in that time.
        VersionMismatch: the daemon speaks another protocol.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience_s
    while True:
        try:
            return await _try(read_address())
        except DaemonNotRunning:
            if loop.time() >= deadline:
                raise
        await asyncio.sleep(_TRY_AGAIN_AFTER_S)


class Launched(Protocol):
    """A daemon that somebody just started."""

    def is_alive(self) -> bool:
        """Return whether it may still come to answer."""
        ...


async def connect_or_launch(
    read_address: Callable[[], bytes | None],
    launch: Callable[[], Launched],
    *,
    patience_s: float,
) -> ControlClient:
    """Return a client of the daemon; where nobody answers, one is launched.

    Raises:
        DaemonNotRunning: the one that was launched ended, or said nothing in that time.
        VersionMismatch: the daemon speaks another protocol.
    """
    try:
        return await connect(read_address)
    except DaemonNotRunning:
        launched = await asyncio.to_thread(launch)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience_s
    while True:
        # Looked at before the try: a daemon may answer in between.
        is_alive = await asyncio.to_thread(launched.is_alive)
        try:
            return await connect(read_address)
        except DaemonNotRunning:
            if not is_alive or loop.time() > deadline:
                raise
        await asyncio.sleep(_LOOK_EVERY_S)


def ended() -> ControlError:
    """Return the error for a stream that the daemon ended."""
    return DaemonNotRunning("the daemon ended", hint="chmlfrp daemon start")


async def _try(raw: bytes | None) -> ControlClient:
    if raw is None:
        raise DaemonNotRunning("no daemon is running", hint="chmlfrp daemon start")
    try:
        client = ControlClient(from_bytes(raw))
    except (msgspec.MsgspecError, ValueError) as exc:
        raise DaemonNotRunning("the daemon's address file cannot be read") from exc
    try:
        await client.hello()
    except BaseException:
        await client.__aexit__(None, None, None)
        raise
    return client


def _unanswered(exc: httpx2.TransportError) -> ControlError:
    if isinstance(exc, httpx2.ReadTimeout):
        return ControlError(
            "the daemon took the command but has not answered yet",
            hint="see what became of it: chmlfrp status",
        )
    return DaemonNotRunning(
        f"the daemon does not answer ({type(exc).__name__})",
        hint="chmlfrp daemon start",
    )
