"""The chain from the daemon to the public address, each link with what can be done."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from chmlfrp.care.chain import Check, Facts, Item, Result, diagnose, item_name
from chmlfrp.care.facts import looking_around
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.tokens import L, M, S, Tone
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import (
    Pill,
    button,
    column,
    empty_out,
    label,
    line,
)
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import t, whole_error, without_commands
from chmlfrp.errors import ChmlFrpError

TONES = {Result.PASS: Tone.GOOD, Result.FAIL: Tone.BAD, Result.SKIP: Tone.IDLE}
PILL_ROOM = 84
PAGES = {
    Item.CORE: ("settings", "core"),
    Item.API: ("account", ""),
    Item.NODE: ("tunnels", ""),
    Item.DOMAIN: ("domains", ""),
    Item.ADDRESS: ("tunnels", ""),
}
"""Where each link is mended, with what is chosen there."""


class DoctorTab(QWidget):
    """Runs when it is asked to; can be given up."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._looking: Call | None = None
        self.run = button(t("tools.run"), self.look, glyph="start", role="primary")
        self.cancel = button(t("do.cancel"), self._give_up)
        self.cancel.hide()
        self.verdict = label(role="heading", wraps=True)
        self.results = column(spacing=S)
        inside = QWidget()
        rows = column(self.results, margins=(0, 0, S, 0))
        rows.addStretch(1)
        inside.setLayout(rows)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName(t("tools.doctor"))
        area.setWidget(inside)
        self.stage = Stage(area)
        self.stage.show_empty(t("tools.doctor.none"), t("tools.doctor.what"))
        head = line(spacing=M)
        head.addWidget(self.verdict, 1)
        head.addWidget(self.cancel)
        head.addWidget(self.run)
        body = column(head, margins=(0, L, 0, 0), spacing=M)
        body.addWidget(self.stage, 1)
        self.setLayout(body)

    def look(self) -> None:
        """Look at every link anew."""
        self._show_busy(is_busy=True)
        self.verdict.clear()
        self.stage.show_loading(t("loading"))
        home = self._desk.mirror.home
        self._looking = self._desk.mirror.aside_stream(
            lambda: looking_around(home),
            self._heard,
            failed=self._failed,
            over=lambda: self._show_busy(is_busy=False),
            owner=self,
        )

    def _give_up(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        self._show_busy(is_busy=False)
        self.stage.show_empty(t("tools.given_up"), t("tools.doctor.what"))

    def _show_busy(self, *, is_busy: bool) -> None:
        self.run.setEnabled(not is_busy)
        self.cancel.setVisible(is_busy)

    def _failed(self, error: ChmlFrpError) -> None:
        self.stage.show_error(
            t("tools.doctor"), whole_error(error), action=t("do.retry"), do=self.look
        )

    def _heard(self, steps: list[Item | Facts]) -> None:
        for step in steps:
            if isinstance(step, Facts):
                self.show_checks(diagnose(step))
            else:
                name = item_name(step)
                self.stage.show_loading(t("tools.looking", what=name))

    def show_checks(self, checks: tuple[Check, ...]) -> None:
        """Show the chain."""
        empty_out(self.results)
        for check in checks:
            self.results.addWidget(self._row(check))
        failed = sum(check.result is Result.FAIL for check in checks)
        if failed:
            self.verdict.setText(t("tools.failed", n=failed))
        else:
            self.verdict.setText(t("tools.well"))
        self.stage.show_content()

    def _row(self, check: Check) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        pill = Pill(t(f"tools.{check.result}"), TONES[check.result])
        name = item_name(check.item)
        title = label(" · ".join(filter(None, (name, check.subject))))
        texts = column(title, spacing=2)
        for text in (check.detail, without_commands(check.action)):
            if text:
                texts.addWidget(label(text, "caption", wraps=True))
        pills = line(pill, None)
        holder = QWidget()
        holder.setFixedWidth(PILL_ROOM)
        holder.setLayout(pills)
        row = line(spacing=M, margins=(L, M, L, M))
        row.addWidget(holder)
        row.addLayout(texts, 1)
        if check.result is Result.FAIL and (way := self._way(check.item)):
            row.addWidget(way)
        card.setLayout(row)
        return card

    def _way(self, item: Item) -> QWidget | None:
        if item is Item.SERVICE:
            return button(
                t("do.restart_daemon"),
                self._desk.mirror.restart_daemon,
                glyph="restart",
            )
        if item not in PAGES or not is_page(PAGES[item][0]):
            return None
        return button(t(f"tools.mend.{item}"), self._going(*PAGES[item]), glyph="open")

    def _going(self, page: str, what: str) -> Callable[[], object]:
        return lambda: self._desk.go(page, what)


def is_page(name: str) -> bool:
    """Whether the window has a page of that name."""
    from chmlfrp.desktop.pages import PAGES as ALL  # they import this page

    return any(page.name == name for page in ALL)
