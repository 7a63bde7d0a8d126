"""Fourth: by what visitors come; a port, a free name, or a domain of one's own."""

from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QRadioButton,
    QWidget,
)

from chmlfrp.control.client import ControlClient
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.tokens import M, S
from chmlfrp.desktop.design.views import Spinner
from chmlfrp.desktop.design.widgets import Card, column, label, line
from chmlfrp.desktop.new.draft import Name, Share, Way, check_lent
from chmlfrp.desktop.new.parts import Field, worded
from chmlfrp.desktop.new.step import Step
from chmlfrp.desktop.text import t, whole_error
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.model.domain import FreeDomain, check_key
from chmlfrp.model.node import NodeDetail
from chmlfrp.model.tunnel import TunnelType


class Known(NamedTuple):
    """What the service says of the node and of free names; errors instead of either."""

    node: NodeDetail | None
    offers: list[FreeDomain]
    trouble: ChmlFrpError | None


class AddressStep(Step):
    """Three ways, and the fields of the one that is taken."""

    name = "address"
    fields = frozenset({"remote_port", "domain", "record", "target", "ttl_s"})

    def build(self) -> None:
        """Put the ways above, their fields below."""
        self._call: Call | None = None
        self._node: NodeDetail | None = None
        self._offers: dict[str, FreeDomain] = {}
        self._asked = ""
        self.ways = {way: QRadioButton() for way in Way}
        self._group = QButtonGroup(self)
        self._hints = {way: label(role="caption", wraps=True) for way in Way}
        ways = Card()
        for way, choice in self.ways.items():
            self._group.addButton(choice)
            choice.toggled.connect(self._show_fields)
            ways.body.addLayout(column(choice, self._hints[way], spacing=2))
        self.turning = Spinner(size=18)
        self.asking = label(t("new.address.asking"), "caption")
        self.waiting = QWidget()
        self.waiting.setLayout(line(self.turning, self.asking, None))
        self._build_fields()
        self.body.addWidget(ways)
        self.body.addWidget(self.waiting)
        self.body.addLayout(self.inputs)
        self.body.addWidget(self.trouble)
        self.body.addStretch(1)

    def _build_fields(self) -> None:
        self.port = QLineEdit()
        self.port.setPlaceholderText(t("new.port.any"))
        self.port_field = Field(t("new.remote_port"), self.port)
        self.record = QLineEdit()
        self.domain = QComboBox()
        self.domain.currentIndexChanged.connect(self._show_filing)
        self.record_field = Field(t("new.record"), self.record)
        self.domain_field = Field(t("new.free"), self.domain)
        self.free = QWidget()
        row = line(spacing=S)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self.record_field, 2, top)
        row.addWidget(self.domain_field, 3, top)
        self.free.setLayout(row)
        self.own = QLineEdit()
        self.own.setPlaceholderText(t("new.own.such"))
        self.own_field = Field(t("new.own"), self.own)
        self.is_https = QCheckBox(t("new.https"))
        self.trouble = label(role="field-error", wraps=True)
        self.trouble.hide()
        self.all_fields = (
            self.port_field,
            self.record_field,
            self.domain_field,
            self.own_field,
        )
        for field in (self.port, self.record, self.own):
            field.textEdited.connect(self._clear)
        self.inputs = column(
            self.free, self.own_field, self.port_field, self.is_https, spacing=M
        )

    # ------------------------------------------------------------ coming and going

    def enter(self) -> None:
        """Offer the ways that this kind of thing has."""
        is_web = self.draft.asked_kind.is_web
        can = {
            Way.PORT: not is_web or self.draft.share is Share.WEB,
            Way.FREE: True,
            Way.OWN: is_web,
        }
        for way, choice in self.ways.items():
            choice.setVisible(can[way])
            self._hints[way].setVisible(can[way])
            choice.setText(t(f"new.way.{way}"))
        game = self.draft.share is Share.JAVA
        self._hints[Way.PORT].setText(t("new.way.port.hint"))
        code = "web" if is_web else "game" if game else "plain"
        self._hints[Way.FREE].setText(t(f"new.way.free.{code}"))
        self._hints[Way.OWN].setText(t("new.way.own.hint", host=self._host()))
        if not can[self._way() or Way.FREE] or self._way() is None:
            self.ways[Way.FREE if is_web else Way.PORT].setChecked(True)
        self._show_fields()
        self.ways[self._way() or Way.PORT].setFocus()
        if self._asked != self.draft.node:
            self._ask()

    def recall(self) -> None:
        """Show the way of the draft."""
        draft = self.draft
        self.ways[draft.way].setChecked(True)
        self.port.setText(str(draft.remote_port or ""))
        self.own.setText(draft.own_domain)
        self.is_https.setChecked(draft.kind is TunnelType.HTTPS)

    def rest(self) -> None:
        """Ask no further."""
        if self._call is not None:
            self._call.cancel()

    def leave(self) -> bool:
        """Take what was chosen; False with the fault at its field."""
        self._clear()
        if self._way() is Way.FREE and not self.record.text().strip():
            self.record_field.fail(t("new.record.empty"))
            return False
        if self._way() is Way.FREE and self.domain.currentData() is None:
            self.domain_field.fail(t("new.free.none"))
            return False
        try:
            self._take()
        except InvalidInput as exc:
            self.show_error(exc)
            return False
        return True

    def show_error(self, error: ChmlFrpError) -> None:
        """Show it at its field, with the service's own words."""
        way = self._way()
        by_field = {"remote_port": self.port_field, "record": self.record_field}
        if error.field == "domain":
            field = self.record_field if way is Way.FREE else self.own_field
        else:
            field = by_field.get(error.field, self.port_field)
        if field.isVisibleTo(self):
            field.fail(worded(error))
        else:
            self.trouble.setText(worded(error))
            self.trouble.show()

    # ------------------------------------------------------------ the answer

    def _take(self) -> None:
        draft, way = self.draft, self._way() or Way.PORT
        is_web = way is not Way.PORT and draft.asked_kind.is_web
        draft.way, draft.free, draft.own_domain = way, None, ""
        draft.remote_port = None
        if is_web:
            is_https = self.is_https.isChecked()
            draft.kind = TunnelType.HTTPS if is_https else TunnelType.HTTP
        else:
            is_site = draft.asked_kind.is_web
            draft.kind = TunnelType.TCP if is_site else draft.asked_kind
            draft.remote_port = self._port()
        if way is Way.FREE:
            free = str(self.domain.currentData())
            record = self.record.text().strip()
            check_key(free, record)
            draft.free = Name(domain=free, record=record)
        elif way is Way.OWN:
            draft.own_domain = self.own.text().strip()
        draft.name = draft.name or "x"
        try:
            draft.check()
        finally:
            draft.name = "" if draft.name == "x" else draft.name

    def _port(self) -> int | None:
        text = self.port.text().strip()
        if not text:
            return None
        port = int(text) if text.isascii() and text.isdigit() else 0
        check_lent(port, self._node.ports if self._node else None)
        if not 1 <= port <= 65535:
            message = f"remote port {text} is not between 1 and 65535"
            raise InvalidInput(message, field="remote_port")
        return port

    def _way(self) -> Way | None:
        return next((w for w, choice in self.ways.items() if choice.isChecked()), None)

    def _host(self) -> str:
        return self.draft.node_host or self.draft.node

    # ------------------------------------------------------------ what is shown

    def _show_fields(self) -> None:
        way, is_web = self._way(), self.draft.asked_kind.is_web
        self.free.setVisible(way is Way.FREE)
        self.own_field.setVisible(way is Way.OWN)
        self.port_field.setVisible(way is Way.PORT or not is_web)
        self.is_https.setVisible(is_web and way is not Way.PORT)
        self._clear()

    def _clear(self) -> None:
        for field in self.all_fields:
            field.clear()
        self.trouble.hide()

    def _ask(self) -> None:
        node = self._asked = self.draft.node
        self.waiting.show()

        async def ask(client: ControlClient) -> Known:
            detail, offers = None, list[FreeDomain]()
            trouble = None
            try:
                detail = await client.node(node)
                offers = await client.domains.offers()
            except ChmlFrpError as exc:
                trouble = exc
            return Known(detail, offers, trouble)

        self._call = self.desk.mirror.call(
            ask, done=self._know, failed=self._failed, owner=self
        )

    def _failed(self, error: ChmlFrpError) -> None:
        self._know(Known(None, [], error))

    def _know(self, known: Known) -> None:
        self.waiting.hide()
        self._node = known.node
        self._offers = {offer.name: offer for offer in known.offers}
        if known.trouble is not None:
            self._asked = ""
            self.trouble.setText(whole_error(known.trouble))
            self.trouble.show()
        ports = known.node.ports if known.node else None
        text = t("new.port.range", ports=ports) if ports else ""
        self.port_field.say(text)
        self.draft.node_host = known.node.host if known.node else ""
        self._hints[Way.OWN].setText(t("new.way.own.hint", host=self._host()))
        was = self.domain.currentData()
        self.domain.clear()
        for name in self._offers:
            self.domain.addItem(f".{name}", name)
        self.domain.setCurrentIndex(max(0, self.domain.findData(was)))

    def _show_filing(self) -> None:
        offer = self._offers.get(self.domain.currentData() or "")
        needs = (
            self.draft.asked_kind.is_web
            and self._node is not None
            and self._node.is_in_mainland
        )
        if offer is None:
            self.domain_field.say("")
        elif needs and not offer.has_filing:
            self.domain_field.say(t("new.free.unfiled"))
        else:
            self.domain_field.say(offer.notes)
