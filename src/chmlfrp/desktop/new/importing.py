"""Reads a file without showing it, and makes tunnels one after the other."""

from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from chmlfrp.control.client import ControlClient
from chmlfrp.desktop.new.make import Plan, make
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.model.secret import Secret

MOST_BYTES = 1 << 20
"""No configuration is longer; the daemon takes half as many letters."""


class Outcome(NamedTuple):
    """What became of a row; neither flag nor error: it is being made."""

    place: int
    is_made: bool = False
    error: ChmlFrpError | None = None


def text_of(path: Path) -> Secret:
    """Return what is in the file.

    Raises:
        InvalidInput: it cannot be read, or is too long to be a configuration.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as exc:
        message = f"{path.name} cannot be read: {exc.strerror}"
        raise InvalidInput(message, field="file") from exc
    if len(raw) > MOST_BYTES:
        raise InvalidInput("the file is too long", field="file")
    return Secret(raw.decode("utf-8-sig", "replace"))


async def make_all(
    client: ControlClient,
    plans: Iterable[tuple[int, Plan]],
    *,
    is_given_up: Callable[[], bool],
) -> AsyncIterator[Outcome]:
    """Yield what becomes of each; one that fails leaves nothing of it behind.

    Giving up lets the one under way finish, and keeps those that were made.
    """
    for place, plan in plans:
        if is_given_up():
            return
        yield Outcome(place)
        try:
            async for _ in make(client, plan, is_given_up=lambda: False):
                pass
        except ChmlFrpError as error:
            yield Outcome(place, error=error)
        else:
            yield Outcome(place, is_made=True)
