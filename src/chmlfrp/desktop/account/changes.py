"""Dialogs that change the account, each saying what follows before it is done."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMessageBox, QWidget

from chmlfrp.control.account import (
    ChangePassword,
    EditProfile,
    RenewToken,
    TokenConsequences,
    TokenRenewed,
)
from chmlfrp.control.client import ControlClient
from chmlfrp.desktop.account.fields import Field, MailedField, SecretField
from chmlfrp.desktop.account.form import Form, FormDialog, Work, mailing
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import t
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.model.account import Account
from chmlfrp.model.identity import (
    MailPurpose,
    check_code,
    check_link,
    check_name,
    check_password,
    check_qq,
)

_CHECKS = {"name": check_name, "qq": check_qq, "avatar_url": check_link}


def edit_dialog(parent: QWidget, desk: Desk, account: Account) -> FormDialog:
    """Return the form for name, QQ number and avatar; only what differs is sent."""
    dialog = FormDialog(parent, t("account.edit"))
    fields = {
        "name": Field(t("account.user_name"), text=account.name),
        "qq": Field("QQ", text=account.qq),
        "avatar_url": Field(t("account.avatar"), text=account.avatar_url),
    }
    before = {name: field.text for name, field in fields.items()}

    def ask() -> Work:
        given = {n: f.text for n, f in fields.items() if f.text != before[n]}
        if not given:
            raise InvalidInput("nothing to change", field="name")
        for name, text in given.items():
            _CHECKS[name](text)
        command = EditProfile(**given)
        return lambda client: client.account.edit(command)

    def done(_: object) -> None:
        desk.toast(t("account.edited"), "", None)
        dialog.accept()

    dialog.hold(Form(desk, fields, submit=t("do.save"), ask=ask, done=done))
    return dialog


def password_dialog(parent: QWidget, desk: Desk) -> FormDialog:
    """Return the form for another password."""
    title = t("account.password.change")
    dialog = FormDialog(parent, title, t("account.password.what"))
    old = SecretField(t("account.password.old"))
    new = SecretField(t("account.password.new"), hint=t("account.password.hint"))

    def ask() -> Work:
        if not old.secret:
            raise InvalidInput("the password is empty", field="old")
        check_password(new.secret, "new")
        command = ChangePassword(old=old.secret, new=new.secret)
        return lambda client: client.account.change_password(command)

    def done(_: object) -> None:
        desk.toast(t("account.password.set"), "", None)
        dialog.accept()

    fields = {"old": old, "new": new}
    form = Form(desk, fields, submit=t("account.password.do"), ask=ask, done=done)
    dialog.hold(form)
    return dialog


def token_dialog(
    parent: QWidget, desk: Desk, account: Account, consequences: TokenConsequences
) -> FormDialog:
    """Return what says the consequences of another token, and asks for the code."""
    running = len(consequences.running)
    told = [t("account.token.others")]
    told.append(t("account.token.running", n=running) if running else "")
    text = "\n\n".join(filter(None, told))
    dialog = FormDialog(parent, t("account.token.renew"), text)
    code = MailedField(
        t("account.code.maybe"),
        lambda: mailing(desk, code, lambda: account.email, MailPurpose.RETOKEN),
    )

    def ask() -> Work:
        if code.text:
            check_code(code.text)
        command = RenewToken(code=code.text)
        return lambda client: client.account.renew_token(command)

    def done(renewed: TokenRenewed) -> None:
        is_left = renewed.is_sign_in_needed
        text = "account.token.sign_in" if is_left else "account.token.renewed"
        desk.toast(t(text), "", None)
        dialog.accept()

    submit = t("account.token.renew")
    fields = {"code": code}
    form = Form(desk, fields, submit=submit, ask=ask, done=done, role="danger")
    dialog.hold(form)
    return dialog


def sign_out_dialog(
    parent: QWidget,
    desk: Desk,
    wanted: Sequence[int],
    *,
    failed: Callable[[ChmlFrpError], object],
) -> QMessageBox:
    """Return what asks whether, and what becomes of tunnels that are wanted."""
    ask = QMessageBox(parent)
    ask.setWindowTitle(t("account.sign_out"))
    role = QMessageBox.ButtonRole
    leave = ask.addButton(t("do.cancel"), role.RejectRole)
    if wanted:
        ask.setText(t("account.sign_out.running", n=len(wanted)))
        keep = ask.addButton(t("account.sign_out.keep"), role.AcceptRole)
        stop = ask.addButton(t("account.sign_out.stop"), role.DestructiveRole)
    else:
        ask.setText(t("account.sign_out.ask"))
        keep = ask.addButton(t("account.sign_out"), role.AcceptRole)
        stop = None
    ask.setDefaultButton(keep)
    ask.setEscapeButton(leave)

    async def out(client: ControlClient, *, is_stop: bool) -> None:
        if is_stop:
            await client.stop(wanted)
        await client.sign_out()

    def decided() -> None:
        chosen = ask.clickedButton()
        if chosen is keep or (stop is not None and chosen is stop):
            desk.mirror.call(
                lambda client: out(client, is_stop=chosen is stop),
                failed=failed,
                owner=parent,
            )
        ask.deleteLater()

    ask.finished.connect(lambda _: decided())
    return ask
