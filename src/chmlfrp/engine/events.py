"""What happened. Events that speak of a process carry the run they belong to."""

from dataclasses import dataclass

from chmlfrp.engine.state import GroupKey, TlsPolicy
from chmlfrp.model.network import Knock, NetworkState
from chmlfrp.model.reason import Reason
from chmlfrp.model.tunnel import Tunnel, TunnelId


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The service takes the token of this account."""

    account: int


@dataclass(frozen=True, slots=True)
class AccountLeft:
    """The person left this account: what is neither wanted nor running is forgotten."""

    account: int


@dataclass(frozen=True, slots=True)
class CoreFound:
    """The frpc to be used from the next launch on."""

    can_reload: bool
    retries_proxies: bool


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Settings that the engine must know."""

    tls: TlsPolicy
    seed: int | None = None
    """Spreads delays, differently on each machine."""


@dataclass(frozen=True, slots=True)
class NetworkChanged:
    """What this machine's network is like now."""

    network: NetworkState


@dataclass(frozen=True, slots=True)
class Woke:
    """The machine is awake again, after a sleep that may be of unknown length (0)."""

    slept_s: float


@dataclass(frozen=True, slots=True)
class WishesRead:
    """What was wanted when the daemon last ran."""

    account: int
    wanted: frozenset[TunnelId]


@dataclass(frozen=True, slots=True)
class RecordsArrived:
    """The account's tunnels, all of them."""

    account: int
    tunnels: tuple[Tunnel, ...]


@dataclass(frozen=True, slots=True)
class RecordsRecalled:
    """Tunnels as the service had them before; it has not answered yet."""

    account: int
    tunnels: tuple[Tunnel, ...]


@dataclass(frozen=True, slots=True)
class RecordsFailed:
    """The account's tunnels could not be read."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class StartRequested:
    """The person wants these up."""

    ids: frozenset[TunnelId]


@dataclass(frozen=True, slots=True)
class StopRequested:
    """The person wants these down."""

    ids: frozenset[TunnelId]


@dataclass(frozen=True, slots=True)
class RestartRequested:
    """The person wants these up, closed and opened once more."""

    ids: frozenset[TunnelId]


@dataclass(frozen=True, slots=True)
class EndRequested:
    """The daemon ends: all processes go, all wishes stay."""


@dataclass(frozen=True, slots=True)
class CoreStarted:
    """The process exists."""

    key: GroupKey
    run: int
    pid: int


@dataclass(frozen=True, slots=True)
class LaunchFailed:
    """There is no process; `retry_after_s` is what the service asked for."""

    key: GroupKey
    run: int
    reason: Reason
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class CoreExited:
    """The process is gone; the reason is the last thing it said that explains it."""

    key: GroupKey
    run: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Reloaded:
    """The core carries what it was told."""

    key: GroupKey
    run: int


@dataclass(frozen=True, slots=True)
class ReloadRefused:
    """The core still carries what it did before.

    `is_core_deaf`: it did not answer, so only a new process helps.
    """

    key: GroupKey
    run: int
    reason: Reason
    is_core_deaf: bool = False
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Connecting:
    """The core dials the node; `again` after a link that was lost."""

    key: GroupKey
    run: int
    again: bool = False
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The node took the account."""

    key: GroupKey
    run: int


@dataclass(frozen=True, slots=True)
class LoginFailed:
    """The node could not be reached or refused the account; the core may try again."""

    key: GroupKey
    run: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class ProxyOpened:
    """The node opened the public port or domain."""

    key: GroupKey
    run: int
    name: str


@dataclass(frozen=True, slots=True)
class ProxyRefused:
    """The node did not open it."""

    key: GroupKey
    run: int
    name: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class RefusalDisproved:
    """The core itself says that the port or domain is open, whatever its log said."""

    key: GroupKey
    run: int
    name: str


@dataclass(frozen=True, slots=True)
class LocalServiceFailed:
    """A visitor came and the published service did not answer."""

    key: GroupKey
    run: int
    name: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class LocalServiceAnswered:
    """The published service takes connections again."""

    id: TunnelId


@dataclass(frozen=True, slots=True)
class ReachSeen:
    """The public address was tried; a reason says that no visitor gets an answer.

    `until` is when it will be tried again, where that is worth showing.
    """

    id: TunnelId
    reason: Reason | None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class RetryDue:
    """The time armed for this run is over."""

    key: GroupKey
    run: int


@dataclass(frozen=True, slots=True)
class CheckDue:
    """The time armed to look at this run is over."""

    key: GroupKey
    run: int


@dataclass(frozen=True, slots=True)
class LinkSeen:
    """`is_stale`: the core's connections leave from an address that we no longer have."""

    key: GroupKey
    run: int
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Knocked:
    """What came of knocking at the node's door."""

    key: GroupKey
    run: int
    answer: Knock


@dataclass(frozen=True, slots=True)
class PulseMissed:
    """The core did not answer when it was asked how it is."""

    key: GroupKey
    run: int


@dataclass(frozen=True, slots=True)
class PulseFelt:
    """It answers again."""

    key: GroupKey
    run: int


@dataclass(frozen=True, slots=True)
class TookOffline:
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
