"""What travels through the door: commands, answers and the frames of a watch.

A watch is one Snapshot and then numbered Changes. A gap in the numbers, another epoch or
FellBehind means: watch again. Daemon and faces share `apply`, so they cannot disagree.
Unknown fields are ignored by both sides; `PROTOCOL` changes when that is not enough.
"""

from enum import StrEnum
from typing import TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from chmlfrp.model.account import Account
from chmlfrp.model.failover import Failover
from chmlfrp.model.guard import Guard
from chmlfrp.model.health import HealthItem
from chmlfrp.model.ladder import Ladder, Summary, summarise
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.reason import Reason
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel, TunnelSpec, TunnelType

PROTOCOL = 1
PROTOCOL_HEADER = "x-chmlfrp-protocol"


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Anything that travels; compared by value."""


# Views: what the daemon says of itself and of the account.


class SessionState(StrEnum):
    """Whether the daemon may speak to the service for somebody."""

    SIGNED_OUT = "signed_out"
    SIGNED_IN = "signed_in"
    REFUSED = "refused"
    """The service no longer takes the token; running tunnels go on."""


class Problem(Message, frozen=True, kw_only=True):
    """An error on its way through the door; see `chmlfrp.errors`."""

    code: str
    message: str
    hint: str = ""
    field: str = ""
    service_code: int = 0
    service_message: str = ""
    retry_after_s: float | None = None


class DaemonView(Message, frozen=True, kw_only=True):
    """Who answers."""

    version: str
    protocol: int
    pid: int
    home: str
    """Where this instance keeps its state."""
    secrets_in: str = ""
    """`keyring` or `file`."""
    notices: tuple[Problem, ...] = ()
    """What was wrong at the start and did not keep it from starting."""


class KnownAccount(Message, frozen=True, kw_only=True):
    """An account that is signed in and not in front."""

    id: int
    name: str


class SessionView(Message, frozen=True, kw_only=True):
    """The account and whether the service was there when last asked."""

    state: SessionState = SessionState.SIGNED_OUT
    service_url: str = ""
    account: Account | None = None
    trouble: Reason | None = None
    """Why the last look at the service failed; None after a good one."""
    seen_at: float | None = None
    """When the tunnel list was last good, on the daemon's clock."""
    others: tuple[KnownAccount, ...] = ()
    """Those that can be put in front without signing in; their wanted tunnels go on."""


class TunnelView(Message, frozen=True, kw_only=True):
    """One tunnel: the wish, the facts and the address."""

    id: int
    account: int = 0
    """Whose it is."""
    name: str = ""
    tunnel: Tunnel | None = None
    wanted: bool = False
    ladder: Ladder = Ladder()
    address: str | None = None
    """What a visitor types, None while it is not known."""
    is_link_encrypted: bool | None = None
    """Whether frpc speaks TLS to the node; None while there is no link."""
    restarts: int = 0
    """How often the core came to an end by itself since the tunnel was last stable."""
    is_slow: bool = False
    """The next start waits because too many came before it in ten minutes."""
    held_until: float | None = None
    """Until when our own last session may be what holds the name or port."""
    pid: int | None = None
    cached_at: float | None = None
    """When the service said what the record holds, in seconds since 1970; None unless
    the record is from the cache."""
    options: TunnelOptions = TunnelOptions()
    """What was decided about it beyond its record."""

    @property
    def summary(self) -> Summary:
        """One word for wish and ladder."""
        return summarise(self.wanted, self.ladder)


class Snapshot(Message, frozen=True, kw_only=True, tag="snapshot"):
    """All there is, at one moment."""

    epoch: str
    """New at each start of the daemon."""
    seq: int
    now: float
    """The daemon's clock, in seconds; `until` on a rung is measured on it."""
    daemon: DaemonView
    session: SessionView
    tunnels: dict[int, TunnelView] = {}
    health: tuple[HealthItem, ...] = ()
    """What is the matter, the worst first; causes and not their consequences."""


class Change(Message, frozen=True, kw_only=True, tag="change"):
    """What is different since the frame before; None stands for a tunnel that is gone."""

    seq: int
    now: float
    session: SessionView | UnsetType = UNSET
    tunnels: dict[int, TunnelView | None] = {}
    health: tuple[HealthItem, ...] | UnsetType = UNSET


class FellBehind(Message, frozen=True, kw_only=True, tag="fell_behind"):
    """This reader was too slow; nothing more comes on this watch."""


Frame = Snapshot | Change | FellBehind


def apply(snapshot: Snapshot, change: Change) -> Snapshot:
    """Return the snapshot after the change; the caller has checked the number."""
    tunnels = dict(snapshot.tunnels)
    for tunnel_id, view in change.tunnels.items():
        if view is None:
            tunnels.pop(tunnel_id, None)
        else:
            tunnels[tunnel_id] = view
    session = snapshot.session if change.session is UNSET else change.session
    return msgspec.structs.replace(
        snapshot,
        seq=change.seq,
        now=change.now,
        session=session,
        tunnels=tunnels,
        health=snapshot.health if change.health is UNSET else change.health,
    )


