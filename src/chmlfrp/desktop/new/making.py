"""Creating, starting and testing, seen as it goes, and the address at the end."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.tokens import S
from chmlfrp.desktop.design.views import Banner
from chmlfrp.desktop.design.widgets import (
    Card,
    Elided,
    button,
    column,
    empty_out,
    label,
    line,
    rule,
)
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.new.make import LEFT, GivenUp, Made, Piece, Plan, make, take_back
from chmlfrp.desktop.new.parts import Rung, worded
from chmlfrp.desktop.text import t, whole_error
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.domain import RecordType
from chmlfrp.model.ladder import Proxy, Reach, Summary, first_unwell
from chmlfrp.words.ladder import RUNG_NAMES, explain, word_rung

WATCHED = ("core", "link", "proxy", "reach")
TRIED_WITHIN_MS = 30_000
"""When nobody tried the address by then, nobody will for now."""


class Making(QWidget):
    """A ladder of what is done, then the address to copy."""

    back = Signal(object)
    """A ChmlFrpError: the answers are to be changed."""
    over = Signal()
    """The dialog may close."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._plan: Plan | None = None
        self._call: Call | None = None
        self._made: Made | None = None
        self._error: ChmlFrpError | None = None
        self._is_given_up = False
        self._is_tried = True
        self.title = label(role="title", wraps=True)
        self.ladder = column(spacing=S)
        self.pieces: dict[Piece, Rung] = {}
        self.rungs: dict[str, Rung] = {}
        self.banner = Banner()
        self.banner.action.hide()
        self._build_result()
        self._build_buttons()
        steps = Card()
        steps.body.addLayout(self.ladder)
        body = column(self.title, steps, self.banner, self.result)
        body.addStretch(1)
        body.addLayout(self.buttons)
        self.setLayout(body)
        desk.mirror.moved.connect(self._watch)
        self._patience = QTimer(self, singleShot=True, interval=TRIED_WITHIN_MS)
        self._patience.timeout.connect(self._give_up_trying)

    def _build_result(self) -> None:
        self.result = Card()
        self.address = Elided(role="title")
        self.copy = button(t("do.copy"), self._copy, glyph="copy", role="primary")
        self.how = label(t("new.made.how"), "soft", wraps=True)
        row = line()
        row.addWidget(self.address, 1)
        row.addWidget(self.copy)
        self.result.body.addWidget(label(t("new.made.address"), "caption"))
        self.result.body.addLayout(row)
        self.result.body.addWidget(self.how)

    def _build_buttons(self) -> None:
        self.cancel = button(t("do.cancel"), self.give_up)
        self.change = button(t("new.change"), self._go_back, glyph="back")
        self.undo = button(
            t("new.undo"), self._take_back, glyph="delete", role="danger"
        )
        self.show_it = button(t("new.show"), self._show_tunnel, glyph="tunnels")
        self.done = button(t("do.close"), self.over.emit)
        self.buttons = line(
            self.undo, None, self.cancel, self.change, self.show_it, self.done
        )

    @property
    def is_busy(self) -> bool:
        """Whether pieces are being made or taken back."""
        return self._call is not None and not self._call.is_over

    # ------------------------------------------------------------ making

    def begin(self, plan: Plan) -> None:
        """Make it."""
        self._plan, self._made, self._error = plan, None, None
        self._is_given_up, self._is_tried = False, True
        self._lay_ladder(plan)
        self.title.setText(t("new.making", name=plan.command.name or ""))
        self.result.hide()
        self.banner.hide()
        self._offer(self.cancel)
        self._call = self._desk.mirror.stream(
            lambda client: make(client, plan, is_given_up=lambda: self._is_given_up),
            self._came,
            failed=self._failed,
            over=self._all_made,
            owner=self,
        )

    def give_up(self) -> None:
        """Take back what there is; closes when that is done."""
        self._is_given_up = True
        self.title.setText(t("new.taking_back"))
        self._offer()

    def _lay_ladder(self, plan: Plan) -> None:
        empty_out(self.ladder)
        self.pieces = {piece: Rung(t(f"new.piece.{piece}")) for piece in plan.pieces}
        self.rungs = {}
        if plan.starts:
            self.rungs = {name: Rung(str(RUNG_NAMES[name])) for name in WATCHED}
        for rung in self.pieces.values():
            self.ladder.addWidget(rung)
        if self.rungs:
            self.ladder.addWidget(rule())
        for rung in self.rungs.values():
            self.ladder.addWidget(rung)
        for rung in (*self.pieces.values(), *self.rungs.values()):
            rung.show_state("todo")
        self.pieces[Piece.TUNNEL].show_state("busy")

    def _came(self, made: list[Made]) -> None:
        for one in made:
            self._made = one
            self.pieces[one.piece].show_state("good", self._detail(one))
        waiting = [rung for rung in self.pieces.values() if rung.state == "todo"]
        if waiting:
            waiting[0].show_state("busy")

    @staticmethod
    def _detail(made: Made) -> str:
        if made.piece is Piece.TUNNEL:
            return made.tunnel.name
        if made.piece is Piece.NAME and made.name is not None:
            record = made.name.record
            return f"{record.type} · {record.name} → {record.target}"
        return ""

    def _failed(self, error: ChmlFrpError) -> None:
        if isinstance(error, GivenUp):
            self._desk.toast(t("new.taken_back"), "", None)
            self.over.emit()
            return
        self._error = error
        for rung in self.pieces.values():
            if rung.state == "busy":
                rung.show_state("bad")
            elif rung.state == "good":
                rung.show_state("todo")
        code = "new.failed.left" if LEFT in _notes(error) else "new.failed.back"
        if self._made is None:
            code = "new.failed.none"
        self.title.setText(t("new.failed"))
        self.banner.say(f"{worded(error)}\n{t(code)}", tone="bad")
        self._offer(self.change, self.done, first=self.change)

    def _all_made(self) -> None:
        if self._error is not None or self._is_given_up or self._made is None:
            return
        self.title.setText(t("new.testing", name=self._made.tunnel.name))
        self._offer(self.undo, self.show_it, self.done, first=self.done)
        if not self.rungs:
            self._finish(None)
            return
        self._patience.start()
        self._watch()

    # ------------------------------------------------------------ testing

    def _watch(self) -> None:
        made, snapshot = self._made, self._desk.mirror.snapshot
        if self._error or made is None or self.is_busy or not self.rungs:
            return
        view = snapshot.tunnels.get(made.tunnel.id) if snapshot else None
        if view is None or not view.wanted:
            return
        self._show_rungs(view)
        if view.ladder.proxy.state is Proxy.OPEN:
            self._finish(view)
        self._explain(view)

    def _show_rungs(self, view: TunnelView) -> None:
        unwell = first_unwell(view.ladder)
        is_past = False
        for name, shown in self.rungs.items():
            said = word_rung(name, getattr(view.ladder, name).state)
            if name == unwell:
                is_bad = view.summary in (Summary.FAILED, Summary.WAITING)
                shown.show_state("bad" if is_bad else "busy", said)
                is_past = True
            elif is_past:
                shown.show_state("todo")
            elif name == "reach" and view.ladder.reach.state is Reach.UNKNOWN:
                state = "busy" if self._is_tried else "todo"
                code = "new.trying" if self._is_tried else "new.untried"
                shown.show_state(state, t(code))
            else:
                shown.show_state("good", said)

    def _explain(self, view: TunnelView) -> None:
        is_bad = view.summary in (Summary.FAILED, Summary.WAITING)
        found = explain(view.ladder, now=self._desk.mirror.now) if is_bad else None
        if found is None:
            self.banner.hide()
            return
        tone = "bad" if view.summary is Summary.FAILED else "busy"
        self.title.setText(t("new.trouble", name=view.name))
        self.banner.say(str(found), tone=tone)

    def _give_up_trying(self) -> None:
        self._is_tried = False
        self._watch()

    def _finish(self, view: TunnelView | None) -> None:
        assert self._made is not None
        address = self._address(self._made, view)
        name = self._made.tunnel.name
        reached = view is not None and view.ladder.reach.state is Reach.REACHABLE
        code = "new.tested" if reached else "new.open" if view else "new.created"
        self.title.setText(t(code, name=name))
        self.address.setText(address)
        if address and self.result.isHidden():
            self.result.show()
            self.copy.setFocus()

    def _address(self, made: Made, view: TunnelView | None) -> str:
        plain = view.address or "" if view else ""
        if made.name is None or made.tunnel.type.is_web:
            return plain
        record = made.name.record
        if record.type is RecordType.SRV and self._plan and self._plan.name:
            return self._plan.name.whole
        return f"{record.name}:{made.tunnel.remote_port}"

    # ------------------------------------------------------------ afterwards

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.address.text())
        self._desk.toast(t("said.copied", text=self.address.text()), "", None)

    def _show_tunnel(self) -> None:
        if self._made is not None:
            self._desk.go("tunnels", str(self._made.tunnel.id))
        self.over.emit()

    def _go_back(self) -> None:
        if self._error is not None:
            self.back.emit(self._error)

    def _take_back(self) -> None:
        made = self._made
        if made is None:
            return
        self._patience.stop()
        self._made = None
        self.title.setText(t("new.taking_back"))
        self._offer()
        self._call = self._desk.mirror.call(
            lambda client: take_back(client, made),
            done=self._is_back,
            failed=self._stays,
            owner=self,
        )

    def _is_back(self, _: None) -> None:
        self._desk.toast(t("new.taken_back"), "", None)
        self.over.emit()

    def _stays(self, error: ChmlFrpError) -> None:
        self.banner.say(whole_error(error), tone="bad")
        self._offer(self.done, first=self.done)

    def _offer(self, *shown: QWidget, first: QWidget | None = None) -> None:
        """Show these buttons; `first` is what Enter presses."""
        for each in (self.undo, self.cancel, self.change, self.show_it, self.done):
            each.setVisible(each in shown)
        for each in (self.change, self.done):
            each.setDefault(each is first)
            if each is first:
                each.setFocus()


def _notes(error: ChmlFrpError) -> list[str]:
    return list(getattr(error, "__notes__", ()))
