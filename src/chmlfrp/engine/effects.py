"""What is to be done. The daemon answers each with events."""

from collections.abc import Mapping

import msgspec

from chmlfrp.engine.state import GroupKey
from chmlfrp.model.tunnel import Tunnel, TunnelId


class Launch(msgspec.Struct, frozen=True):
    """Start a process that carries these; answer CoreStarted or LaunchFailed."""

    key: GroupKey
    run: int
    tunnels: Mapping[TunnelId, Tunnel]
    tls: bool


class Reload(msgspec.Struct, frozen=True):
    """Make the process carry exactly these; answer Reloaded or ReloadRefused.

    Members in `reopen` are closed first and opened again.
    """

    key: GroupKey
    run: int
    tunnels: Mapping[TunnelId, Tunnel]
    reopen: frozenset[TunnelId] = frozenset()


class Stop(msgspec.Struct, frozen=True):
    """End the process or the launch under way; answer CoreExited or LaunchFailed."""

    key: GroupKey
    run: int


class ArmRetry(msgspec.Struct, frozen=True):
    """Answer RetryDue after the delay; replaces the one armed before."""

    key: GroupKey
    run: int
    delay_s: float


class ArmCheck(msgspec.Struct, frozen=True):
    """Answer CheckDue after the delay; replaces the one armed before."""

    key: GroupKey
    run: int
    delay_s: float


class LookAtLink(msgspec.Struct, frozen=True):
    """Answer LinkSeen: whether the process's connections leave from addresses of ours."""

    key: GroupKey
    run: int
    pid: int


class KnockAtNode(msgspec.Struct, frozen=True):
    """Answer Knocked: whether the node takes connections where the core dials it."""

    key: GroupKey
    run: int


class TakeOffline(msgspec.Struct, frozen=True):
    """Ask the service to end whatever session holds these; then answer TookOffline."""

    key: GroupKey
    run: int
    tunnels: Mapping[TunnelId, Tunnel]


class SaveWishes(msgspec.Struct, frozen=True):
    """Put on disk what is wanted."""

    account: int
    wanted: frozenset[TunnelId]


class RefreshRecords(msgspec.Struct, frozen=True):
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
