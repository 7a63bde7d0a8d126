"""What travels about tunnels that were deleted, and those that come from files."""

from chmlfrp.control.protocol import CreateTunnel, Message
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel
from chmlfrp.model.tunnelfile import ImportNote


class DeletedTunnel(Message, frozen=True, kw_only=True):
    """A tunnel as it was when it was deleted here."""

    number: int
    """By which it is asked for; larger is later."""
    at: float
    """Seconds since 1970."""
    tunnel: Tunnel
    options: TunnelOptions = TunnelOptions()
    was_wanted: bool = False


class RestoreTunnel(Message, frozen=True, kw_only=True):
    """Make a deleted tunnel again."""

    start: bool = False
    any_port: bool = False
    """Take a free port of the node where somebody else has the old one by now."""


class ReadTunnels(Message, frozen=True, kw_only=True):
    """Say what a file holds; nothing is created."""

    text: Secret
    """An frpc.ini, an frpc.toml or an export; the first two hold tokens."""


class FoundTunnel(Message, frozen=True, kw_only=True):
    """A tunnel of the file."""

    section: str
    """What the file calls it."""
    command: CreateTunnel | None = None
    """What would create it, with an empty node where one has to be chosen; None: no
    such tunnel can be had."""
    options: TunnelOptions = TunnelOptions()
    notes: tuple[ImportNote, ...] = ()
