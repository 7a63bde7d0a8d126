"""What travels about tunnels that were deleted, and those that come from files."""

from chmlfrp.control.protocol import Message
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import Tunnel


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
