"""Nobody is signed in: the ways to sign in, and to come to an account."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QTabWidget, QWidget

from chmlfrp.control.account import ResetPassword
from chmlfrp.control.protocol import PasswordSignIn, SessionView, TokenSignIn
from chmlfrp.desktop.account.bycode import CodePanel
from chmlfrp.desktop.account.fields import Field, MailedField, SecretField
from chmlfrp.desktop.account.form import Form, FormDialog, Work, failure, mailing
from chmlfrp.desktop.account.several import OthersCard
from chmlfrp.desktop.design.tokens import XL, L, M, S
from chmlfrp.desktop.design.widgets import (
    Card,
    button,
    column,
    label,
    line,
    rule,
    set_tone,
)
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import t
from chmlfrp.errors import InvalidInput
from chmlfrp.local.settings import SERVICE, change
from chmlfrp.model.identity import (
    MailPurpose,
    Registration,
    check_code,
    check_email,
    check_password,
)

WIDTH = 540
TABS_HEIGHT = 310
"""Room for the largest of them, with an error of three lines."""


class SignInView(QWidget):
    """A card in the middle: three ways in, and what leads to an account."""

    def __init__(self, desk: Desk, *, back: Callable[[], object]) -> None:
        super().__init__()
        self.desk = desk
        self.back = button(t("account.others.back"), back, role="flat", glyph="back")
        self.back.hide()
        self.others = OthersCard(desk)
        self.others.setFixedWidth(WIDTH)
        self.card = Card(t("account.welcome"))
        self.card.setFixedWidth(WIDTH)
        body = self.card.body
        body.setContentsMargins(XL, XL, XL, L)
        body.setSpacing(M)
        self.note = label(t("account.welcome.text"), "soft", wraps=True)
        self.tabs = QTabWidget()
        self.tabs.setMinimumHeight(TABS_HEIGHT)
        self.tabs.setAccessibleName(t("account.ways"))
        self.password = self._by_password()
        self.by_code = CodePanel(desk)
        self.token = self._by_token()
        for view, text in (
            (self.password, t("account.by_password")),
            (self.by_code, t("account.by_code")),
            (self.token, t("account.by_token")),
        ):
            self.tabs.addTab(_padded(view), text)
        self.service = ServiceRow(desk)
        self.register = button(t("account.register"), self.register_now, role="flat")
        self.forgotten = button(t("account.forgotten"), self.reset_now, role="flat")
        body.addWidget(self.note)
        body.addWidget(self.tabs)
        body.addWidget(rule())
        body.addWidget(self.service)
        body.addLayout(line(self.register, self.forgotten, None))
        whole = column(spacing=0)
        whole.addStretch(1)
        whole.addWidget(self.back, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addWidget(self.card, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addSpacing(M)
        whole.addWidget(self.others, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(2)
        self.setLayout(whole)

    def show_session(self, session: SessionView, *, is_refused: bool) -> None:
        """Show which service it is, and whether it turned the last sign-in down."""
        text = "account.refused" if is_refused else "account.welcome.text"
        self.note.setText(t(text))
        set_tone(self.note, "bad" if is_refused else "")
        self.note.ensurePolished()
        # A scroll area does not ask how high wrapped lines are.
        self.note.setMinimumHeight(self.note.heightForWidth(WIDTH - 2 * XL - 2))
        if is_refused and session.account and not self.name.input.text():
            self.name.input.setText(session.account.name)
        self.service.show_url(session.service_url)
        self.others.show_session(session)
        self.others.setVisible(bool(session.others))

    def register_now(self) -> None:
        """Open the form for a new account."""
        register_dialog(self, self.desk).open()

    def reset_now(self) -> None:
        """Open the form for a forgotten password."""
        reset_dialog(self, self.desk).open()

    def _by_password(self) -> Form:
        self.name = Field(t("account.name"), hint=t("account.name.hint"))
        secret = SecretField(t("account.password"))

        def ask() -> Work:
            if not self.name.text:
                raise InvalidInput("the name is missing", field="name")
            if not secret.secret:
                raise InvalidInput("the password is empty", field="password")
            command = PasswordSignIn(name=self.name.text, password=secret.secret)
            return lambda client: client.sign_in(command)

        fields = {"name": self.name, "password": secret}
        submit = t("account.sign_in")
        return Form(self.desk, fields, submit=submit, ask=ask, done=self._signed_in)

    def _by_token(self) -> Form:
        token = SecretField(t("account.token"), hint=t("account.token.hint"))

        def ask() -> Work:
            if not token.text:
                raise InvalidInput("the token is empty", field="token")
            command = TokenSignIn(token=type(token.secret)(token.text))
            return lambda client: client.sign_in(command)

        submit = t("account.sign_in")
        return Form(
            self.desk, {"token": token}, submit=submit, ask=ask, done=self._signed_in
        )

    def _signed_in(self, view: SessionView) -> None:
        if view.account is not None:
            self.desk.toast(t("account.signed_in", name=view.account.name), "", None)


class ServiceRow(QWidget):
    """Which service is spoken to: the hosted one, or one's own."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._url = ""
        self.choice = QComboBox()
        self.choice.setAccessibleName(t("account.service"))
        self.choice.addItem(t("account.service.hosted"), SERVICE)
        self.choice.addItem(t("account.service.own"), "")
        self.choice.activated.connect(lambda _: self._chosen())
        self.address = Field(t("account.service.address"), hint="https://")
        self.address.input.returnPressed.connect(self.apply)
        self.use = button(t("account.service.use"), self.apply)
        self.address.row.addWidget(self.use)
        row = line(label(t("account.service")), spacing=S)
        row.addWidget(self.choice, 1)
        self.setLayout(column(row, self.address, spacing=S))

    def show_url(self, url: str) -> None:
        """Show the one that is in force."""
        if url == self._url:
            return
        self._url = url
        is_hosted = url.rstrip("/") == SERVICE
        self.choice.setCurrentIndex(0 if is_hosted else 1)
        self.address.setVisible(not is_hosted)
        self.address.input.setText("" if is_hosted else url)
        self._word()

    def apply(self) -> None:
        """Write the address down; the daemon that is started anew speaks to it."""
        self._save(self.address.text)

    def _chosen(self) -> None:
        is_hosted = self.choice.currentIndex() == 0
        self.address.setVisible(not is_hosted)
        if not is_hosted:
            self.address.input.setFocus()
        elif self._url.rstrip("/") != SERVICE:
            self._save(SERVICE)

    def _save(self, url: str) -> None:
        path = self._desk.mirror.home.settings_file
        self.address.say_error("")
        if not url:
            error = InvalidInput("the address is missing", field="service.url")
            self.address.say_error(failure(error))
            return
        self._desk.mirror.aside(
            lambda: asyncio.to_thread(change, path, {"service.url": url}),
            done=lambda _: self._desk.mirror.restart_daemon(),
            failed=lambda error: self._refused(failure(error)),
            owner=self,
        )

    def _refused(self, text: str) -> None:
        self.address.show()
        self.address.say_error(text)

    def _word(self) -> None:
        self.choice.setToolTip(self._url)


