"""Written by scripts/blocking.py from chmlfrp.api; not to be edited."""

import builtins
from collections.abc import Sequence
from datetime import date
from types import TracebackType
from typing import Self, Unpack, overload

import httpx2

from chmlfrp.api.account import SignedIn
from chmlfrp.api.budget import Budget
from chmlfrp.api.change import Changes, Updated
from chmlfrp.api.client import SERVICE_URL, TIMEOUT_S
from chmlfrp.api.credentials import Credentials, Keeper
from chmlfrp.api.reads import FRESH_FOR_S, Aged
from chmlfrp.model.account import Account, Attendance
from chmlfrp.model.domain import FreeDomain, Subdomain, SubdomainSpec
from chmlfrp.model.giftcard import Reward, UsedCard
from chmlfrp.model.identity import CaptchaProof, MailPurpose, Registration
from chmlfrp.model.log import LogPage
from chmlfrp.model.message import Message, MessagePage
from chmlfrp.model.node import Node, NodeDetail, NodeHistory, NodeStats, NodeUptime
from chmlfrp.model.panel import Load, Totals
from chmlfrp.model.program import Archives, Programs
from chmlfrp.model.secret import Secret
from chmlfrp.model.traffic import Closing, DayTraffic, TunnelNow, TunnelTraffic
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelSpec

class BlockingAccounts:
    """`Accounts` whose methods wait for their answer."""
    def sign_in(self, name: str, password: Secret) -> SignedIn:
        """Sign in with name, e-mail or QQ number; needs and changes no token."""
    def get(self) -> Account:
        """Return the account the token belongs to."""
    def identify(self) -> SignedIn:
        """Return the account and the token that frpc needs."""

class BlockingTunnels:
    """`Tunnels` whose methods wait for their answer."""
    def list(self) -> builtins.list[Tunnel]:
        """Return all tunnels of the account, of types this version knows."""
    def create(self, spec: TunnelSpec, *, check: bool = True) -> Tunnel:
        """Create a tunnel and return it as the account then has it."""
    def check(self, spec: TunnelSpec) -> None:
        """Hold a spec against what its node and the account's group allow."""
    @overload
    def update(
        self, tunnel_id: TunnelId, spec: TunnelSpec, *, check: bool = True
    ) -> Tunnel: ...
    @overload
    def update(
        self, tunnel_id: TunnelId, *, check: bool = True, **changes: Unpack[Changes]
    ) -> Updated: ...
    def delete(self, tunnel_id: TunnelId, *, missing_ok: bool = False) -> None:
        """Delete a tunnel; a running frpc is not stopped by that."""
    def offline(self, name: str) -> None:
        """End the session that holds the tunnel at its node, whoever runs it."""
    def config(self, node: str, names: Sequence[str] = ()) -> Secret:
        """Return the ini for these tunnels of one node, for all without names."""
    def refresh(self, name: str) -> TunnelNow:
        """Return a tunnel's counters, asked at its node just now."""
    def disconnect(self, name: str) -> None:
        """End a tunnel's session at its node; an frpc of before 2025-10 comes back."""
    def disconnect_all(self) -> Closing:
        """End all sessions of the account, at all nodes."""

class BlockingNodes:
    """`Nodes` whose methods wait for their answer."""
    def get(self, name: str, *, max_age_s: float = 0.0) -> NodeDetail:
        """Return one node with its port range and host."""
    def stats(self, *, max_age_s: float = FRESH_FOR_S) -> Aged[NodeStats]:
        """Return how busy every node is, offline ones included."""
    def uptime(self, *, days: int = 30, name: str = "") -> builtins.list[NodeUptime]:
        """Return how much of its last days a node was up, all nodes without a name."""
    def history(self, name: str) -> NodeHistory:
        """Return a node's last day in steps of 20 s; some megabytes, so never poll it."""
    def list(self, *, max_age_s: float = FRESH_FOR_S) -> Aged[Node]:
        """Return the nodes that are online now; the list flickers, `stats` does not."""

class BlockingRegistrations:
    """`Registrations` whose methods wait for their answer."""
    def send_code(
        self, purpose: MailPurpose, email: str, *, captcha: CaptchaProof | None = None
    ) -> None:
        """Have a code mailed; the hosted service wants a solved captcha for it."""
    def register(self, new: Registration) -> None:
        """Make an account; sign in afterwards."""
    def sign_in(self, email: str, code: str) -> SignedIn:
        """Sign in with a code of the purpose LOGIN; needs and changes no token."""
    def reset_password(self, email: str, password: Secret, code: str) -> None:
        """Set another password with a code of the purpose RESET_PASSWORD."""

