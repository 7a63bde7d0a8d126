"""Asking a person what becomes of a link, and doing it."""

import msgspec
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QMessageBox,
    QWidget,
)

from chmlfrp.control.protocol import CreateTunnel, NodeView
from chmlfrp.desktop.design.tokens import L, M
from chmlfrp.desktop.design.widgets import button, column, label
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.links.read import NewLink, TunnelLink, read_link
from chmlfrp.desktop.text import error_text, error_title, t, whole_error
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.model.exposure import exposed
from chmlfrp.model.tunnel import Tunnel
from chmlfrp.words.exposure import word_exposed
from chmlfrp.words.field import word_field

SHOWN = ("name", "type", "local_host", "local_port", "remote_port", "domain")


class LinkDesk:
    """Takes links one after the other."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        self._desk = desk
        self._parent = parent

    def take(self, text: str) -> None:
        """Ask what the link is for; refuse one that no link may be."""
        try:
            link = read_link(text)
        except InvalidInput as refused:
            self._refuse(refused)
            return
        if isinstance(link, TunnelLink):
            self._tunnel(link)
        else:
            dialog = NewLinkDialog(self._desk, link, self._parent)
            dialog.open()

    def _refuse(self, refused: InvalidInput) -> None:
        secret = refused.field == "secret"
        why = t("link.secret") if secret else whole_error(refused)
        box = QMessageBox(self._parent)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(t("link.title"))
        box.setText(t("link.refused"))
        box.setInformativeText(why)
        box.addButton(t("do.close"), QMessageBox.ButtonRole.AcceptRole)
        box.open()

    def _tunnel(self, link: TunnelLink) -> None:
        snapshot = self._desk.mirror.snapshot
        view = snapshot.tunnels.get(link.number) if snapshot else None
        if view is None:
            self._desk.toast(t("link.no_tunnel", n=link.number), "", None)
            return
        self._desk.go("tunnels", str(link.number))
        if not link.do:
            return
        box = QMessageBox(self._parent)
        box.setWindowTitle(t("link.title"))
        box.setText(t(f"link.{link.do}", name=view.name))
        role = QMessageBox.ButtonRole
        do = box.addButton(t(f"link.{link.do}.do"), role.AcceptRole)
        leave = box.addButton(t("do.cancel"), role.RejectRole)
        box.setDefaultButton(leave)
        box.setEscapeButton(leave)
        do.clicked.connect(lambda: self._do(link))
        box.open()

    def _do(self, link: TunnelLink) -> None:
        is_start = link.do == "start"
        self._desk.mirror.call(
            lambda client: (
                client.start([link.number]) if is_start else client.stop([link.number])
            ),
            failed=lambda error: self._desk.toast(whole_error(error), "", None),
        )


class NewLinkDialog(QDialog):
    """What a link wants to be made, and what that would publish."""

    def __init__(self, desk: Desk, link: NewLink, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._command = link.command
        self.setWindowTitle(t("link.title"))
        self.setMinimumWidth(460)
        form = QFormLayout()
        form.setVerticalSpacing(M)
        for name in SHOWN:
            value = getattr(self._command, name)
            if value not in (None, ""):
                form.addRow(label(word_field(name), "soft"), label(str(value)))
        self.node = QComboBox()
        self.node.setAccessibleName(word_field("node"))
        form.addRow(label(word_field("node"), "soft"), self.node)
        self.error = label(role="field-error", wraps=True)
        self.make = button(t("link.new.do"), role="primary")
        leave = button(t("do.cancel"))
        leave.setDefault(True)
        buttons = QDialogButtonBox()
        buttons.addButton(self.make, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(leave, QDialogButtonBox.ButtonRole.RejectRole)
        self.make.clicked.connect(self._make)
        buttons.rejected.connect(self.reject)
        body = column(
            label(t("link.new"), "heading", wraps=True), margins=(L, L, L, L), spacing=M
        )
        body.addLayout(form)
        found = exposed(self._command.local_port, kind=self._command.type)
        if found is not None:
            body.addWidget(label(word_exposed(found), "field-error", wraps=True))
        body.addWidget(self.error)
        body.addWidget(buttons)
        self.setLayout(body)
        self._choose_node()

    def _choose_node(self) -> None:
        if self._command.node:
            self.node.addItem(self._command.node)
            self.node.setEnabled(False)
            return
        self.make.setEnabled(False)
        self._desk.mirror.call(
            lambda client: client.nodes(),
            done=self._show_nodes,
            failed=self._failed,
            owner=self,
        )

    def _show_nodes(self, nodes: list[NodeView]) -> None:
        self.node.addItems([view.name for view in nodes if view.is_online])
        self.make.setEnabled(self.node.count() > 0)

    def _make(self) -> None:
        self.error.clear()
        self.make.setEnabled(False)
        command: CreateTunnel = msgspec.structs.replace(
            self._command, node=self.node.currentText()
        )
        self._desk.mirror.call(
            lambda client: client.create(command),
            done=self._made,
            failed=self._failed,
            over=lambda: self.make.setEnabled(True),
            owner=self,
        )

    def _made(self, tunnel: Tunnel) -> None:
        self.accept()
        self._desk.go("tunnels", str(tunnel.id))

    def _failed(self, error: ChmlFrpError) -> None:
        self.error.setText(f"{error_title(error)}\n{error_text(error)}".strip())
