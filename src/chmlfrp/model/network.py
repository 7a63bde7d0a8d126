"""What this machine's network is like, and that the machine slept."""

from enum import StrEnum
from ipaddress import ip_address

import msgspec


class NetworkState(msgspec.Struct, frozen=True, kw_only=True):
    """The network at one moment, as far as the machine itself can tell."""

    is_up: bool
    """An interface that leads off this machine has a link and an address."""
    has_default_route: bool
    """There is a way to where the service and the nodes are."""
    addresses: tuple[str, ...] = ()
    """Our own addresses on that way, IPv4 first."""
    resolves: bool | None = None
    """Whether names are looked up; None where that was not tried."""
    interface: str = ""
    """The interface of the first address, empty without one."""

    @property
    def is_usable(self) -> bool:
        """Whether there is any use in dialling."""
        return self.is_up and self.has_default_route

    @property
    def leads_off(self) -> bool:
        """Whether the way leads off this machine."""
        return any(not ip_address(each).is_loopback for each in self.addresses)


class Wake(msgspec.Struct, frozen=True, kw_only=True):
    """The machine is awake again."""

    slept_s: float
    """For how long it slept, 0 where that is not known."""


class Knock(StrEnum):
    """What one knock at a TCP port came to."""

    OPEN = "open"
    REFUSED = "refused"
    """The machine is there and nothing listens."""
    SILENT = "silent"
    """Nobody said anything, or there is no way there."""
