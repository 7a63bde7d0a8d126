"""Second: the local service, found rather than asked for."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit

from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.table import table
from chmlfrp.desktop.design.tokens import M
from chmlfrp.desktop.design.views import Banner, Spinner
from chmlfrp.desktop.design.widgets import button, label, line
from chmlfrp.desktop.new.draft import Share
from chmlfrp.desktop.new.look import (
    Found,
    found_programs,
    found_worlds,
    merged,
)
from chmlfrp.desktop.new.parts import Field
from chmlfrp.desktop.new.step import Step
from chmlfrp.desktop.new.table import FoundRows, found_name
from chmlfrp.desktop.new.warn import exposed_there, port_of, show_warning, warning
from chmlfrp.desktop.text import error_title, t
from chmlfrp.errors import ChmlFrpError
from chmlfrp.local.lanworld import LanWorld
from chmlfrp.local.listeners import Listener
from chmlfrp.model.tunnel import TunnelType

HOME = "127.0.0.1"


class ServiceStep(Step):
    """A list of what listens, and fields for what does not."""

    name = "service"
    fields = frozenset({"local_host", "local_port", "type"})

    def build(self) -> None:
        """Put the list above the fields, what is to be known below."""
        self._calls: list[Call] = []
        self._listeners: list[Listener] | None = None
        self._worlds: list[Found] = []
        self._asked: tuple[Share, TunnelType] | None = None
        self._is_typed = False
        self.rows = FoundRows()
        self.list = table(self.rows, t("new.service.list"), wide=0)
        self.list.selectionModel().selectionChanged.connect(self._chosen)
        self.list.doubleClicked.connect(lambda _: self.picked.emit())
        self.turning = Spinner(size=18)
        self.looking = label(role="caption")
        self.again = button(t("new.service.again"), self._look, glyph="refresh")
        self.kind = QComboBox()
        self.kind.addItems([kind.value.upper() for kind in TunnelType])
        self.kind.currentIndexChanged.connect(self._kind_chosen)
        self.host, self.port = QLineEdit(), QLineEdit()
        self.port.setMaximumWidth(140)
        for field in (self.host, self.port):
            field.textEdited.connect(self._typed)
            field.textChanged.connect(self._warn)
        self.kind_field = Field(t("new.kind"), self.kind)
        self.host_field = Field(t("new.local_host"), self.host)
        self.port_field = Field(t("new.local_port"), self.port)
        self.warning = Banner()
        self.warning.action.hide()
        seen = line(self.turning, self.looking, None, self.again)
        self.body.addLayout(seen)
        self.body.addWidget(self.list, 1)
        self.body.addLayout(self._by_hand())
        self.body.addWidget(self.warning)

    def _by_hand(self) -> QHBoxLayout:
        row = line(spacing=M)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self.kind_field, 0, top)
        row.addWidget(self.host_field, 1, top)
        row.addWidget(self.port_field, 0, top)
        return row

    def enter(self) -> None:
        """Look around, unless that was done for this."""
        draft = self.draft
        self.kind_field.setVisible(draft.share is Share.OTHER)
        if self._asked is None or self._asked[0] is not draft.share:
            is_known = bool(draft.local_port)
            kind = draft.asked_kind if is_known else draft.custom.kind
            self.kind.setCurrentIndex(list(TunnelType).index(kind))
            usual = draft.custom.ports[0] if draft.custom.ports else ""
            self.host.setText(draft.local_host if is_known else HOME)
            self.port.setText(str(draft.local_port or usual))
            self._look()
            self._is_typed = is_known
        self.list.setFocus()

    def rest(self) -> None:
        """Look no further."""
        for call in self._calls:
            call.cancel()
        self._calls = []
        self._settle()

    def leave(self) -> bool:
        """Take host and port; a warning does not keep from going on."""
        for field in (self.host_field, self.port_field):
            field.clear()
        host, port = self.host.text().strip(), port_of(self.port.text())
        if not host or any(c.isspace() or c in "/:" for c in host.strip("[]")):
            self.host_field.fail(t("new.host.wrong"))
            return False
        if port is None:
            self.port_field.fail(t("new.port.wrong"))
            return False
        self.draft.local_host, self.draft.local_port = host, port
        self.draft.kind = self._kind()
        found = self._found(host, port)
        self.draft.service = found_name(found) if found else ""
        self.draft.exposed = exposed_there(
            host, port, self._kind(), self._listeners or ()
        )
        return True

    def show_error(self, error: ChmlFrpError) -> None:
        """Show it at its field."""
        field = self.host_field if error.field == "local_host" else self.port_field
        field.fail(error_title(error))

    # ------------------------------------------------------------ looking around

    def _look(self) -> None:
        self.rest()
        self._asked = (self.draft.share, self._kind())
        self._listeners, self._worlds = None, []
        self._is_typed = False
        self._show()
        mirror = self.desk.mirror
        self._calls = [
            mirror.aside(
                self.look.listeners,
                done=self._heard,
                failed=self._deaf,
                over=self._settle,
                owner=self,
            )
        ]
        if self.draft.share is Share.JAVA:
            self._calls.append(
                mirror.aside(
                    self.look.worlds,
                    done=self._saw,
                    over=self._settle,
                    owner=self,
                )
            )
        self._settle()

    def _settle(self) -> None:
        is_busy = any(not call.is_over for call in self._calls)
        is_world = self._listeners is not None
        self.turning.setVisible(is_busy)
        self.again.setEnabled(not is_busy)
        if is_busy:
            code = "new.service.worlds" if is_world else "new.service.looking"
            self.looking.setText(t(code))
        else:
            self.looking.setText(t("new.service.found", n=len(self.rows.rows)))
        self._warn()

    def _heard(self, found: list[Listener]) -> None:
        self._listeners = found
        self._show()
        self._settle()

    def _deaf(self, error: ChmlFrpError) -> None:
        self.looking.setText(error_title(error))

    def _saw(self, worlds: Sequence[LanWorld]) -> None:
        self._worlds = found_worlds(worlds)
        self._show()

    def _show(self) -> None:
        custom = self.draft.custom
        programs = found_programs(self._listeners or (), self._kind(), custom)
        self.rows.take(merged(self._worlds, programs))
        best = self.rows.rows[0] if self.rows.rows else None
        if best is not None and best.fits and not self._is_typed:
            self.list.selectRow(0)
        self._warn()

    def _kind(self) -> TunnelType:
        if self.draft.share is Share.OTHER:
            return tuple(TunnelType)[self.kind.currentIndex()]
        return self.draft.custom.kind

    # ------------------------------------------------------------ what is chosen

    def _kind_chosen(self) -> None:
        if self._listeners is not None:
            self._show()

    def _chosen(self) -> None:
        for index in self.list.selectionModel().selectedRows():
            found = self.rows.rows[index.row()]
            self.host.setText(found.host)
            self.port.setText(str(found.port))

    def _typed(self) -> None:
        self._is_typed = True
        self.list.clearSelection()
        self.host_field.clear()
        self.port_field.clear()

    def _found(self, host: str, port: int) -> Found | None:
        rows = self.rows.rows
        return next((r for r in rows if (r.host, r.port) == (host, port)), None)

    def _warn(self) -> None:
        host, port = self.host.text().strip(), port_of(self.port.text())
        if port is None or self._listeners is None:
            self.warning.hide()
            return
        is_found = self._found(host, port) is not None
        show_warning(
            self.warning,
            warning(host, port, self._kind(), self._listeners, is_found=is_found),
        )
