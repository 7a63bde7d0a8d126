"""A link to the knock page as it is kept, and what it may be."""

import contextlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from chmlfrp.errors import InvalidInput
from chmlfrp.model.guard import Address, parse_address
from chmlfrp.model.secret import Secret

MOST_GRANTS = 1000
"""Of one link; what ends first is forgotten first."""
LONGEST_S = 365 * 24 * 3600
SHORTEST_S = 60
SHORTEST_PASSWORD = 6
LONGEST_PASSWORD = 1024


class Grant(msgspec.Struct, frozen=True, omit_defaults=True):
    """An address that was let in, and until when (seconds since 1970)."""

    address: str
    until: float
    taken: tuple[int, ...] = ()
    """Tunnels at which its pass was taken by hand."""


class Link(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One link as it is kept."""

    id: str
    tunnels: tuple[int, ...]
    digest: str
    """Of the password (scrypt) or of the token (SHA-256 of 192 random bits)."""
    salt: str = ""
    """Of a password."""
    made_at: float
    expires_at: float | None = None
    lasts_s: int
    uses_left: int | None = None
    grants: tuple[Grant, ...] = ()

    @property
    def has_password(self) -> bool:
        """Whether a password is asked for."""
        return bool(self.salt)

    def is_over(self, now: float) -> bool:
        """Whether nobody new can be let in."""
        is_late = self.expires_at is not None and self.expires_at <= now
        return is_late or self.uses_left == 0


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The file."""

    port: int | None = None
    """Where the page listens."""
    links: tuple[Link, ...] = ()


class Wanted(NamedTuple):
    """A link to be made; see `MakeKnock`."""

    tunnels: tuple[int, ...]
    password: Secret | None
    expires_s: int | None
    lasts_s: int
    uses: int | None


def check(wanted: Wanted) -> None:
    """Raise InvalidInput for the first value that cannot be."""
    if not wanted.tunnels:
        raise InvalidInput("a knock link opens at least one tunnel", field="tunnels")
    for field in ("expires_s", "lasts_s"):
        value = getattr(wanted, field)
        if value is not None and not SHORTEST_S <= value <= LONGEST_S:
            raise InvalidInput(
                f"{field} cannot be {value}",
                hint=f"between {SHORTEST_S} and {LONGEST_S} seconds",
                field=field,
            )
    if wanted.uses is not None and not 1 <= wanted.uses <= MOST_GRANTS:
        raise InvalidInput(
            f"uses cannot be {wanted.uses}",
            hint=f"between 1 and {MOST_GRANTS}",
            field="uses",
        )
    if wanted.password is not None:
        _check_password(len(wanted.password.reveal()))


def _check_password(length: int) -> None:
    if not SHORTEST_PASSWORD <= length <= LONGEST_PASSWORD:
        raise InvalidInput(
            "the password of a knock link is too short or too long",
            hint=f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters",
            field="password",
        )


def tidied(links: Iterable[Link], now: float) -> Iterable[Link]:
    """Return them without what is over."""
    for link in links:
        grants = tuple(grant for grant in link.grants if grant.until > now)
        if grants or not link.is_over(now):
            if grants == link.grants:
                yield link
            else:
                yield msgspec.structs.replace(link, grants=grants)


def passes(links: Iterable[Link]) -> Iterator[tuple[int, Address, float]]:
    """Return who may come to which tunnel, and until when; unknown addresses do not."""
    for link in links:
        for grant in link.grants:
            with contextlib.suppress(InvalidInput):
                address = parse_address(grant.address)
                for tunnel in link.tunnels:
                    if tunnel not in grant.taken:
                        yield tunnel, address, grant.until


def taken(link: Link, tunnel: int, address: str) -> Link:
    """Return the link with the pass of that address at that tunnel taken by hand."""
    grants = tuple(
        msgspec.structs.replace(grant, taken=(*grant.taken, tunnel))
        if grant.address == address and tunnel in {*link.tunnels} - {*grant.taken}
        else grant
        for grant in link.grants
    )
    return msgspec.structs.replace(link, grants=grants)


def without(link: Link, tunnel: int) -> Link:
    """Return the link without a tunnel that is no more."""
    left = tuple(each for each in link.tunnels if each != tunnel)
    return link if left == link.tunnels else msgspec.structs.replace(link, tunnels=left)
