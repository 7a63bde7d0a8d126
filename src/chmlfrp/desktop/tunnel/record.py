"""The fields that the account has of a tunnel."""

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QCompleter, QLineEdit, QPlainTextEdit

from chmlfrp.desktop.design.form import Form, whole
from chmlfrp.desktop.design.tokens import L, M
from chmlfrp.desktop.design.widgets import column, label, line
from chmlfrp.desktop.settings.rows import Choice
from chmlfrp.desktop.text import t
from chmlfrp.errors import InvalidInput
from chmlfrp.model.tunnel import SPEC_FIELDS, TunnelSpec, TunnelType
from chmlfrp.words.field import word_field

PORT = 65535
LINES = ("name", "node", "local_host", "local_port", "remote_port", "domain")
SWITCHES = ("encryption", "compression")
EXTRA_HEIGHT = 76


class RecordForm(Form):
    """Name, node, both ends, and how the bytes travel."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = {name: QLineEdit() for name in LINES}
        self.kind = Choice()
        for kind in TunnelType:
            self.kind.addItem(kind.value, kind)
        self.kind.currentIndexChanged.connect(lambda _: self._kind_chosen())
        ports = {
            name: whole(name, most=PORT, may_be_none=name == "remote_port")
            for name in ("local_port", "remote_port")
        }
        for name, field in self.lines.items():
            self.add(name, word_field(name), field, parse=ports.get(name))
        self.add("type", word_field("type"), self.kind, parse=TunnelType)
        for name in SWITCHES:
            box = QCheckBox(t(f"opt.{name}"))
            self.add(name, word_field(name), box, hint=t(f"opt.{name}.hint"))
        self.extra = QPlainTextEdit()
        self.extra.setFixedHeight(EXTRA_HEIGHT)
        self.extra.setTabChangesFocus(True)
        self.add("extra", word_field("extra"), self.extra, hint=t("opt.extra.hint"))
        self._arrange()
        self._kind_chosen()

    def show_nodes(self, names: list[str]) -> None:
        """Offer these while a node is typed."""
        completer = QCompleter(names, self.lines["node"])
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.lines["node"].setCompleter(completer)

    def show_spec(self, spec: TunnelSpec) -> None:
        """Show this record."""
        values = {name: getattr(spec, name) for name in SPEC_FIELDS}
        for name in ("remote_port", "domain"):
            values[name] = "" if values[name] is None else values[name]
        self.put(values)
        self._kind_chosen()

    def wanted(self, base: TunnelSpec, *, any_port: bool = False) -> TunnelSpec | None:
        """Return the record as it is in the form; None if it cannot be, which is shown.

        any_port: an empty remote port is one that is chosen later.
        """
        unused = "remote_port" if self.chosen_kind().is_web else "domain"
        values = self.values(name for name in self.entries if name != unused)
        if values is None:
            return None
        spec = msgspec.structs.replace(base, **values, **{unused: None})
        is_open = any_port and not spec.type.is_web and spec.remote_port is None
        checked = msgspec.structs.replace(spec, remote_port=1) if is_open else spec
        try:
            checked.check()
        except InvalidInput as error:
            self.fail(error)
            return None
        return spec

    def chosen_kind(self) -> TunnelType:
        """Return the type in the form."""
        return TunnelType(self.kind.currentData())

    def _kind_chosen(self) -> None:
        is_web = self.chosen_kind().is_web
        self.entries["remote_port"].setVisible(not is_web)
        self.entries["domain"].setVisible(is_web)

    def _arrange(self) -> None:
        each = self.entries
        body = column(
            label(t("opt.basics"), "heading"),
            each["name"],
            line(each["type"], each["node"], spacing=M),
            line(each["local_host"], each["local_port"], spacing=M),
            each["remote_port"],
            each["domain"],
            label(t("opt.transport"), "heading"),
            each["encryption"],
            each["compression"],
            each["extra"],
            spacing=M,
        )
        body.insertSpacing(body.count() - 4, L - M)
        self.setLayout(body)
