"""From names and numbers to tunnels."""

from collections.abc import Sequence

from chmlfrp.cli.door import asked_again, fresh
from chmlfrp.cli.tunnel.pick import need_account, pick
from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import Snapshot, TunnelView
from chmlfrp.errors import InvalidInput


def check_choice(names: Sequence[str], *, every: bool) -> None:
    """Raise InvalidInput unless tunnels or all of them were named."""
    if every and names:
        raise InvalidInput("name tunnels, or say --all, not both", field="tunnel")
    if not every and not names:
        raise InvalidInput("name a tunnel, or say --all", field="tunnel")


async def find(
    client: ControlClient, names: Sequence[str], *, every: bool = False
) -> tuple[Snapshot, list[TunnelView]]:
    """Return the tunnels named, or all, and the snapshot they are from."""
    snapshot = await fresh(client) if every else await client.snapshot()
    if any(not _is_known(snapshot, name) for name in names):
        snapshot = await asked_again(client, snapshot)
    need_account(snapshot)
    if every:
        return snapshot, list(snapshot.tunnels.values())
    views = [pick(snapshot, name) for name in dict.fromkeys(names)]
    return snapshot, list({view.id: view for view in views}.values())


def _is_known(snapshot: Snapshot, name: str) -> bool:
    return any(name in (view.name, str(view.id)) for view in snapshot.tunnels.values())
