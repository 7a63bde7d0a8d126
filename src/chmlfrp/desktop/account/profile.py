"""Somebody is signed in: who, what the account may, and what can be changed."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from chmlfrp.control.account import AttendanceView, TokenConsequences
from chmlfrp.control.protocol import SessionState, SessionView
from chmlfrp.desktop.account.avatar import Avatar
from chmlfrp.desktop.account.changes import (
    edit_dialog,
    password_dialog,
    sign_out_dialog,
    token_dialog,
)
from chmlfrp.desktop.account.form import failure
from chmlfrp.desktop.account.several import OthersCard
from chmlfrp.desktop.design.tokens import XL, XS, L, M, Tone
from chmlfrp.desktop.design.widgets import (
    Card,
    Elided,
    Pill,
    button,
    column,
    label,
    line,
    rule,
    set_tone,
)
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import size, t
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.account import Account

FOR_LIFE = "9999-09-09"


class Quota(QWidget):
    """What is used of how much, in words and as a bar."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.value = label(role="soft")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(title)
        row = line(label(title), None, self.value)
        self.setLayout(column(row, self.bar, spacing=XS))

    def show_use(self, used: int, most: int) -> None:
        """Show that much of it."""
        self.value.setText(f"{used} / {most}")
        self.bar.setMaximum(max(1, most))
        self.bar.setValue(min(used, max(1, most)))


