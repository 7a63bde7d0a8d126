"""`tunnel`: a local port that is reachable for as long as a block runs."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from types import TracebackType

from chmlfrp.errors import DaemonNotRunning
from chmlfrp.local.paths import Home
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel
from chmlfrp.sdk.want import Want, want

READY_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTunnel:
    """A tunnel that visitors reach now."""

    address: str
    """What a visitor types."""
    tunnel: Tunnel
    is_ours: bool
    """Whether it was created for this block, and goes with it."""


class TunnelBlock:
    """What `chmlfrp.tunnel` returns: for `with` and for `async with`, once."""

    def __init__(
        self, wanted: Want, *, token: Secret | None, service: str | None, ready_s: float
    ) -> None:
        self._wanted = wanted
        self._token = token
        self._service = service
        self._ready_s = ready_s
        self._async: AbstractAsyncContextManager[OpenTunnel] | None = None

    async def __aenter__(self) -> OpenTunnel:
        self._async = self._opened()
        return await self._async.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._async is not None
        await self._async.__aexit__(kind, error, trace)

    def __enter__(self) -> OpenTunnel:
        from chmlfrp.sdk.waiting import Loop

        self._loop = Loop()
        self._loop.start()
        try:
            return self._loop.run(self.__aenter__())
        except BaseException:
            self._loop.close()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._loop.run(self.__aexit__(None, None, None))
        finally:
            self._loop.close()

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[OpenTunnel]:
        from chmlfrp.sdk import bare, through_daemon

        home = Home.locate()
        ready_s = self._ready_s
        if self._token is None and self._service is None:
            try:
                client = await through_daemon.find(home)
            except DaemonNotRunning:
                client = None
            if client is not None:
                async with (
                    client,
                    through_daemon.opened(client, self._wanted, ready_s) as found,
                ):
                    yield found
                return
        async with bare.opened(
            home,
            self._wanted,
            token=self._token,
            service=self._service,
            ready_s=ready_s,
        ) as found:
            yield found


def tunnel(
    local_port: int,
    *,
    type: str = "tcp",
    local_host: str = "127.0.0.1",
    node: str | None = None,
    name: str | None = None,
    remote_port: int | None = None,
    domain: str | None = None,
    token: str | Secret | None = None,
    service: str | None = None,
    ready_within_s: float = READY_WITHIN_S,
) -> TunnelBlock:
    """Make a local port reachable for as long as the block runs.

    A tunnel of the account that fits is used, else one is created. A daemon that runs
    carries it; without one, or with a `token` or `service` of one's own, frpc is started
    here. At the end only what was created or started for the block goes away.

    Args:
        node: where; None picks one that is for everybody.
        token: of the account; None takes the daemon's, `CHMLFRP_TOKEN` or the one that
            the last `chmlfrp login` left.
        service: address of the service; None takes that of the settings.

    Raises (when entered):
        InvalidInput: something given cannot work (at once, here).
        SignInRequired: there is no account to use.
        FrpcMissing: there is no frpc on this machine.
        ChmlFrpError: anything else that went wrong.
    """
    wanted = want(
        local_port,
        type,
        local_host=local_host,
        node=node,
        name=name,
        remote_port=remote_port,
        domain=domain,
    )
    secret = Secret(token) if isinstance(token, str) else token
    return TunnelBlock(wanted, token=secret, service=service, ready_s=ready_within_s)
