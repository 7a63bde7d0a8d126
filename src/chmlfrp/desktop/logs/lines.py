"""The lines of cores: of all tunnels, or of one."""

from chmlfrp.control.protocol import LogLine, Snapshot
from chmlfrp.desktop.design.loglines import LogLines
from chmlfrp.desktop.design.ring import LogRow, Passes
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.logs.feed import Feed, Seen
from chmlfrp.desktop.logs.panel import LinesPanel
from chmlfrp.desktop.text import t

TAIL = 5000
"""What the daemon keeps; the window keeps more while it reads."""
RANKS = {"trace": 0, "debug": 1, "info": 2, "": 2, "warn": 3, "error": 4}
LEVELS = ("trace", "debug", "info", "warn", "error")


class LogPanel(LinesPanel):
    """Reads while it is asked to; lines that were read once stay."""

    kind = "logs"

    def __init__(self, desk: Desk, *, is_merged: bool) -> None:
        """is_merged: of all tunnels, with a filter by tunnel."""
        lines = LogLines(t("page.logs"))
        super().__init__(desk, lines, is_compact=not is_merged)
        self._number: int | None = None
        self._seen = Seen()
        self._feed: Feed[LogLine] = Feed(
            desk.mirror, self, each=self._take, failed=self.show_failed
        )
        self.level = self.add_choice(
            t("logs.level"), {level: t(f"logs.level.{level}") for level in LEVELS}
        )
        self.tunnel = self.add_choice(t("logs.tunnel"), {"": t("logs.tunnel.all")})
        self.tunnel.setVisible(is_merged)
        self.show_none()

    def show_tunnel(self, number: int) -> None:
        """Show the lines of this one alone."""
        if number != self._number:
            self._number = number
            self._seen.forget()
            self.lines.clear()
            self.show_none()
            self._feed.stop()

    def know_tunnels(self, snapshot: Snapshot) -> None:
        """Offer the names of tunnels to filter by."""
        names = sorted(view.name for view in snapshot.tunnels.values())
        known = [self.tunnel.itemData(i) for i in range(1, self.tunnel.count())]
        if names != known:
            chosen = self.tunnel.currentData()
            self.tunnel.blockSignals(True)
            while self.tunnel.count() > 1:
                self.tunnel.removeItem(1)
            for name in names:
                self.tunnel.addItem(name, name)
            self.tunnel.setCurrentIndex(max(0, self.tunnel.findData(chosen)))
            self.tunnel.blockSignals(False)
            if chosen != self.tunnel.currentData():
                self.seek()

    def read(self) -> None:
        """Read from now on, if it is not read already."""
        if not self.lines.ring.held:
            self.show_none()
        number = self._number
        if not self._feed.is_open:
            self._feed.start(lambda c: c.logs(number, tail=TAIL, follow=True))

    def close_stream(self) -> None:
        """Read nothing any more."""
        self._feed.stop()

    def passes(self) -> Passes | None:
        """Return what level and tunnel let through."""
        level, name = self.level.currentData(), self.tunnel.currentData()
        least = RANKS[level]
        if not least and not name:
            return None

        def let(row: LogRow) -> bool:
            return RANKS.get(row.level, 2) >= least and name in ("", row.name)

        return let

    def filtered_by(self) -> list[str]:
        """Return level and tunnel."""
        boxes = [box for box in (self.level, self.tunnel) if box.currentIndex() > 0]
        return [box.currentText() for box in boxes]

    def _take(self, lines: list[LogLine]) -> None:
        snapshot = self.desk.mirror.snapshot
        fresh = self._seen.new(snapshot.epoch if snapshot else "", lines)
        self.put(
            [LogRow(one.level, one.text, one.at, one.tunnel or "") for one in fresh]
        )
