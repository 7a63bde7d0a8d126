"""The menu of chosen rows."""

from collections.abc import Callable, Sequence

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.design.icons import icon
from chmlfrp.desktop.text import t
from chmlfrp.desktop.tunnel.deeds import TunnelDeeds
from chmlfrp.desktop.tunnel.rows import TunnelRows

MOST_GROUPS = 20


class TunnelMenu(QMenu):
    """What can be done with them; entries that make no sense now are faint."""

    def __init__(
        self,
        parent: QWidget,
        views: Sequence[TunnelView],
        deeds: TunnelDeeds,
        rows: TunnelRows,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(t("menu.name"))
        self._views, self._deeds = views, deeds
        self.entries: dict[str, QAction] = {}
        ids = [view.id for view in views]
        on = [view for view in views if rows.is_wanted(view)]
        self._add("start", lambda: deeds.want(ids, is_on=True), len(on) < len(ids))
        self._add("stop", lambda: deeds.want(ids, is_on=False), bool(on))
        self._add("restart", lambda: deeds.restart(ids), bool(on))
        self.addSeparator()
        has_address = any(view.address for view in views)
        self._add("copy", lambda: deeds.copy(views), has_address, key="Ctrl+C")
        self._add(
            "edit", lambda: deeds.ask_remark(views), bool(ids), key="F2", text="remark"
        )
        if len(ids) > 1:
            self._add("settings", lambda: deeds.edit(views), text="edit")
        self.addSeparator()
        self._add_groups()
        self._add("nodes", lambda: deeds.ask_node(views), bool(ids), text="move")
        self.addSeparator()
        self._add("delete", lambda: deeds.ask_delete(views), bool(ids), key="Del")

    def add_import(self, do: Callable[[], object]) -> None:
        """Offer what needs none of them."""
        self.addSeparator()
        self._add("download", do, text="import")

    def _add(
        self,
        glyph: str,
        do: Callable[[], object],
        is_on: bool = True,
        *,
        text: str = "",
        key: str = "",
    ) -> None:
        code = text or glyph
        entry = self.addAction(icon(glyph), t(f"menu.{code}"))
        entry.setEnabled(is_on)
        entry.triggered.connect(lambda: do())
        if key:
            entry.setShortcut(QKeySequence(key))
            entry.setShortcutVisibleInContextMenu(True)
        self.entries[code] = entry

    def _add_groups(self) -> None:
        menu = self.addMenu(icon("folder"), t("menu.group"))
        menu.setAccessibleName(t("menu.group"))
        menu.setEnabled(bool(self._views))
        here = {view.options.group for view in self._views}
        for group in ("", *self._deeds.groups()[:MOST_GROUPS]):
            entry = menu.addAction(group or t("menu.group.none"))
            entry.setCheckable(True)
            entry.setChecked(here == {group})
            entry.triggered.connect(self._moving(group))
        menu.addSeparator()
        other = menu.addAction(icon("new"), t("menu.group.new"))
        other.triggered.connect(lambda: self._deeds.ask_group(self._views))
        self.groups = menu

    def _moving(self, group: str) -> Callable[[], None]:
        return lambda: self._deeds.move_to_group(self._views, group)