# Commands and their answers.


class PasswordSignIn(Message, frozen=True, kw_only=True, tag="password"):
    """Sign in by user name, e-mail or QQ number."""

    name: str
    password: Secret


class TokenSignIn(Message, frozen=True, kw_only=True, tag="token"):
    """Sign in by a pasted user token."""

    token: Secret


SignIn = PasswordSignIn | TokenSignIn


class CreateTunnel(Message, frozen=True, kw_only=True):
    """A tunnel to be made; what is left out the daemon chooses."""

    node: str
    type: TunnelType
    local_port: int
    local_host: str = "127.0.0.1"
    name: str | None = None
    """None: eight random letters and digits."""
    remote_port: int | None = None
    """None for tcp and udp: a free port of the node's range."""
    domain: str | None = None
    encryption: bool = False
    compression: bool = False
    extra: str = ""
    guard: Guard | None = None
    """Rules that hold before anybody comes; None: as the settings have it."""
    start: bool = False


class EditTunnel(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Changes to a tunnel; what is unset stays as it is."""

    name: str | UnsetType = UNSET
    node: str | UnsetType = UNSET
    type: TunnelType | UnsetType = UNSET
    local_host: str | UnsetType = UNSET
    local_port: int | UnsetType = UNSET
    remote_port: int | UnsetType | None = UNSET
    domain: str | UnsetType | None = UNSET
    encryption: bool | UnsetType = UNSET
    compression: bool | UnsetType = UNSET
    extra: str | UnsetType = UNSET


class Difference(Message, frozen=True, kw_only=True):
    """One field before and after."""

    field: str
    before: str | int | bool | None
    after: str | int | bool | None


class Edited(Message, frozen=True, kw_only=True):
    """What an edit came to; no differences means nothing was sent."""

    tunnel: Tunnel
    differences: tuple[Difference, ...] = ()


class NodeView(Message, frozen=True, kw_only=True):
    """A node of the public list with how busy it is; offline ones are in it too."""

    id: int
    name: str
    is_online: bool
    is_vip: bool = False
    area: str = ""
    notes: str = ""
    is_in_mainland: bool | None = None
    """None where only the statistics know the node, as for offline ones."""
    allows_web: bool | None = None
    allows_udp: bool | None = None
    clients: int = 0
    tunnels: int = 0
    connections: int = 0
    cpu_percent: float = 0.0
    bandwidth_percent: float = 0.0
    is_favourite: bool = False
    latency_ms: float | None = None
    """From this machine, the median of the last measurements; None: not measured."""
    latency_at: float | None = None
    """Seconds since 1970 of the last one."""


class FailoverView(Message, frozen=True, kw_only=True):
    """How a tunnel's failover stands, and what it would do if its node failed now."""

    plan: Failover
    verdict: str
    """As `engine.failover.Verdict` has it."""
    until: float | None = None
    """When the verdict may change, on the daemon's clock."""
    node: str
    home: str
    """The node that the person chose."""
    would_move_to: str | None = None
    would_keep_port: bool | None = None
    """Whether that node lends the same public port; None without a node."""
    moves_last_hour: int = 0


class LogLine(Message, frozen=True, kw_only=True):
    """One line of a core, colours stripped, tokens masked."""

    seq: int
    at: float
    """Seconds since 1970."""
    tunnel: str | None = None
    """The tunnel it speaks of, None for the core as a whole."""
    node: str = ""
    level: str = ""
    text: str


class TunnelIds(Message, frozen=True, kw_only=True):
    """The tunnels that a command is for."""

    ids: tuple[int, ...]


class Accepted(Message, frozen=True, kw_only=True):
    """The command was taken; what becomes of it is seen on the watch."""


T = TypeVar("T")


def differences(before: TunnelSpec, after: TunnelSpec) -> tuple[Difference, ...]:
    """Return the fields in which the two differ, in the order of the spec."""
    return tuple(
        Difference(
            field=field, before=getattr(before, field), after=getattr(after, field)
        )
        for field in TunnelSpec.__struct_fields__
        if getattr(before, field) != getattr(after, field)
    )


def encode(message: object) -> bytes:
    """Return the message as JSON; a Secret inside a command is written out."""
    return msgspec.json.encode(message, enc_hook=_reveal)


def decode(kind: type[T], body: bytes) -> T:
    """Return the message of that type, or raise msgspec.ValidationError/DecodeError."""
    return msgspec.json.decode(body, type=kind, dec_hook=_conceal)


def _reveal(value: object) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    raise NotImplementedError(f"{type(value).__name__} does not travel")


def _conceal(kind: type, value: object) -> Secret:
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise NotImplementedError(f"{kind.__name__} does not travel")
