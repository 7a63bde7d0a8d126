"""Asking a person what becomes of a link, and doing it."""

from PySide6.QtWidgets import QMessageBox, QWidget

from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.links.read import TunnelLink, read_link
from chmlfrp.desktop.text import t, whole_error
from chmlfrp.errors import InvalidInput


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
            from chmlfrp.desktop.new.dialog import NewTunnel

            NewTunnel(self._desk, self._parent, link=link.command).open()

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
