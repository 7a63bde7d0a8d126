"""What is to be done. The daemon answers each with events."""

from collections.abc import Mapping
from dataclasses import dataclass

from chmlfrp.engine.state import GroupKey
from chmlfrp.model.tunnel import Tunnel, TunnelId


@dataclass(frozen=True, slots=True)
class Launch:
    """Start a process that carries these; answer CoreStarted or LaunchFailed."""

    key: GroupKey
    run: int
    tunnels: Mapping[TunnelId, Tunnel]
    tls: bool


@dataclass(frozen=True, slots=True)
class Reload:
    """Make the process carry exactly these; answer Reloaded or ReloadRefused.

    Members in `reopen` are closed first and opened again.
    """

    key: GroupKey
    run: int
    tunnels: Mapping[TunnelId, Tunnel]
    reopen: frozenset[TunnelId] = frozenset()


@dataclass(frozen=True, slots=True)
class Stop:
    """End the process or the launch under way; answer CoreExited or LaunchFailed."""

    key: GroupKey
    run: int


@dataclass(frozen=True, slots=True)
class ArmRetry:
    """Answer RetryDue after the delay; replaces the one armed before."""

    key: GroupKey
    run: int
    delay_s: float


@dataclass(frozen=True, slots=True)
class ArmCheck:
    """Answer CheckDue after the delay; replaces the one armed before."""

    key: GroupKey
    run: int
    delay_s: float


@dataclass(frozen=True, slots=True)
class LookAtLink:
    """Answer LinkSeen: whether the process's connections leave from addresses of ours."""

    key: GroupKey
    run: int
    pid: int


@dataclass(frozen=True, slots=True)
class KnockAtNode:
    """Answer Knocked: whether the node takes connections where the core dials it."""

    key: GroupKey
    run: int


@dataclass(frozen=True, slots=True)
class TakeOffline:
    """Ask the service to end whatever session holds these; then answer TookOffline."""

    key: GroupKey
    run: int
    tunnels: Mapping[TunnelId, Tunnel]


@dataclass(frozen=True, slots=True)
class SaveWishes:
    """Put on disk what is wanted."""

    account: int
    wanted: frozenset[TunnelId]


@dataclass(frozen=True, slots=True)
class RefreshRecords:
    """Look at the account's tunnels soon: something does not fit what is known."""


Effect = (
    Launch
    | Reload
    | Stop
    | ArmRetry
    | ArmCheck
    | LookAtLink
    | KnockAtNode
    | TakeOffline
    | SaveWishes
    | RefreshRecords
)