class Fact(QWidget):
    """A number with its name below."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.value = Elided(role="heading")
        self.setLayout(column(self.value, Elided(title, "caption"), spacing=2))

    def say(self, text: str) -> None:
        """Show it."""
        self.value.setText(text)
        self.value.setAccessibleName(text)


class ProfileView(QWidget):
    """The profile, the daily visits, and what can be done."""

    def __init__(self, desk: Desk, *, add: Callable[[], object]) -> None:
        super().__init__()
        self.desk = desk
        self._account: Account | None = None
        self._visit_url = ""
        self._is_lacking = False
        """The visits were asked for and did not come."""
        self.others = OthersCard(desk, add=add)
        whole = column(
            self._profile(),
            self._visits(),
            self._security(),
            self.others,
            spacing=M,
        )
        whole.addStretch(1)
        self.setLayout(whole)
        self.setMaximumWidth(900)

    def show_session(self, session: SessionView) -> None:
        """Show the account, and ask for its visits if it is another."""
        account = session.account
        assert account is not None
        is_other = self._account is None or self._account.id != account.id
        self._account = account
        self.avatar.show_name(account.name)
        self.name.setText(account.name)
        self.group.show_state(account.group, Tone.ACCENT)
        self.contact.setText(" · ".join(filter(None, (account.email, account.qq))))
        self.until.setText(expiry(account))
        self.tunnels.show_use(account.tunnels_used, account.tunnel_limit)
        self.points.say(f"{account.points}")
        self.bandwidth.say(f"{account.bandwidth_mbps} Mbps")
        self.sent.say(size(account.uploaded_bytes))
        self.received.say(size(account.downloaded_bytes))
        real = (
            "account.real.yes" if account.is_real_name_verified else "account.real.no"
        )
        self.real.say(t(real))
        self.service.setText(session.service_url)
        self.others.show_session(session)
        is_back = self.desk.mirror.is_live and session.trouble is None
        is_wanted = is_other or (self._is_lacking and is_back)
        if is_wanted and session.state is SessionState.SIGNED_IN:
            self.ask()

    def ask(self) -> None:
        """Ask for what does not come by itself."""
        self._is_lacking = False
        self.desk.mirror.call(
            lambda client: client.account.attendance(),
            done=self._show_visits,
            failed=self._no_visits,
            owner=self,
        )

    def _no_visits(self, error: ChmlFrpError) -> None:
        self._is_lacking = True
        self._say_visits(failure(error), "bad")

    # ------------------------------------------------------------------ making

    def _profile(self) -> Card:
        card = Card()
        card.body.setContentsMargins(XL, XL, XL, XL)
        card.body.setSpacing(L)
        self.avatar = Avatar(side=64)
        self.name = Elided(role="title")
        self.group = Pill(tone=Tone.ACCENT)
        self.contact = Elided(role="soft")
        self.until = label(role="caption")
        self.edit = button(t("account.edit"), self._edit, glyph="edit")
        upper = line(self.group, self.until, None, spacing=M)
        head = line(self.avatar, spacing=L)
        head.addLayout(column(self.name, self.contact, upper, spacing=XS), 1)
        head.addWidget(self.edit, 0, Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(head)
        card.body.addWidget(rule())
        self.tunnels = Quota(t("account.tunnels"))
        card.body.addWidget(self.tunnels)
        self.points = Fact(t("account.points"))
        self.bandwidth = Fact(t("account.bandwidth"))
        self.sent = Fact(t("account.sent"))
        self.received = Fact(t("account.received"))
        self.real = Fact(t("account.real"))
        facts = line(spacing=L)
        for fact in (
            self.points,
            self.bandwidth,
            self.sent,
            self.received,
            self.real,
        ):
            facts.addWidget(fact, 1)
        card.body.addLayout(facts)
        return card

    def _visits(self) -> Card:
        card = Card(t("account.visits"))
        self.visits = label(t("loading"), "soft", wraps=True)
        self.visit = button(t("overview.visit"), self._visit, glyph="open")
        self.visit.hide()
        row = line(spacing=M)
        row.addWidget(self.visits, 1)
        row.addWidget(self.visit)
        card.body.addLayout(row)
        return card

    def _security(self) -> Card:
        card = Card(t("account.security"))
        card.body.setSpacing(M)
        self.password = button(t("account.password.change"), self._password)
        self.token = button(t("account.token.renew"), self._ask_token, role="danger")
        self.out = button(t("account.sign_out"), self._sign_out)
        self.service = Elided(role="caption")
        self.error = label(role="field-error", wraps=True)
        self.error.hide()
        rows = (
            _row(
                t("account.password"),
                label(t("account.password.what"), "caption", wraps=True),
                self.password,
            ),
            _row(
                t("account.token"),
                label(t("account.token.what"), "caption", wraps=True),
                self.token,
            ),
            _row(t("account.sign_out"), self.service, self.out),
        )
        for number, row in enumerate(rows):
            if number:
                card.body.addWidget(rule())
            card.body.addWidget(row)
        card.body.addWidget(self.error)
        return card

    # ------------------------------------------------------------------- doing

    def _edit(self) -> None:
        if self._account is not None:
            edit_dialog(self, self.desk, self._account).open()

    def _password(self) -> None:
        password_dialog(self, self.desk).open()

    def _ask_token(self) -> None:
        self.error.hide()
        self.token.setEnabled(False)
        self.desk.mirror.call(
            lambda client: client.account.token_consequences(),
            done=self._renew,
            failed=self.say_error,
            over=lambda: self.token.setEnabled(True),
            owner=self,
        )

    def _renew(self, consequences: TokenConsequences) -> None:
        if self._account is not None:
            token_dialog(self, self.desk, self._account, consequences).open()

    def _sign_out(self) -> None:
        snapshot = self.desk.mirror.snapshot
        views = snapshot.tunnels.values() if snapshot else ()
        mine = self._account.id if self._account else None
        wanted = [v.id for v in views if v.wanted and v.account == mine]
        sign_out_dialog(self, self.desk, wanted, failed=self.say_error).open()

    def say_error(self, error: ChmlFrpError) -> None:
        """Say what did not work."""
        self.error.setText(failure(error))
        self.error.show()

    def _show_visits(self, view: AttendanceView) -> None:
        attendance = view.attendance
        done = (
            "overview.visited" if attendance.is_done_today else "overview.not_visited"
        )
        counted = t("overview.visits", n=attendance.times, points=attendance.points)
        others = t("account.visits.others", n=attendance.others_today)
        self._say_visits(f"{t(done)}\n{counted} · {others}", "")
        self._visit_url = view.page
        self.visit.setVisible(bool(view.page))

    def _say_visits(self, text: str, tone: str) -> None:
        self.visits.setText(text)
        set_tone(self.visits, tone)

    def _visit(self) -> None:
        QDesktopServices.openUrl(QUrl(self._visit_url))


def expiry(account: Account) -> str:
    """Return until when the account is a member, empty if it is none."""
    if not account.member_until:
        return ""
    if account.member_until.startswith(FOR_LIFE):
        return t("account.for_life")
    return t("overview.until", day=account.member_until)


def _row(title: str, told: QWidget, action: QWidget) -> QFrame:
    row = line(spacing=L)
    row.addLayout(column(label(title), told, spacing=2), 1)
    row.addWidget(action)
    holder = QFrame()
    holder.setLayout(row)
    return holder
