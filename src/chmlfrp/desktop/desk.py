"""What every page is given: the mirror, and the ways to speak to the person."""

from collections.abc import Callable
from dataclasses import dataclass

from chmlfrp.desktop.design.theme import Theme
from chmlfrp.desktop.mirror import Mirror


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The window as its pages see it."""

    mirror: Mirror
    theme: Theme
    go: Callable[[str, str], object]
    """Show the page of that name with something in it chosen (empty: nothing)."""
    toast: "Callable[[str, str, Callable[[], object] | None], object]"
    """Say something for a moment, with an action's name and the action, or "" and None."""
    new_tunnel: Callable[[], object]
    """Open the dialog that makes one."""
    import_tunnels: Callable[[], object]
    """Open it where tunnels are taken out of a file."""
