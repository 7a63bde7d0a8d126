"""Sentences that are put together from the daemon's codes."""

from chmlfrp.control.protocol import Snapshot
from chmlfrp.desktop.text import cut_commands
from chmlfrp.model.health import HealthItem
from chmlfrp.words.health import word_health


def health_subject(item: HealthItem) -> int | None:
    """Return the tunnel that it is about, None if it is about none."""
    subject = item.key.subject
    is_tunnel = item.key.code.startswith("tunnel.") and subject.isdigit()
    return int(subject) if is_tunnel else None


def health_text(item: HealthItem, snapshot: Snapshot | None) -> str:
    """Return the matter in words, with the tunnel's name."""
    subject = health_subject(item)
    view = snapshot.tunnels.get(subject) if snapshot and subject is not None else None
    return cut_commands(word_health(item, name=view.name if view else ""))
