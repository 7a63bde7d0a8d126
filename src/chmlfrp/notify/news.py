"""From one snapshot to the next: what is worth telling somebody who is not looking."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chmlfrp.control.protocol import Snapshot, TunnelView
from chmlfrp.local.settings import NotifyLevel
from chmlfrp.model.health import HealthItem, HealthKey, Severity
from chmlfrp.words.failover import word_moved
from chmlfrp.words.health import word_health, word_over
from chmlfrp.words.language import say

Told = Mapping[HealthKey, HealthItem]
"""What was told and is not over yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message, worded."""

    title: str
    body: str
    is_bad: bool


def is_loud_enough(item: HealthItem, level: NotifyLevel) -> bool:
    """Return whether people at that level want to hear of it."""
    if level == "off":
        return False
    return item.severity is Severity.ERROR or level == "warning"


def news(
    told: Told, snapshot: Snapshot, level: NotifyLevel
) -> tuple[Told, list[Notice]]:
    """Return what counts as told from now on, and the messages.

    Something that is over is told only if its beginning was.
    """
    loud = {i.key: i for i in snapshot.health if is_loud_enough(i, level)}
    now = {i.key: i for i in snapshot.health}
    notices = [*_begun(told, loud, snapshot), *_over(told, now, snapshot)]
    still = {key: item for key, item in told.items() if key in now}
    return still | loud, notices


def moves(before: Snapshot, after: Snapshot, level: NotifyLevel) -> list[Notice]:
    """Return a message for each tunnel that failover took to another node."""
    if level == "off":
        return []
    return [
        Notice(
            title=_title(after), body=word_moved(_called(view), old, new), is_bad=False
        )
        for i, view in after.tunnels.items()
        if view.options.failover.is_on
        and (old := _node(before.tunnels.get(i)))
        and (new := _node(view))
        and old != new
    ]


def _node(view: TunnelView | None) -> str:
    return view.tunnel.node if view and view.tunnel else ""


def _called(view: TunnelView) -> str:
    where = f" ({view.address})" if view.address else ""
    return f"{view.name or f'#{view.id}'}{where}"


def _begun(told: Told, loud: Told, snapshot: Snapshot) -> Iterator[Notice]:
    for key, item in loud.items():
        if key not in told:
            body = word_health(item, name=_name(key, snapshot))
            yield Notice(title=_title(snapshot), body=body, is_bad=True)


def _over(told: Told, now: Told, snapshot: Snapshot) -> Iterator[Notice]:
    for key in told:
        if key not in now:
            body = word_over(key, name=_name(key, snapshot))
            yield Notice(title=_title(snapshot), body=body, is_bad=False)


def _title(snapshot: Snapshot) -> str:
    account = snapshot.session.account
    whose = f" · {account.name}" if account else ""
    return f"ChmlFrp{whose}"


def _name(key: HealthKey, snapshot: Snapshot) -> str:
    if not key.subject.isdigit():
        return key.subject
    view = snapshot.tunnels.get(int(key.subject))
    return view.name if view and view.name else f"#{key.subject}"


def merged(notices: list[Notice]) -> Notice:
    """Return one message in the place of several."""
    first = notices[0]
    lines = "\n".join(notice.body for notice in notices)
    count = say(f"{len(notices)} 条消息", f"{len(notices)} messages")
    return Notice(
        title=f"{first.title} · {count}",
        body=lines,
        is_bad=any(notice.is_bad for notice in notices),
    )
