"""Lines with what can be done to them: search, filters, follow, pause, copy, export."""

import asyncio
import time
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QFileDialog, QPushButton, QWidget

from chmlfrp.desktop.design.loglines import LogLines
from chmlfrp.desktop.design.ring import LogRow, Passes
from chmlfrp.desktop.design.tokens import XS, M, S
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import Search, button, column, label, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.logs.export import Given, given, persons_of
from chmlfrp.desktop.text import error_text, error_title, t, whole_error
from chmlfrp.errors import ChmlFrpError
from chmlfrp.local.files import write_private

SEEK_AFTER_MS = 150
"""A search waits for the next letter that long."""


class LinesPanel(QWidget):
    """What logs and events have in common."""

    kind = "logs"
    """`page.KIND` says what the lines are, `KIND.none` that there are none."""

    def __init__(self, desk: Desk, lines: LogLines, *, is_compact: bool) -> None:
        """is_compact: buttons are icons, below the filters, for a narrow room."""
        super().__init__()
        self.desk = desk
        self.lines = lines
        self._is_compact = is_compact
        self.search = Search(t("logs.search"))
        self.follow = self._button("logs.follow", "follow", lines.follow)
        self.follow.setChecked(True)
        self.pause = self._button("logs.pause", "pause", self._pause)
        self.copy = self._button("do.copy", "copy")
        self.copy.clicked.connect(self._copy)
        lines.copy_asked.connect(self._copy)
        self.export = self._button("logs.export", "download")
        self.export.clicked.connect(self._export)
        self.count = label(role="caption")
        self.stage = Stage(lines)
        self.filters = line(spacing=S)
        self.filters.addWidget(self.search, 1)
        tools = line(self.follow, self.pause, self.copy, self.export, spacing=XS)
        tools.addStretch(1)
        tools.addWidget(self.count)
        body = column(self.filters, tools, spacing=S, margins=(0, M, 0, 0))
        if not is_compact:
            lines.setProperty("role", "card")
        body.addWidget(self.stage, 1)
        self.setLayout(body)
        self._seeking = QTimer(self, interval=SEEK_AFTER_MS, singleShot=True)
        self._seeking.timeout.connect(self.seek)
        self.search.textChanged.connect(lambda: self._seeking.start())
        lines.following_moved.connect(self.follow.setChecked)
        lines.counted.connect(self._count)
        QShortcut(
            QKeySequence.StandardKey.Find,
            self,
            self.search.setFocus,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )

    def read(self) -> None:
        """Read from now on."""
        raise NotImplementedError

    def close_stream(self) -> None:
        """Read nothing any more."""
        raise NotImplementedError

    def passes(self) -> Passes | None:
        """Return what the filters let through, None for all; without the search."""
        raise NotImplementedError

    def filtered_by(self) -> list[str]:
        """Return the filters that are set, in words, without the search."""
        raise NotImplementedError

    def add_choice(self, name: str, choices: dict[str, str]) -> QComboBox:
        """Return a filter by one of these, by key and words; before the search."""
        box = QComboBox()
        box.setAccessibleName(name)
        box.setToolTip(name)
        for key, words in choices.items():
            box.addItem(words, key)
        box.currentIndexChanged.connect(self.seek)
        self.filters.insertWidget(self.filters.indexOf(self.search), box)
        return box

    def seek(self) -> None:
        """Show the lines that search and filters let through."""
        self._seeking.stop()
        sought = self.search.text().strip().casefold()
        by_filters = self.passes()
        if not sought:
            self.lines.let(by_filters)
            return

        def passes(row: LogRow) -> bool:
            if by_filters is not None and not by_filters(row):
                return False
            return sought in row.text.casefold()

        self.lines.let(passes, sought=sought)

    def show_none(self) -> None:
        """Say that nothing has come yet."""
        self.stage.show_empty(t(f"{self.kind}.none"), t(f"{self.kind}.none.how"))

    def put(self, rows: list[LogRow]) -> None:
        """Add lines."""
        if rows:
            self.lines.put(rows)
            self.stage.show_content()

    def show_failed(self, error: ChmlFrpError) -> None:
        """Say why nothing can be read; what has been read stays."""
        if not self.lines.ring.held:
            title, text = error_title(error), error_text(error)
            self.stage.show_error(title, text, action=t("do.retry"), do=self.read)

    def ask_path(self, name: str) -> str:
        """Return where the person wants the file, empty for nowhere."""
        path, _ = QFileDialog.getSaveFileName(self, t("logs.export"), name)
        return path

    # ------------------------------------------------------------ parts

    def _button(
        self, code: str, glyph: str, checks: Callable[[bool], object] | None = None
    ) -> QPushButton:
        name = t(code)
        text = "" if self._is_compact else name
        made = button(text, glyph=glyph, hint=name, role="tool")
        made.setAccessibleName(name)
        if checks is not None:
            made.setCheckable(True)
            made.toggled.connect(checks)
        return made

    def _pause(self, is_paused: bool) -> None:
        self.lines.pause(is_paused)

    def _count(self) -> None:
        shown, held = len(self.lines.ring), self.lines.ring.held
        code = "logs.count" if shown == held else "logs.count.some"
        parts = [t(code, n=f"{held:,}", shown=f"{shown:,}")]
        if self.lines.waiting:
            parts.append(t("logs.waiting", n=f"{self.lines.waiting:,}"))
        self.count.setText(" · ".join(parts))

    def _copy(self) -> None:
        self._give(self._copied, has_header=False)

    def _export(self) -> None:
        stamp = time.strftime("%Y%m%d-%H%M%S")
        path = self.ask_path(f"chmlfrp-{self.kind}-{stamp}.txt")
        if path:
            self._give(partial(self._written, path), has_header=True, path=Path(path))

    def _give(
        self,
        done: Callable[[Given], object],
        *,
        has_header: bool,
        path: Path | None = None,
    ) -> None:
        lines = [self.lines.line(row) for row in self.lines.rows()]
        sought = self.search.text().strip()
        filters = [*self.filtered_by(), *([f'"{sought}"'] if sought else [])]
        title, persons = t(f"page.{self.kind}"), persons_of(self.desk.mirror.snapshot)
        at, spoken = time.time(), copy_context()

        def work() -> Given:
            made = given(
                lines,
                title=title,
                filters=", ".join(filters),
                persons=persons,
                at=at,
                has_header=has_header,
            )
            if path is not None:
                write_private(path, made.text.encode())
            return made

        self.desk.mirror.aside(
            lambda: asyncio.to_thread(spoken.run, work),
            done=done,
            failed=lambda error: self.desk.toast(whole_error(error), "", None),
            owner=self,
        )

    def _copied(self, made: Given) -> None:
        QGuiApplication.clipboard().setText(made.text)
        count = len(made.text.splitlines())
        self._say("logs.copied", made, n=count)

    def _written(self, path: str, made: Given) -> None:
        self._say("logs.written", made, path=path)

    def _say(self, code: str, made: Given, **values: object) -> None:
        said = t(code, **values)
        if made.masked:
            said = f"{said}  {t('logs.masked', what=made.masked)}"
        self.desk.toast(said, "", None)
