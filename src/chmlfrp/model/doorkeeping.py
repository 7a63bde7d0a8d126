"""Rules that are offered for what is dangerous to publish; pure."""

from msgspec.structs import replace

from chmlfrp.model.exposure import Danger, Exposed, Exposure
from chmlfrp.model.guard import Ban, Guard
from chmlfrp.model.tunnel import TunnelType

_GUESSED_AT = Guard(is_on=True, ban=Ban(after=5), new_per_minute=10, max_per_address=8)
"""A person needs few connections; a robot needs many, and short ones."""
_CLOSED = Guard(is_on=True, knock_hours=12)
"""Nobody whom the owner did not let in: what stands behind asks for no password."""
_PLAYED = Guard(is_on=True, new_per_minute=20, max_per_address=4)
"""Players come back often; robots come with many names at once."""


def suggested(found: Exposed, kind: TunnelType) -> Guard | None:
    """Return the rules for such a service, None where no rule helps.

    Web tunnels carry a connection for each request: what counts connections does not fit.
    """
    if found.danger is Danger.SEVERE:
        return _CLOSED
    if kind.is_web or kind is TunnelType.UDP:
        return None
    return _PLAYED if found.what is Exposure.MINECRAFT else _GUESSED_AT


def kept_with(guard: Guard, rules: Guard) -> Guard:
    """Return the rules, with what else had been decided about the guard."""
    return replace(
        rules, pass_on=guard.pass_on, inspects=guard.inspects, asleep=guard.asleep
    )
