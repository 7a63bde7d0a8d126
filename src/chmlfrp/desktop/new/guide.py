"""The guide: five steps, forwards and back."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QWidget

from chmlfrp.control.protocol import CreateTunnel
from chmlfrp.desktop.design.tokens import M, S
from chmlfrp.desktop.design.widgets import button, column, label, line, set_tone
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.new.address import AddressStep
from chmlfrp.desktop.new.draft import Draft
from chmlfrp.desktop.new.look import Look
from chmlfrp.desktop.new.make import Plan
from chmlfrp.desktop.new.node import NodeStep
from chmlfrp.desktop.new.review import ReviewStep
from chmlfrp.desktop.new.service import ServiceStep
from chmlfrp.desktop.new.step import Step
from chmlfrp.desktop.new.what import WhatStep
from chmlfrp.desktop.text import t
from chmlfrp.errors import ChmlFrpError

STEPS: tuple[type[Step], ...] = (
    WhatStep,
    ServiceStep,
    NodeStep,
    AddressStep,
    ReviewStep,
)


class Guide(QWidget):
    """One question at a time."""

    wanted = Signal(object)
    """A Plan."""
    given_up = Signal()

    def __init__(self, desk: Desk, look: Look) -> None:
        super().__init__()
        self.draft = Draft()
        self.steps = [kind(desk, self.draft, look) for kind in STEPS]
        self.trail = Trail([t(f"new.{step.name}") for step in self.steps])
        self.stack = QStackedWidget()
        for step in self.steps:
            step.picked.connect(self.forward)
            self.stack.addWidget(_scrolled(step))
        self.back = button(t("new.back"), self.backward, glyph="back")
        self.next = button(t("new.next"), self.forward, role="primary")
        self.cancel = button(t("do.cancel"), self.given_up.emit)
        QShortcut(QKeySequence("Alt+Left"), self, self.backward)
        body = column(self.trail, spacing=M)
        body.addWidget(self.stack, 1)
        body.addLayout(line(self.cancel, None, self.back, self.next))
        self.setLayout(body)
        self._at = 0
        self.show_step(0)

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self.steps[self._at]

    def forward(self) -> None:
        """Take the answer and go on, at the end to making it."""
        if not self.step.leave():
            return
        if not self.is_at_end:
            self.show_step(self._at + 1)
            return
        draft = self.draft
        self.wanted.emit(
            Plan(
                command=draft.command(),
                name=draft.free,
                wants_srv=draft.wants_srv,
                node_host=draft.node_host,
                options=draft.options,
            )
        )

    def take(self, command: CreateTunnel) -> None:
        """Show the first step that this leaves open, the others answered by it."""
        self.draft.take(command)
        for step in self.steps:
            step.recall()
        answered = ReviewStep if command.node else NodeStep
        self.show_step(STEPS.index(answered))

    def settle(self) -> None:
        """Take what stands in the step that is shown, if it can be."""
        self.step.leave()

    @property
    def is_at_end(self) -> bool:
        """Whether the next press makes the tunnel."""
        return self._at + 1 == len(self.steps)

    def backward(self) -> None:
        """Show the step before, as it was answered."""
        if self._at > 0:
            self.show_step(self._at - 1)

    def show_step(self, place: int) -> None:
        """Show that step."""
        self.step.rest()
        self._at = place
        self.stack.setCurrentIndex(place)
        self.trail.show_place(place)
        self.back.setEnabled(place > 0)
        text = t("new.create" if self.is_at_end else "new.next")
        self.next.setText(text)
        self.next.setAccessibleName(text)
        self.step.enter()

    def show_error(self, error: ChmlFrpError) -> None:
        """Go to the step that asks for the field at fault and show it there."""
        for place, step in enumerate(self.steps):
            if error.field in step.fields:
                self.show_step(place)
                step.show_error(error)
                return
        self.show_step(len(self.steps) - 1)

    def rest(self) -> None:
        """Look and ask no further."""
        self.step.rest()


class Trail(QFrame):
    """Where one is among the steps."""

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        row: QHBoxLayout = line(spacing=S)
        self._names = names
        self._labels = []
        for number, name in enumerate(names, 1):
            if number > 1:
                row.addWidget(label(t("new.trail.then"), "caption"))
            each = label(t("new.trail", n=number, name=name), "caption")
            self._labels.append(each)
            row.addWidget(each)
        row.addStretch(1)
        self.setLayout(row)

    def show_place(self, place: int) -> None:
        """Mark the step."""
        for number, each in enumerate(self._labels):
            set_tone(each, "accent" if number == place else "idle")
        name = t("new.trail.of", n=place + 1, of=len(self._names))
        self.setAccessibleName(f"{name} {self._names[place]}")


def _scrolled(step: Step) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setAccessibleName(step.question.text())
    scroll.setWidget(step)
    return scroll
