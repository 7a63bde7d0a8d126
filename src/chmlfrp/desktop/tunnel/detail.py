"""All about one tunnel: Status, Log, Settings, Events."""

import time

from PySide6.QtWidgets import QFrame, QTabWidget

from chmlfrp.control.protocol import LogLine, TunnelView
from chmlfrp.control.timeline import Happened, TimelineEvent
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.loglines import LogLines, LogRow
from chmlfrp.desktop.design.tokens import L, M
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import Elided, column, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import error_title, t
from chmlfrp.desktop.tunnel.settings import SettingsTab
from chmlfrp.desktop.tunnel.status import StatusTab
from chmlfrp.errors import ChmlFrpError
from chmlfrp.words.ladder import word_summary
from chmlfrp.words.reason import REASONS

TAIL = 500
EVENTS_OF_S = 7 * 86400.0
TABS = ("status", "log", "settings", "events")


class Detail(QFrame):
    """The pane beside the list; streams run only while their tab is seen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._desk = desk
        self._view: TunnelView | None = None
        self._stream: Call | None = None
        self.name = Elided(role="heading")
        self.status = StatusTab(desk)
        self.log = LogLines(t("tunnels.tab.log"))
        self.log_stage = Stage(self.log)
        self.settings = SettingsTab(desk)
        self.events = LogLines(t("tunnels.tab.events"))
        self.events_stage = Stage(self.events)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        rooms = (self.status, self.log_stage, self.settings, self.events_stage)
        for key, room in zip(TABS, rooms, strict=True):
            self.tabs.addTab(room, t(f"tunnels.tab.{key}"))
        self.tabs.currentChanged.connect(self._read)
        self.setMinimumWidth(330)
        head = line(margins=(0, 0, 0, 0))
        head.addWidget(self.name, 1)
        self.head = head
        body = column(head, margins=(L, L, L, M))
        body.addWidget(self.tabs, 1)
        self.setLayout(body)

    @property
    def number(self) -> int | None:
        """The tunnel that is shown."""
        return self._view.id if self._view else None

    def show_view(self, view: TunnelView) -> None:
        """Show this tunnel."""
        if view == self._view:
            return
        is_other = view.id != self.number
        self._view = view
        self.name.setText(view.name)
        self.status.show_view(view)
        self.settings.show_view(view)
        if is_other:
            self._read()

    def show_tab(self, key: str) -> None:
        """Show the tab of that key."""
        self.tabs.setCurrentIndex(TABS.index(key))

    def close_streams(self) -> None:
        """Read nothing any more."""
        if self._stream is not None:
            self._stream.cancel()
            self._stream = None

    def _read(self) -> None:
        self.close_streams()
        if self._view is None:
            return
        key = TABS[self.tabs.currentIndex()]
        if key == "log":
            self._read_log(self._view.id)
        elif key == "events":
            self._read_events()

    def _read_log(self, number: int) -> None:
        self.log.clear()
        self.log_stage.show_empty(t("tunnels.log.none"))
        self._stream = self._desk.mirror.stream(
            lambda client: client.logs(number, tail=TAIL, follow=True),
            self._put_lines,
            failed=lambda error: self._failed(self.log_stage, error),
            owner=self,
        )

    def _put_lines(self, lines: list[LogLine]) -> None:
        self.log.put(
            LogRow(one.level, f"{_clock(one.at)}  {one.text}") for one in lines
        )
        self.log_stage.show_content()

    def _read_events(self) -> None:
        self.events.clear()
        self.events_stage.show_empty(t("tunnels.events.none"))
        since = time.time() - EVENTS_OF_S
        self._stream = self._desk.mirror.stream(
            lambda client: client.events(since=since, follow=True),
            self._put_events,
            failed=lambda error: self._failed(self.events_stage, error),
            owner=self,
        )

    def _put_events(self, events: list[TimelineEvent]) -> None:
        own = [event for event in events if event.tunnel == self.number]
        if own:
            self.events.put(map(_event_row, own))
            self.events_stage.show_content()

    def _failed(self, stage: Stage, error: ChmlFrpError) -> None:
        stage.show_error(error_title(error), action=t("do.retry"), do=self._read)


def _clock(at: float) -> str:
    return time.strftime("%m-%d %H:%M:%S", time.localtime(at))


def _event_row(event: TimelineEvent) -> LogRow:
    if event.kind is Happened.TUNNEL_GONE:
        word = t("tunnels.gone")
    else:
        word = word_summary(event.summary) if event.summary else ""
    reason = str(REASONS[event.reason.code].what) if event.reason else ""
    text = "  ".join(filter(None, (_clock(event.at), word, reason)))
    return LogRow("error" if event.reason else "info", text)
