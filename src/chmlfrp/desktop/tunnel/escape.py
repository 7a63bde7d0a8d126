"""Where a tunnel goes when its node fails: the plan, and what it would do now."""

from collections.abc import Iterable
from typing import Any

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from chmlfrp.control.protocol import FailoverView
from chmlfrp.desktop.design.form import Form, Own, whole
from chmlfrp.desktop.design.tokens import M, S
from chmlfrp.desktop.design.widgets import button, column, label, line, set_tone
from chmlfrp.desktop.settings.rows import Choice
from chmlfrp.desktop.text import t, told
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.model.failover import Failover
from chmlfrp.words.failover import word_verdict

DAY_MIN = 24 * 60
MOST_MOVES = 12
LIST_HEIGHT = 116
SAMPLE = "play.example.cn, mc.example.cn"


class NodeOrder(Own):
    """Names of nodes, the first to go to on top."""

    def __init__(self) -> None:
        super().__init__()
        self.list = QListWidget()
        self.list.setFixedHeight(LIST_HEIGHT)
        self.list.setAccessibleName(t("escape.nodes"))
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.model().rowsMoved.connect(lambda: self.changed.emit())
        self.empty = label(t("escape.nodes.none"), "caption", wraps=True)
        self.offer = Choice()
        self.offer.setSizeAdjustPolicy(
            Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.offer.setAccessibleName(t("escape.add"))
        self.offer.activated.connect(self._offered)
        self.up = button(
            "", lambda: self._move(-1), glyph="up", role="small", hint=t("escape.up")
        )
        self.down = button(
            "",
            lambda: self._move(1),
            glyph="follow",
            role="small",
            hint=t("escape.down"),
        )
        self.remove = button(
            "", self._remove, glyph="close", role="small", hint=t("escape.remove")
        )
        below = line(spacing=0)
        below.addWidget(self.offer, 1)
        for each in (self.up, self.down, self.remove):
            below.addWidget(each)
        self.setFocusProxy(self.offer)
        self.setLayout(column(self.empty, self.list, below, spacing=S))
        self._offers: list[str] = []
        self._show_rest()

    def show_offers(self, names: Iterable[str]) -> None:
        """Let these be added."""
        self._offers = list(names)
        self._show_rest()

    def raw(self) -> tuple[str, ...]:
        """Return the names in order."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return tuple(item.text() for item in items)

    def put(self, raw: object) -> None:
        """Show these names."""
        assert isinstance(raw, tuple)
        if raw != self.raw():
            self.list.clear()
            self.list.addItems(raw)
            self._told()

    def _offered(self, place: int) -> None:
        if place:
            self.list.addItem(QListWidgetItem(self.offer.itemText(place)))
            self.list.setCurrentRow(self.list.count() - 1)
            self._told()

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        if row >= 0 and 0 <= row + by < self.list.count():
            self.list.insertItem(row + by, self.list.takeItem(row))
            self.list.setCurrentRow(row + by)
            self.changed.emit()

    def _remove(self) -> None:
        if self.list.currentRow() >= 0:
            self.list.takeItem(self.list.currentRow())
            self._told()

    def _told(self) -> None:
        self._show_rest()
        self.changed.emit()

    def _show_rest(self) -> None:
        chosen = self.raw()
        self.offer.clear()
        self.offer.addItem(t("escape.add"))
        self.offer.addItems([name for name in self._offers if name not in chosen])
        self.list.setVisible(bool(chosen))
        self.empty.setVisible(not chosen)
        for each in (self.up, self.down, self.remove):
            each.setEnabled(bool(chosen))


class EscapeForm(Form):
    """The plan of one tunnel; what it is about is shown while it is on."""

    def __init__(self) -> None:
        super().__init__()
        self.switch = QCheckBox(t("escape.on"))
        self.nodes = NodeOrder()
        self.add("failover", t("escape"), self.switch, hint=t("escape.hint"))
        self.add("failover.nodes", t("escape.nodes"), self.nodes)
        self.add("area", t("escape.area"), QLineEdit(), hint=t("escape.area.hint"))
        self.add("failover.after_min", t("escape.after"), QLineEdit(), parse=_minutes)
        self.add("back", t("escape.back"), QCheckBox(t("escape.back")))
        self.add(
            "failover.back_after_min",
            t("escape.back_after"),
            QLineEdit(),
            parse=_minutes,
        )
        self.add(
            "failover.moves_per_hour",
            t("escape.moves"),
            QLineEdit(),
            parse=whole("failover.moves_per_hour", most=MOST_MOVES),
        )
        names = QLineEdit()
        names.setPlaceholderText(SAMPLE)
        self.add("names", t("escape.names"), names, hint=t("escape.names.hint"))
        self.trial = button(t("escape.try"), glyph="failover")
        self.outcome = label(wraps=True)
        self.outcome.hide()
        self.changed.connect(self._show_parts)
        self._arrange()

    def show_plan(self, plan: Failover) -> None:
        """Show this plan."""
        self.put(
            {
                "failover": plan.is_on,
                "failover.nodes": plan.nodes,
                "area": plan.area,
                "failover.after_min": f"{plan.after_min:g}",
                "back": plan.is_back_wanted,
                "failover.back_after_min": f"{plan.back_after_min:g}",
                "failover.moves_per_hour": plan.moves_per_hour,
                "names": ", ".join(plan.names),
            }
        )
        self.outcome.hide()
        self._show_parts()

    def wanted(self, base: Failover) -> Failover | None:
        """Return the plan as it is in the form; None if that cannot be."""
        if not self.switch.isChecked():
            return msgspec.structs.replace(base, is_on=False)
        values = self.values()
        if values is None:
            return None
        plan = msgspec.structs.replace(
            base,
            is_on=values["failover"],
            nodes=values["failover.nodes"],
            area=values["area"],
            after_min=values["failover.after_min"],
            is_back_wanted=values["back"],
            back_after_min=values["failover.back_after_min"],
            moves_per_hour=values["failover.moves_per_hour"],
            names=_names(values["names"]),
        )
        try:
            plan.check()
        except InvalidInput as error:
            self.fail(error)
            return None
        return plan

    def say_outcome(self, view: FailoverView) -> None:
        """Say what the plan would do now."""
        now = t("escape.now", node=view.node, verdict=word_verdict(view.verdict))
        if view.would_move_to is None:
            then = t("escape.nowhere")
        else:
            code = "escape.to" if view.would_keep_port else "escape.to_other_port"
            then = t(code, node=view.would_move_to)
        is_away = view.home != view.node
        home = t("escape.home", node=view.home) if is_away else ""
        self._say("\n".join(filter(None, (now, then, home))), tone="")

    def say_failed(self, error: ChmlFrpError) -> None:
        """Say why that is not known."""
        self._say(told(error), tone="bad")

    def _say(self, text: str, *, tone: str) -> None:
        self.outcome.setText(text)
        set_tone(self.outcome, tone)
        self.outcome.show()

    def _show_parts(self) -> None:
        is_on = self.switch.isChecked()
        self.plan.setVisible(is_on)
        self.entries["area"].setVisible(not self.nodes.raw())
        back = self.entries["back"].holder
        assert isinstance(back, QCheckBox)
        self.entries["failover.back_after_min"].setVisible(back.isChecked())

    def _arrange(self) -> None:
        each = self.entries
        self.plan = QWidget()
        numbers = line(
            each["failover.after_min"], each["failover.moves_per_hour"], spacing=M
        )
        self.plan.setLayout(
            column(
                each["failover.nodes"],
                each["area"],
                numbers,
                each["back"],
                each["failover.back_after_min"],
                each["names"],
                line(self.trial, None),
                self.outcome,
                spacing=M,
            )
        )
        self.outcome.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
        )
        head = label(t("escape"), "heading")
        self.setLayout(column(head, each["failover"], self.plan, spacing=M))


def _minutes(text: Any) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0.1 <= minutes <= DAY_MIN:
        message = f"{text!r} is no number from 0 to {DAY_MIN}"
        raise InvalidInput(message, field="minutes")
    return minutes


def _names(text: str) -> tuple[str, ...]:
    parts = text.replace("，", ",").split(",")
    return tuple(part.strip().lower() for part in parts if part.strip())
