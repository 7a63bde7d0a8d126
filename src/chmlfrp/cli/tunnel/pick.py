"""One tunnel out of a snapshot."""

from chmlfrp.control.protocol import SessionState, Snapshot, TunnelView
from chmlfrp.errors import InvalidInput, NotFound, SignInRequired


def pick(snapshot: Snapshot, name: str) -> TunnelView:
    """Return the tunnel of that name or number.

    Raises:
        NotFound: the account has none.
        InvalidInput: it is the name of one and the number of another.
    """
    views = [v for v in snapshot.tunnels.values() if name in (v.name, str(v.id))]
    if not views:
        raise NotFound(
            f"the account has no tunnel {name}",
            hint="chmlfrp tunnel list",
            field="tunnel",
        )
    if len(views) > 1:
        found = ", ".join(f"{v.id} ({v.name})" for v in views)
        raise InvalidInput(
            f"tunnel {name} is not clear: {found}",
            hint="name it by its id",
            field="tunnel",
        )
    return views[0]


def need_account(snapshot: Snapshot) -> None:
    """Raise SignInRequired where nothing is known because nobody is signed in."""
    if snapshot.session.state is SessionState.SIGNED_OUT and not snapshot.tunnels:
        raise SignInRequired("nobody is signed in", hint="chmlfrp login")