class BlockingProfile:
    """`Profile` whose methods wait for their answer."""
    def rename(self, name: str) -> None:
        """Take another user name; NameTaken if somebody has it."""
    def change_qq(self, qq: str) -> None:
        """Take another QQ number."""
    def change_avatar(self, url: str) -> None:
        """Take another picture; the service looks whether the address answers."""
    def change_password(self, old: Secret, new: Secret) -> None:
        """Set another password; the token stays as it is."""
    def renew_token(self, code: str = "") -> Secret | None:
        """Give the account another token; every saved configuration is dead then."""

class BlockingRewards:
    """`Rewards` whose methods wait for their answer."""
    def check_in(self, *, captcha: CaptchaProof | None = None) -> int:
        """Take the points of the day and return how many; 0 if that was done before."""
    def attendance(self) -> Attendance:
        """Return how the daily visits stand."""
    def redeem(self, code: Secret) -> Reward:
        """Use a gift card up and return what it gave."""
    def cards(self) -> builtins.list[UsedCard]:
        """Return the gift cards that the account has used."""

class BlockingTraffic:
    """`Traffic` whose methods wait for their answer."""
    def week(self) -> builtins.list[DayTraffic]:
        """Return the account's last seven days, the oldest first."""
    def of_tunnel(self, tunnel_id: TunnelId) -> TunnelTraffic:
        """Return a tunnel's last seven days; NotFound if the account has it not."""

class BlockingDomains:
    """`Domains` whose methods wait for their answer."""
    def available(self) -> builtins.list[FreeDomain]:
        """Return the domains under which names can be had."""
    def list(self) -> builtins.list[Subdomain]:
        """Return the account's names, of record types this version knows."""
    def create(self, spec: SubdomainSpec) -> None:
        """Take a name."""
    def update(
        self, name: Subdomain, *, target: str | None = None, ttl_s: int | None = None
    ) -> None:
        """Point a name elsewhere; what is not given stays, type and notes always do."""
    def delete(self, domain: str, record: str) -> None:
        """Give a name back; NotFound if the account has no such name."""

class BlockingMessages:
    """`Messages` whose methods wait for their answer."""
    def page(
        self, number: int = 1, *, size: int = 10, priority: int | None = None
    ) -> MessagePage:
        """Return some messages, newest first."""
    def search(self, keyword: str, number: int = 1, *, size: int = 10) -> MessagePage:
        """Return messages with that text in them."""
    def get(self, message_id: int) -> Message:
        """Return one message; NotFound if there is none."""

class BlockingLog:
    """`Log` whose methods wait for their answer."""
    def page(
        self,
        number: int = 1,
        *,
        size: int = 20,
        action: str = "",
        category: str = "",
        since: date | None = None,
        until: date | None = None,
    ) -> LogPage:
        """Return some lines, newest first; the service keeps 180 days."""

class BlockingPanel:
    """`Panel` whose methods wait for their answer."""
    def totals(self) -> Totals:
        """Return how many tunnels, nodes and users there are."""
    def load(self) -> Load:
        """Return how busy the machine of the API is; it answers without envelope."""

class BlockingDownloads:
    """`Downloads` whose methods wait for their answer."""
    def list(self) -> Programs:
        """Return bare programs with their checksums."""
    def archives(self, *, mirror: str = "") -> Archives:
        """Return the packed programs of the panel, at a mirror's address if given."""

class BlockingClient:
    """A `ServiceClient` for programs without an event loop."""

    account: BlockingAccounts
    tunnels: BlockingTunnels
    nodes: BlockingNodes
    registration: BlockingRegistrations
    profile: BlockingProfile
    rewards: BlockingRewards
    traffic: BlockingTraffic
    domains: BlockingDomains
    messages: BlockingMessages
    log: BlockingLog
    panel: BlockingPanel
    programs: BlockingDownloads
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
        """Open nothing yet."""
    def with_token(self, token: Secret | None) -> Self:
        """Return the same service for another account, over the same connections."""
    def with_credentials(self, credentials: Credentials | Keeper | None) -> Self:
        """Return the same service with these credentials; as `with_token` otherwise."""
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
