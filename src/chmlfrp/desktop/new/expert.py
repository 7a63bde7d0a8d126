"""All fields of a new tunnel on one page, with what the guide knows already."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QCheckBox, QScrollArea, QWidget

from chmlfrp.control.protocol import CreateTunnel, NodeView
from chmlfrp.desktop.design.tokens import XL, M
from chmlfrp.desktop.design.views import Banner
from chmlfrp.desktop.design.widgets import button, column, label, line, set_tone
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.new.draft import Draft, Name, Share, a_name, check_lent
from chmlfrp.desktop.new.look import Look
from chmlfrp.desktop.new.make import Plan
from chmlfrp.desktop.new.table import why_not
from chmlfrp.desktop.new.warn import port_of, show_warning, warning
from chmlfrp.desktop.text import t, told
from chmlfrp.desktop.tunnel.own import OwnForm
from chmlfrp.desktop.tunnel.record import RecordForm
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.local.listeners import Listener
from chmlfrp.model.node import NodeDetail
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import SPEC_FIELDS, TunnelSpec, TunnelType

BLANK = TunnelSpec(name="", node="", type=TunnelType.TCP, local_port=1)


class Expert(QWidget):
    """The forms of the Settings tab, over a tunnel that is not there yet."""

    wanted = Signal(object)
    """A Plan."""
    given_up = Signal()

    def __init__(self, desk: Desk, look: Look) -> None:
        super().__init__()
        self._desk, self._look = desk, look
        self._carried: dict[str, object] = {}
        self._draft = Draft()
        self._name = ""
        self._nodes: dict[str, NodeView] = {}
        self._node: NodeDetail | None = None
        self._listeners: list[Listener] | None = None
        self.record, self.own = RecordForm(), OwnForm()
        self.own.show_options(TunnelOptions())
        self.record.lines["remote_port"].setPlaceholderText(t("new.port.any"))
        self.record.lines["node"].editingFinished.connect(self._ask_node)
        self.free = QCheckBox()
        self.free.setChecked(True)
        self.starts = QCheckBox(t("new.starts"))
        self.starts.setAccessibleName(t("new.starts"))
        self.starts.setChecked(True)
        self.starts.toggled.connect(self._name_make)
        self.warning = Banner()
        self.warning.action.hide()
        self.message = label(role="caption", wraps=True)
        self.cancel = button(t("do.cancel"), self.given_up.emit)
        self.make = button(t("new.create"), self._make, role="primary")
        self._arrange()
        for form in (self.record, self.own):
            form.changed.connect(self._changed)

    def _arrange(self) -> None:
        left = column(self.record, self.free)
        left.addStretch(1)
        right = column(self.own)
        right.addStretch(1)
        inside = QWidget()
        halves = line(spacing=XL, margins=(0, 0, M, M))
        halves.addLayout(left, 1)
        halves.addLayout(right, 1)
        inside.setLayout(halves)
        self._scroll = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(t("new.way.expert"))
        scroll.setWidget(inside)
        body = column(spacing=M)
        body.addWidget(scroll, 1)
        body.addWidget(self.warning)
        foot = line(self.cancel, self.starts, self.make, spacing=M)
        foot.insertWidget(1, self.message, 1)
        body.addLayout(foot)
        self.setLayout(body)

    # ------------------------------------------------------------ coming and going

    def enter(self, draft: Draft) -> None:
        """Take what the guide has learned since; what was typed here stays."""
        self._draft = draft
        if not self._nodes:
            self._desk.mirror.call(
                lambda client: client.nodes(), done=self._show_nodes, owner=self
            )
        if self._listeners is None:
            self._desk.mirror.aside(
                self._look.listeners, done=self._show_listeners, owner=self
            )
        known = self._known(draft)
        fresh = {k: v for k, v in known.items() if self._carried.get(k, "") != v}
        self._carried = known
        self.record.put(fresh)
        snapshot = self._desk.mirror.snapshot
        views = snapshot.tunnels.values() if snapshot else ()
        self.own.show_groups(v.options.group for v in views if v.options.group)
        self._ask_node()
        self._changed()
        self.record.lines["name"].setFocus()

    def _known(self, draft: Draft) -> dict[str, object]:
        if not self._name:
            share = draft.share if draft.local_port else Share.OTHER
            self._name = a_name(share, self._taken())
        return {
            "name": draft.name or self._name,
            "node": draft.node,
            "type": draft.kind,
            "local_host": draft.local_host,
            "local_port": draft.local_port or "",
            "remote_port": draft.remote_port or "",
            "domain": draft.domain or "",
        }

    def show_error(self, error: ChmlFrpError) -> None:
        """Show what the service had against it, at its field if there is one."""
        is_shown = any(form.fail(error) for form in (self.record, self.own))
        self._say(t("opt.mend") if is_shown else told(error), tone="bad")
        self._show_fault()

    # ------------------------------------------------------------ what is known

    def _show_nodes(self, views: Sequence[NodeView]) -> None:
        self._nodes = {view.name: view for view in views}
        self.record.show_nodes(list(self._nodes))

    def _show_listeners(self, rows: list[Listener]) -> None:
        self._listeners = rows
        self._warn()

    def _ask_node(self) -> None:
        name = self.record.lines["node"].text().strip()
        if self._node is not None and self._node.name == name:
            return
        self._node = None
        self.record.entries["remote_port"].say_note("")
        if name:
            self._desk.mirror.call(
                lambda client: client.node(name), done=self._show_node, owner=self
            )

    def _show_node(self, node: NodeDetail) -> None:
        if self.record.lines["node"].text().strip() != node.name:
            return
        self._node = node
        said = t("new.port.range", ports=node.ports) if node.ports else ""
        self.record.entries["remote_port"].say_note(said)

    def _changed(self) -> None:
        self._say("")
        name = self._free_name()
        self.free.setVisible(name is not None)
        if name is not None:
            self.free.setText(t("new.free.too", name=name.whole))
            self.free.setAccessibleName(self.free.text())
        self._warn()

    def _warn(self) -> None:
        lines = self.record.lines
        port = port_of(lines["local_port"].text())
        if port is None or self._listeners is None:
            self.warning.hide()
            return
        host, kind = lines["local_host"].text().strip(), self.record.chosen_kind()
        show_warning(self.warning, warning(host, port, kind, self._listeners))

    def _free_name(self) -> Name | None:
        """Return the guide's free name, if the tunnel can still be reached by it."""
        free = self._draft.free
        if free is None or not self.record.chosen_kind().is_web:
            return free
        domain = self.record.lines["domain"].text().strip()
        return free if domain == free.whole else None

    def _taken(self) -> set[str]:
        snapshot = self._desk.mirror.snapshot
        return {view.name for view in snapshot.tunnels.values()} if snapshot else set()

    # ------------------------------------------------------------ making it

    def _make(self) -> None:
        options = self.own.wanted(TunnelOptions())
        spec = self.record.wanted(BLANK, any_port=True)
        if spec is None or options is None or not self._can_be(spec):
            self._say(t("opt.mend"), tone="bad")
            self._show_fault()
            return
        free = self._free_name() if self.free.isChecked() else None
        is_known = self._node is not None and self._node.name == spec.node
        self.wanted.emit(
            Plan(
                command=CreateTunnel(**{f: getattr(spec, f) for f in SPEC_FIELDS}),
                name=free,
                wants_srv=free is not None
                and spec.type is TunnelType.TCP
                and self._draft.wants_srv,
                node_host=self._node.host if self._node and is_known else "",
                options=options,
                starts=self.starts.isChecked(),
            )
        )

    def _can_be(self, spec: TunnelSpec) -> bool:
        """Whether the account may have it as far as is known; else that is shown."""
        if spec.name in self._taken():
            return self._fault("name", t("new.name.taken"))
        if self._nodes:
            view = self._nodes.get(spec.node)
            why = self._why_not(view, spec.type) if view else t("new.node.unknown")
            if why:
                return self._fault("node", why)
        is_known = self._node is not None and self._node.name == spec.node
        if spec.remote_port and self._node and is_known:
            try:
                check_lent(spec.remote_port, self._node.ports)
            except InvalidInput as error:
                return not self.record.fail(error)
        return True

    def _why_not(self, view: NodeView, kind: TunnelType) -> str:
        snapshot = self._desk.mirror.snapshot
        account = snapshot.session.account if snapshot else None
        is_member = account is not None and account.is_member
        return why_not(view, kind, is_member=is_member)

    def _fault(self, name: str, text: str) -> bool:
        self.record.entries[name].say_error(text)
        self.record.entries[name].holder.setFocus()
        return False

    def _show_fault(self) -> None:
        focused = QApplication.focusWidget()
        if focused is not None and self._scroll.isAncestorOf(focused):
            self._scroll.ensureWidgetVisible(focused)

    def _name_make(self) -> None:
        is_started = self.starts.isChecked()
        text = t("new.create" if is_started else "new.create.only")
        self.make.setText(text)
        self.make.setAccessibleName(text)

    def _say(self, text: str, *, tone: str = "") -> None:
        self.message.setText(text)
        set_tone(self.message, tone)
