"""What can be done with chosen tunnels: from buttons, keys and the menu of a row."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from chmlfrp.control.archive import RestoreTunnel
from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import EditTunnel, TunnelView
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import t, whole_error
from chmlfrp.desktop.tunnel.asks import LineQuestion, NodeQuestion, named
from chmlfrp.desktop.tunnel.edits import EditSeveral, ToSave
from chmlfrp.desktop.tunnel.rows import TunnelRows
from chmlfrp.desktop.tunnel.settings import save
from chmlfrp.desktop.tunnel.several import Done, Job, SeveralDialog
from chmlfrp.errors import ChmlFrpError, InvalidInput, NotFound
from chmlfrp.model.tunnel import Tunnel

Views = Sequence[TunnelView]
PORT_TRIES = 4
"""How many ports of another node are tried where the old one cannot be had."""


class TunnelDeeds(QObject):
    """Asks where that is due, does it, and says what came of it."""

    def __init__(self, desk: Desk, rows: TunnelRows, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._rows, self._parent = desk, rows, parent

    # ------------------------------------------------------------ on and off

    def want(self, ids: Sequence[int], *, is_on: bool) -> None:
        """Start or stop them; the wish is seen at once."""
        self._rows.wish(ids, is_on=is_on)

        async def ask(client: ControlClient) -> None:
            await (client.start(ids) if is_on else client.stop(ids))

        def failed(error: ChmlFrpError) -> None:
            self._rows.unwish(ids)
            self._say_failed(error)

        def done(_: None) -> None:
            snapshot = self._desk.mirror.snapshot
            if snapshot is not None:
                self._rows.take(snapshot, ids)

        self._desk.mirror.call(ask, done=done, failed=failed, owner=self)

    def restart(self, ids: Sequence[int]) -> None:
        """Close them and open them again."""
        self._desk.mirror.call(
            lambda client: client.restart(ids), failed=self._say_failed, owner=self
        )

    def copy(self, views: Views) -> None:
        """Put their public addresses on the clipboard, each on its line."""
        addresses = [view.address for view in views if view.address]
        if not addresses:
            self._desk.toast(t("tunnels.no_address"), "", None)
            return
        QGuiApplication.clipboard().setText("\n".join(addresses))
        first = addresses[0]
        said = t("said.copied", text=first)
        if len(addresses) > 1:
            said = t("tunnels.copied", n=len(addresses))
        self._desk.toast(said, "", None)

    # ------------------------------------------------------------ labels

    def ask_remark(self, views: Views) -> None:
        """Ask for their remark."""
        if views:
            LineQuestion(
                self._parent,
                views,
                field="remark",
                taken=lambda text: self._label(views, "remark", text),
            ).open()

    def ask_group(self, views: Views) -> None:
        """Ask for the group that they are to be in."""
        if views:
            LineQuestion(
                self._parent,
                views,
                field="group",
                offers=self.groups(),
                taken=lambda text: self.move_to_group(views, text),
            ).open()

    def move_to_group(self, views: Views, group: str) -> None:
        """Put them into that group; empty: into none."""
        self._label(views, "group", group)

    def groups(self) -> list[str]:
        """Return the groups that there are."""
        snapshot = self._desk.mirror.snapshot
        views = snapshot.tunnels.values() if snapshot else ()
        return sorted({view.options.group for view in views} - {""})

    def _label(self, views: Views, field: str, text: str) -> None:
        changed = [view for view in views if getattr(view.options, field) != text]

        async def label(client: ControlClient, number: int) -> None:
            options = msgspec.structs.replace(
                await client.options(number), **{field: text}
            )
            await client.set_options(number, options)

        self._each(changed, t(f"ask.{field}"), label)

    # ------------------------------------------------------------ record

    def edit(self, views: Views) -> None:
        """Ask what is to be different in all of them."""
        if views:
            EditSeveral(self._parent, views, self._save).open()

    def _save(self, found: list[ToSave]) -> None:
        changes = {one.view.id: one.change for one in found}

        async def job(client: ControlClient, number: int) -> None:
            saved = await save(client, number, changes[number])
            if saved.error is not None:
                raise saved.error

        views = [one.view for one in found]
        self._each(views, t("several.saving", n=len(views)), job)

    def ask_node(self, views: Views) -> None:
        """Ask for the node that they are to be on."""
        if views:
            NodeQuestion(
                self._desk,
                self._parent,
                views,
                lambda node, any_port: self._move(views, node, any_port=any_port),
            ).open()

    def _move(self, views: Views, node: str, *, any_port: bool) -> None:
        async def job(client: ControlClient, number: int) -> None:
            await move(client, number, node, any_port=any_port)

        chosen = [view for view in views if view.tunnel and view.tunnel.node != node]
        self._each(chosen, t("several.moving", n=len(chosen), node=node), job)

    # ------------------------------------------------------------ away and back

    def ask_delete(self, views: Views) -> None:
        """Ask whether they are to be deleted."""
        if not views:
            return
        ask = QMessageBox(self._parent)
        ask.setIcon(QMessageBox.Icon.Warning)
        ask.setWindowTitle(t("do.delete"))
        ask.setText(t("tunnels.delete.ask", n=len(views), names=named(views)))
        ask.setInformativeText(t("tunnels.delete.undo"))
        role = QMessageBox.ButtonRole
        delete = ask.addButton(t("do.delete"), role.DestructiveRole)
        keep = ask.addButton(t("do.cancel"), role.RejectRole)
        ask.setDefaultButton(keep)
        ask.exec()
        if ask.clickedButton() is delete:
            self.delete(views)

    def delete(self, views: Views) -> None:
        """Delete them and offer to make them again, all together."""

        async def job(client: ControlClient, number: int) -> None:
            await client.delete(number)

        dialog = self._dialog(views, t("several.deleting", n=len(views)), job)
        dialog.ended.connect(self._offer_undo)
        dialog.begin()

    def _offer_undo(self, done: list[Done]) -> None:
        gone = {one.number for one in done if one.error is None}
        if not gone:
            return

        async def ask(client: ControlClient) -> list[int]:
            kept = await client.archive.deleted()
            latest: dict[int, int] = {}
            for one in kept:
                latest.setdefault(one.tunnel.id, one.number)
            return [latest[number] for number in sorted(gone) if number in latest]

        def said(numbers: list[int]) -> None:
            text = t("tunnels.deleted", n=len(gone))
            if numbers:
                self._desk.toast(text, t("do.undo"), lambda: self._undo(numbers))
            else:
                self._desk.toast(text, "", None)

        self._desk.mirror.call(ask, done=said, failed=self._say_failed, owner=self)

    def _undo(self, numbers: Sequence[int]) -> None:
        async def ask(client: ControlClient) -> list[Tunnel]:
            kept = {one.number: one for one in await client.archive.deleted()}
            made = []
            for number in numbers:
                if number not in kept:
                    raise NotFound(f"the archive has no number {number}")
                command = RestoreTunnel(start=kept[number].was_wanted)
                made.append(await client.archive.restore(number, command))
            return made

        def done(made: list[Tunnel]) -> None:
            names = ", ".join(tunnel.name for tunnel in made)
            self._desk.toast(t("tunnels.restored", names=names), "", None)

        self._desk.mirror.call(ask, done=done, failed=self._say_failed, owner=self)

    # ------------------------------------------------------------ one by one

    def _each(self, views: Views, title: str, job: Job) -> None:
        if not views:
            self._desk.toast(t("tunnels.same"), "", None)
            return
        dialog = self._dialog(views, title, job)
        dialog.ended.connect(self._say_done)
        dialog.begin()

    def _dialog(self, views: Views, title: str, job: Job) -> SeveralDialog:
        names = {view.id: view.name for view in views}
        return SeveralDialog(
            self._desk, self._parent, title=title, names=names, job=job
        )

    def _say_done(self, done: list[Done]) -> None:
        good = sum(one.error is None for one in done)
        if good:
            self._desk.toast(t("several.done", n=good), "", None)

    def _say_failed(self, error: ChmlFrpError) -> None:
        self._desk.toast(whole_error(error), "", None)


async def move(
    client: ControlClient, number: int, node: str, *, any_port: bool
) -> None:
    """Put a tunnel on another node, with another port where the old one is taken."""
    try:
        await client.edit(number, EditTunnel(node=node))
        return
    except InvalidInput as error:
        if not any_port or error.field != "remote_port":
            raise
    ports = (await client.node(node)).ports
    if ports is None:
        raise InvalidInput("the node says no ports", field="remote_port")
    for left in reversed(range(PORT_TRIES)):
        command = EditTunnel(node=node, remote_port=ports.any())
        try:
            await client.edit(number, command)
            return
        except InvalidInput as error:
            if error.field != "remote_port" or not left:
                raise