def register_dialog(parent: QWidget, desk: Desk) -> FormDialog:
    """Return the form for a new account."""
    dialog = FormDialog(parent, t("account.register"), t("account.register.text"))
    name = Field(t("account.user_name"), hint=t("account.user_name.hint"))
    email = Field(t("account.email"))
    qq = Field("QQ")
    secret = SecretField(t("account.password"), hint=t("account.password.hint"))
    code = MailedField(
        t("account.code"),
        lambda: mailing(desk, code, lambda: email.text, MailPurpose.REGISTER),
    )

    def ask() -> Work:
        new = Registration(
            name=name.text,
            password=secret.secret,
            email=email.text,
            qq=qq.text,
            code=code.text,
        )
        new.check()
        return lambda client: client.account.register(new)

    def done(_: object) -> None:
        desk.toast(t("account.registered"), "", None)
        dialog.accept()

    fields = {"name": name, "email": email, "code": code, "qq": qq, "password": secret}
    form = Form(desk, fields, submit=t("account.register"), ask=ask, done=done)
    dialog.hold(form)
    return dialog


def reset_dialog(parent: QWidget, desk: Desk) -> FormDialog:
    """Return the form for a forgotten password."""
    dialog = FormDialog(parent, t("account.forgotten"), t("account.forgotten.text"))
    email = Field(t("account.email"))
    secret = SecretField(t("account.password.new"), hint=t("account.password.hint"))
    code = MailedField(
        t("account.code"),
        lambda: mailing(desk, code, lambda: email.text, MailPurpose.RESET_PASSWORD),
    )

    def ask() -> Work:
        check_email(email.text)
        check_code(code.text)
        check_password(secret.secret)
        command = ResetPassword(
            email=email.text, password=secret.secret, code=code.text
        )
        return lambda client: client.account.reset_password(command)

    def done(_: object) -> None:
        desk.toast(t("account.password.set"), "", None)
        dialog.accept()

    fields = {"email": email, "code": code, "password": secret}
    form = Form(desk, fields, submit=t("account.password.do"), ask=ask, done=done)
    dialog.hold(form)
    return dialog


def _padded(view: QWidget) -> QWidget:
    holder = QWidget()
    holder.setLayout(column(view, margins=(0, M, 0, 0)))
    return holder
