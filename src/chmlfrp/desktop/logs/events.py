"""What happened: to all, or to one tunnel."""

import time

from chmlfrp.control.timeline import Happened, TimelineEvent
from chmlfrp.desktop.design.loglines import LogLines
from chmlfrp.desktop.design.ring import LogRow, Passes
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.logs.feed import Feed
from chmlfrp.desktop.logs.panel import LinesPanel
from chmlfrp.desktop.text import t
from chmlfrp.model.ladder import Summary
from chmlfrp.words.timeline import word_event

DAY_S = 86400.0
KINDS: dict[str, frozenset[Happened]] = {
    "all": frozenset(Happened),
    "trouble": frozenset({Happened.HEALTH_BEGAN, Happened.HEALTH_ENDED}),
    "tunnels": frozenset({Happened.TUNNEL, Happened.TUNNEL_GONE}),
    "rest": frozenset(
        {Happened.SESSION, Happened.DAEMON_STARTED, Happened.DAEMON_ENDED}
    ),
}
DAYS = ("1", "7", "30")
_LEVELS = {
    Summary.UP: "good",
    Summary.FAILED: "error",
    Summary.WAITING: "warn",
    Summary.STARTING: "debug",
    Summary.STOPPING: "debug",
}


class EventPanel(LinesPanel):
    """Events of the last days, and those to come while it is read."""

    kind = "events"

    def __init__(self, desk: Desk, *, is_merged: bool) -> None:
        """is_merged: of all tunnels and of what is no tunnel."""
        lines = LogLines(t("page.events"), clock="%m-%d %H:%M:%S", has_dots=True)
        super().__init__(desk, lines, is_compact=not is_merged)
        self._number: int | None = None
        self._feed: Feed[TimelineEvent] = Feed(
            desk.mirror,
            self,
            each=self._take,
            failed=self.show_failed,
            begun=self._begin,
        )
        self.what = self.add_choice(
            t("events.kind"), {kind: t(f"events.kind.{kind}") for kind in KINDS}
        )
        self.what.setVisible(is_merged)
        self.days = self.add_choice(
            t("events.days"), {days: t(f"events.days.{days}") for days in DAYS}
        )
        self.days.setCurrentIndex(1)
        self.days.currentIndexChanged.connect(self._again)
        self.show_none()

    def show_tunnel(self, number: int) -> None:
        """Show the events of this one alone."""
        if number != self._number:
            self._number = number
            self._feed.stop()

    def read(self) -> None:
        """Read from now on, if it is not read already."""
        if not self._feed.is_open:
            since = time.time() - float(self.days.currentData()) * DAY_S
            self._feed.start(lambda c: c.events(since=since, follow=True))

    def close_stream(self) -> None:
        """Read nothing any more."""
        self._feed.stop()

    def passes(self) -> Passes | None:
        """Return what the kind lets through."""
        kinds = KINDS[self.what.currentData()]
        if len(kinds) == len(Happened):
            return None
        return lambda row: row.kind in kinds

    def filtered_by(self) -> list[str]:
        """Return span and kind."""
        return [self.days.currentText(), self.what.currentText()]

    def _again(self) -> None:
        if self.isVisible():
            self._feed.stop()
            self.read()

    def _begin(self) -> None:
        self.lines.clear()
        self.show_none()

    def _take(self, events: list[TimelineEvent]) -> None:
        self.put([self._row(e) for e in events if self._is_wanted(e)])

    def _is_wanted(self, event: TimelineEvent) -> bool:
        if self._number is None:
            return True
        subject = event.health.subject if event.health else ""
        is_tunnels = event.health is not None and event.health.code.startswith("tunnel")
        is_about = is_tunnels and subject == str(self._number)
        return event.tunnel == self._number or is_about

    def _row(self, event: TimelineEvent) -> LogRow:
        text = word_event(
            event.kind,
            name="" if self._number is not None else self._name(event),
            summary=event.summary,
            session=event.session,
            health=event.health,
            reason=event.reason,
        )
        return LogRow(_level(event), text, event.at, event.name, event.kind)

    def _name(self, event: TimelineEvent) -> str:
        if event.name or event.health is None:
            return event.name
        snapshot = self.desk.mirror.snapshot
        subject = event.health.subject
        if snapshot is None or not subject.isdigit():
            return ""
        view = snapshot.tunnels.get(int(subject))
        return view.name if view else ""


def _level(event: TimelineEvent) -> str:
    match event.kind:
        case Happened.HEALTH_BEGAN:
            return "error"
        case Happened.HEALTH_ENDED:
            return "good"
        case Happened.TUNNEL if event.summary is not None:
            return _LEVELS.get(event.summary, "info")
        case _:
            return "info"
