"""Small questions about chosen tunnels: a remark, a group, another node."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDialog,
    QLineEdit,
    QPushButton,
    QWidget,
)

from chmlfrp.control.protocol import NodeView, TunnelView
from chmlfrp.desktop.design.tokens import L, M
from chmlfrp.desktop.design.widgets import button, column, label, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.new.table import why_not
from chmlfrp.desktop.text import t, told
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.model.options import LONGEST_GROUP, LONGEST_REMARK, TunnelOptions
from chmlfrp.words.field import word_field

WIDE = 420
NAMED = 6
"""So many tunnels are named, the others are counted."""


def named(views: Sequence[TunnelView]) -> str:
    """Return the names of a few and how many more there are."""
    names = ", ".join(view.name for view in views[:NAMED])
    more = len(views) - NAMED
    return t("several.more", names=names, n=more) if more > 0 else names


class Question(QDialog):
    """A heading, what it is about, an answer; Enter takes it, Esc does not."""

    def __init__(
        self, parent: QWidget, *, title: str, about: str, take: str, answer: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(WIDE)
        self.error = label(role="field-error", wraps=True)
        self.error.hide()
        self.take: QPushButton = button(take, self.accept, role="primary")
        self.take.setDefault(True)
        self.cancel = button(t("do.cancel"), self.reject)
        self.cancel.setAutoDefault(False)
        self.body = column(
            label(title, "heading", wraps=True),
            label(about, "soft", wraps=True),
            answer,
            self.error,
            line(None, self.cancel, self.take),
            margins=(L, L, L, L),
            spacing=M,
        )
        self.setLayout(self.body)
        answer.setFocus()

    def fail(self, text: str) -> None:
        """Say what is wrong with the answer."""
        self.error.setText(text)
        self.error.show()


class LineQuestion(Question):
    """One line of text: a remark, or the group to be in."""

    def __init__(
        self,
        parent: QWidget,
        views: Sequence[TunnelView],
        *,
        field: str,
        offers: Iterable[str] = (),
        taken: Callable[[str], object],
    ) -> None:
        self.answer = QLineEdit()
        self.answer.setAccessibleName(word_field(field))
        most = LONGEST_GROUP if field == "group" else LONGEST_REMARK
        self.answer.setMaxLength(most)
        self.answer.setPlaceholderText(t(f"ask.{field}.none"))
        values = {getattr(view.options, field) for view in views}
        if len(values) == 1:
            self.answer.setText(values.pop())
        completer = QCompleter(sorted(set(offers)), self.answer)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.answer.setCompleter(completer)
        self._field, self._taken = field, taken
        super().__init__(
            parent,
            title=t(f"ask.{field}"),
            about=named(views),
            take=t("do.save"),
            answer=self.answer,
        )
        self.answer.selectAll()

    def accept(self) -> None:
        """Take the line if it can be one."""
        text = self.answer.text().strip()
        try:
            if self._field == "group":
                TunnelOptions(group=text).check()
            else:
                TunnelOptions(remark=text).check()
        except InvalidInput as error:
            self.fail(told(error))
            return
        super().accept()
        self._taken(text)


class NodeQuestion(Question):
    """Another node, out of those that can carry all of them."""

    def __init__(
        self,
        desk: Desk,
        parent: QWidget,
        views: Sequence[TunnelView],
        taken: Callable[[str, bool], object],
    ) -> None:
        self._views, self._taken, self._desk = views, taken, desk
        self.nodes = QComboBox()
        self.nodes.setAccessibleName(word_field("node"))
        self.any_port = QCheckBox(t("ask.any_port"))
        self.any_port.setChecked(True)
        was = sorted({view.tunnel.node for view in views if view.tunnel})
        super().__init__(
            parent,
            title=t("ask.node"),
            about=t("ask.node.from", names=named(views), nodes=", ".join(was)),
            take=t("ask.move"),
            answer=self.nodes,
        )
        self.body.insertWidget(3, self.any_port)
        self.take.setEnabled(False)
        self.nodes.addItem(t("loading"))
        desk.mirror.call(
            lambda client: client.nodes(),
            done=self._show,
            failed=self._failed,
            owner=self,
        )

    def accept(self) -> None:
        """Take the node that is chosen."""
        if not self.take.isEnabled():
            return
        super().accept()
        self._taken(str(self.nodes.currentData()), self.any_port.isChecked())

    def _show(self, nodes: list[NodeView]) -> None:
        snapshot = self._desk.mirror.snapshot
        account = snapshot.session.account if snapshot else None
        is_member = account is not None and account.is_member
        kinds = {view.tunnel.type for view in self._views if view.tunnel}
        self.nodes.clear()
        here = {view.tunnel.node for view in self._views if view.tunnel}
        for node in sorted(nodes, key=lambda n: (not n.is_favourite, n.name)):
            reasons = (why_not(node, kind, is_member=is_member) for kind in kinds)
            reason = next(filter(None, reasons), "")
            if not reason and here != {node.name}:
                self.nodes.addItem(f"{node.name}  {node.area}".strip(), node.name)
        self.take.setEnabled(self.nodes.count() > 0)
        if not self.nodes.count():
            self.fail(t("ask.node.none"))
        self.nodes.setFocus()

    def _failed(self, error: ChmlFrpError) -> None:
        self.nodes.clear()
        self.fail(told(error))
