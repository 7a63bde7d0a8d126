"""The way in: `ServiceClient` and its namespaces."""

import copy
from types import TracebackType
from typing import Self

import httpx2

from chmlfrp.api import wire, wire_panel
from chmlfrp.api.account import Accounts
from chmlfrp.api.budget import Budget
from chmlfrp.api.caller import Caller
from chmlfrp.api.credentials import Credentials, Fixed, Keeper
from chmlfrp.api.domain import Domains
from chmlfrp.api.log import Log
from chmlfrp.api.message import Messages
from chmlfrp.api.node import Nodes
from chmlfrp.api.panel import Panel
from chmlfrp.api.profile import Profile
from chmlfrp.api.program import Downloads
from chmlfrp.api.registration import Registrations
from chmlfrp.api.reward import Rewards
from chmlfrp.api.session import Session
from chmlfrp.api.traffic import Traffic
from chmlfrp.api.tunnel import Tunnels
from chmlfrp.errors import InvalidInput
from chmlfrp.model.secret import Secret

SERVICE_URL = "https://cf-v2.uapis.cn"
TIMEOUT_S = 20.0


class ServiceClient:
    """The hosted service, or another one with the same API.

    Used as an async context manager, which opens and closes the connections::

        async with ServiceClient() as client:
            signed_in = await client.account.sign_in(name, password)
            mine = client.with_token(signed_in.token)
            tunnels = await mine.tunnels.list()

    Calls may run side by side. Nothing is repeated by itself: who gets
    ServiceUnreachable for a call that changes something does not know its outcome.
    """

    account: Accounts
    tunnels: Tunnels
    nodes: Nodes
    registration: Registrations
    profile: Profile
    rewards: Rewards
    traffic: Traffic
    domains: Domains
    messages: Messages
    log: Log
    panel: Panel
    programs: Downloads

    def __init__(
        self,
        base_url: str = SERVICE_URL,
        *,
        token: Secret | None = None,
        credentials: Credentials | Keeper | None = None,
        timeout_s: float = TIMEOUT_S,
        transport: httpx2.AsyncBaseTransport | None = None,
        proxy: str | None = None,
        budget: Budget | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            token: sent as a Bearer header with the calls that need it, never in a URL.
            credentials: take the place of `token` where more is known than that, or
                where somebody keeps them fresh.
            timeout_s: for a whole call, from connecting to the last byte.
            transport: takes the place of the network, for tests.
            budget: how fast to ask; without one, all clients of this process share
                one for the service.
            proxy: used if given; proxies of the environment never are.

        Raises:
            InvalidInput: address, proxy or token cannot be used.
        """
        self._caller = Caller(
            base_url,
            timeout_s=timeout_s,
            transport=transport,
            proxy=proxy,
            budget=budget,
        )
        is_hosted = base_url.rstrip("/") == SERVICE_URL
        self._programs_at = (
            wire_panel.HOSTED_PROGRAMS_URL if is_hosted else wire_panel.PROGRAMS_PATH
        )
        self._sign(credentials or _of(token))

    async def __aenter__(self) -> Self:
        await self._caller.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._caller.close()

    def with_token(self, token: Secret | None) -> Self:
        """Return the same service for another account, over the same connections.

        It lives as long as this one and is not entered itself.

        Raises:
            InvalidInput: the token cannot be sent.
        """
        return self.with_credentials(_of(token))

    def with_credentials(self, credentials: Credentials | Keeper | None) -> Self:
        """Return the same service with these credentials; as `with_token` otherwise."""
        twin = copy.copy(self)
        twin._sign(credentials)
        return twin

    def _sign(self, credentials: Credentials | Keeper | None) -> None:
        if credentials is None or isinstance(credentials, Credentials):
            _check(credentials)
            credentials = Fixed(credentials)
        session = Session(self._caller, credentials)
        self.account = Accounts(session)
        self.tunnels = Tunnels(session)
        self.nodes = Nodes(session)
        self.registration = Registrations(session)
        self.profile = Profile(session)
        self.rewards = Rewards(session)
        self.traffic = Traffic(session)
        self.domains = Domains(session)
        self.messages = Messages(session)
        self.log = Log(session)
        self.panel = Panel(session)
        self.programs = Downloads(session, where=self._programs_at)


def _of(token: Secret | None) -> Credentials | None:
    return Credentials.of_user(token) if token else None


def _check(credentials: Credentials | None) -> None:
    if credentials and not wire.is_sendable(credentials.token):
        raise InvalidInput(
            "the token holds blanks or other characters that no token has",
            hint="copy it again, without line ends",
            field="token",
        )
