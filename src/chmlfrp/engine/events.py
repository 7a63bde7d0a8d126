"""What happened. Events that speak of a process carry the run they belong to."""

import msgspec

from chmlfrp.engine.state import GroupKey, TlsPolicy
from chmlfrp.model.network import Knock, NetworkState
from chmlfrp.model.reason import Reason
from chmlfrp.model.tunnel import Tunnel, TunnelId


class SignedIn(msgspec.Struct, frozen=True):
    """The service takes the token of this account."""

    account: int


class AccountLeft(msgspec.Struct, frozen=True):
    """The person left this account: what is neither wanted nor running is forgotten."""

    account: int


class CoreFound(msgspec.Struct, frozen=True):
    """The frpc to be used from the next launch on."""

    can_reload: bool
    retries_proxies: bool


class PolicySet(msgspec.Struct, frozen=True):
    """Settings that the engine must know."""

    tls: TlsPolicy
    seed: int | None = None
    """Spreads delays, differently on each machine."""


class NetworkChanged(msgspec.Struct, frozen=True):
    """What this machine's network is like now."""

    network: NetworkState


class Woke(msgspec.Struct, frozen=True):
    """The machine is awake again, after a sleep that may be of unknown length (0)."""

    slept_s: float


class WishesRead(msgspec.Struct, frozen=True):
    """What was wanted when the daemon last ran."""

    account: int
    wanted: frozenset[TunnelId]


class RecordsArrived(msgspec.Struct, frozen=True):
    """The account's tunnels, all of them."""

    account: int
    tunnels: tuple[Tunnel, ...]


class RecordsRecalled(msgspec.Struct, frozen=True):
    """Tunnels as the service had them before; it has not answered yet."""

    account: int
    tunnels: tuple[Tunnel, ...]


class RecordsFailed(msgspec.Struct, frozen=True):
    """The account's tunnels could not be read."""

    reason: Reason


class StartRequested(msgspec.Struct, frozen=True):
    """The person wants these up."""

    ids: frozenset[TunnelId]


class StopRequested(msgspec.Struct, frozen=True):
    """The person wants these down."""

    ids: frozenset[TunnelId]


class RestartRequested(msgspec.Struct, frozen=True):
    """The person wants these up, closed and opened once more."""

    ids: frozenset[TunnelId]


class EndRequested(msgspec.Struct, frozen=True):
    """The daemon ends: all processes go, all wishes stay."""


class CoreStarted(msgspec.Struct, frozen=True):
    """The process exists."""

    key: GroupKey
    run: int
    pid: int


class LaunchFailed(msgspec.Struct, frozen=True):
    """There is no process; `retry_after_s` is what the service asked for."""

    key: GroupKey
    run: int
    reason: Reason
    retry_after_s: float | None = None


class CoreExited(msgspec.Struct, frozen=True):
    """The process is gone; the reason is the last thing it said that explains it."""

    key: GroupKey
    run: int
    reason: Reason


class Reloaded(msgspec.Struct, frozen=True):
    """The core carries what it was told."""

    key: GroupKey
    run: int


class ReloadRefused(msgspec.Struct, frozen=True):
    """The core still carries what it did before.

    `is_core_deaf`: it did not answer, so only a new process helps.
    """

    key: GroupKey
    run: int
    reason: Reason
    is_core_deaf: bool = False
    retry_after_s: float | None = None


class Connecting(msgspec.Struct, frozen=True):
    """The core dials the node; `again` after a link that was lost."""

    key: GroupKey
    run: int
    again: bool = False
    reason: Reason | None = None


class LoggedIn(msgspec.Struct, frozen=True):
    """The node took the account."""

    key: GroupKey
    run: int


class LoginFailed(msgspec.Struct, frozen=True):
    """The node could not be reached or refused the account; the core may try again."""

    key: GroupKey
    run: int
    reason: Reason


class ProxyOpened(msgspec.Struct, frozen=True):
    """The node opened the public port or domain."""

    key: GroupKey
    run: int
    name: str


class ProxyRefused(msgspec.Struct, frozen=True):
    """The node did not open it."""

    key: GroupKey
    run: int
    name: str
    reason: Reason


class RefusalDisproved(msgspec.Struct, frozen=True):
    """The core itself says that the port or domain is open, whatever its log said."""

    key: GroupKey
    run: int
    name: str


class LocalServiceFailed(msgspec.Struct, frozen=True):
    """A visitor came and the published service did not answer."""

    key: GroupKey
    run: int
    name: str
    reason: Reason


class LocalServiceAnswered(msgspec.Struct, frozen=True):
    """The published service takes connections again."""

    id: TunnelId


class ReachSeen(msgspec.Struct, frozen=True):
    """The public address was tried; a reason says that no visitor gets an answer.

    `until` is when it will be tried again, where that is worth showing.
    """

    id: TunnelId
    reason: Reason | None
    until: float | None = None


class RetryDue(msgspec.Struct, frozen=True):
    """The time armed for this run is over."""

    key: GroupKey
    run: int


class CheckDue(msgspec.Struct, frozen=True):
    """The time armed to look at this run is over."""

    key: GroupKey
    run: int


class LinkSeen(msgspec.Struct, frozen=True):
    """`is_stale`: the core's connections leave from an address that we no longer have."""

    key: GroupKey
    run: int
    is_stale: bool


class Knocked(msgspec.Struct, frozen=True):
    """What came of knocking at the node's door."""

    key: GroupKey
    run: int
    answer: Knock


class PulseMissed(msgspec.Struct, frozen=True):
    """The core did not answer when it was asked how it is."""

    key: GroupKey
    run: int


class PulseFelt(msgspec.Struct, frozen=True):
    """It answers again."""

    key: GroupKey
    run: int


class TookOffline(msgspec.Struct, frozen=True):
    """The service was asked to end the session that holds something of ours."""

    key: GroupKey
    run: int


ConfigEvent = (
    SignedIn
    | AccountLeft
    | CoreFound
    | PolicySet
    | NetworkChanged
    | Woke
    | WishesRead
    | RecordsArrived
    | RecordsRecalled
    | RecordsFailed
    | StartRequested
    | StopRequested
    | RestartRequested
    | EndRequested
    | LocalServiceAnswered
    | ReachSeen
)

RunEvent = (
    CoreStarted
    | LaunchFailed
    | CoreExited
    | Reloaded
    | ReloadRefused
    | Connecting
    | LoggedIn
    | LoginFailed
    | ProxyOpened
    | ProxyRefused
    | RefusalDisproved
    | LocalServiceFailed
    | RetryDue
    | CheckDue
    | LinkSeen
    | Knocked
    | PulseMissed
    | PulseFelt
    | TookOffline
)

Event = ConfigEvent | RunEvent
