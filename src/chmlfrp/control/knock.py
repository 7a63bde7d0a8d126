"""What travels of the knock page and its links."""

from chmlfrp.control.protocol import Message
from chmlfrp.model.secret import Secret

HOUR_S = 3600
DAY_S = 24 * HOUR_S


class MakeKnock(Message, frozen=True, kw_only=True):
    """A link that lets whoever opens it connect for a while."""

    tunnels: tuple[int, ...]
    password: Secret | None = None
    """None: nothing is asked, the link itself is the secret."""
    expires_s: int | None = DAY_S
    """For how long it can be opened; None: until it is revoked."""
    lasts_s: int = 12 * HOUR_S
    """For how long an address may come after that."""
    uses: int | None = None
    """How many addresses it lets in; None: one, or with a password as many as come."""


class KnockView(Message, frozen=True, kw_only=True):
    """A link; times in seconds since 1970."""

    id: str
    tunnels: tuple[int, ...]
    names: tuple[str, ...] = ()
    """Of the tunnels, as far as they are known."""
    has_password: bool
    made_at: float
    expires_at: float | None = None
    lasts_s: int
    uses_left: int | None = None
    """None: as many as come."""
    admitted: int = 0
    """Addresses that may come at present because of it."""
    url: str = ""
    """Empty without a page, and where the link itself is the secret."""


class KnockMade(Message, frozen=True, kw_only=True):
    """A new link; what opens it is said this once."""

    link: KnockView
    path: Secret
    """Below the address of whatever tunnel leads to the page."""
    url: Secret
    """Empty without a page."""
    open_tunnels: tuple[int, ...] = ()
    """Those that let people in without a knock as well."""


class KnockRevoked(Message, frozen=True, kw_only=True):
    """What came to an end with a link."""

    id: str
    admitted: int
    """Addresses that may come no more."""
    ended: int
    """Connections that were cut."""


class OpenPage(Message, frozen=True, kw_only=True):
    """Have the page answer, and publish it if a node is named."""

    node: str = ""
    name: str | None = None
    domain: str | None = None
    """An http tunnel; without it a tcp tunnel."""
    remote_port: int | None = None


class PageView(Message, frozen=True, kw_only=True):
    """Where the knock page is."""

    host: str = "127.0.0.1"
    port: int | None = None
    """On this machine; None: it was never wanted."""
    is_open: bool = False
    """Whether it listens there."""
    tunnel: int | None = None
    """Which leads to it."""
    name: str = ""
    url: str = ""
    is_guarded: bool = False
    """Whether that tunnel's guard is on; without it the page cannot see who comes."""
