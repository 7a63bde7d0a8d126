"""A form: fields, one button that sends them, and errors where they belong."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QDialog, QWidget

from chmlfrp.control.account import MailCode
from chmlfrp.control.client import ControlClient
from chmlfrp.desktop.account.fields import Field, MailedField
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.tokens import XL, M
from chmlfrp.desktop.design.widgets import button, column, label, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import t
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.identity import MailPurpose, check_email
from chmlfrp.words.error import word_error

Work = Callable[[ControlClient], Awaitable[Any]]


def failure(error: ChmlFrpError) -> str:
    """Return what happened, the server's own words and the way out in the window."""
    worded = word_error(error)
    said = t("error.said", words=worded.said) if worded.said else ""
    do = "" if "chmlfrp " in worded.do else worded.do
    return "\n".join(filter(None, (worded.what, said, do)))


class Form(QWidget):
    """`ask` makes what is sent out of the fields; it may raise InvalidInput.

    fields: by the name that errors give them.
    """

    def __init__(
        self,
        desk: Desk,
        fields: Mapping[str, Field],
        *,
        submit: str,
        ask: Callable[[], Work],
        done: Callable[[Any], object],
        role: str = "primary",
    ) -> None:
        super().__init__()
        self.desk = desk
        self.fields = fields
        self._ask, self._done = ask, done
        self._call: Call | None = None
        self.error = label(role="field-error", wraps=True)
        self.error.hide()
        self._word = submit
        self.submit = button(submit, self.send, role=role)
        self.buttons = line(None, self.submit)
        body = column(*fields.values(), self.error, self.buttons, spacing=M)
        self.setLayout(body)
        for field in fields.values():
            field.input.returnPressed.connect(self.send)

    def send(self) -> None:
        """Send what was typed, unless it is under way."""
        if self._call is not None:
            return
        self.say_error("")
        for field in self.fields.values():
            field.say_error("")
        try:
            work = self._ask()
        except ChmlFrpError as error:
            self.show_error(error)
            return
        self._busy(is_busy=True)
        self._call = self.desk.mirror.call(
            work,
            done=self._succeeded,
            failed=self.show_error,
            over=self._over,
            owner=self,
        )

    def show_error(self, error: ChmlFrpError) -> None:
        """Say it at the field it is about, or below all."""
        field = self.fields.get(error.field)
        if field is None:
            self.say_error(failure(error))
        else:
            field.say_error(failure(error))
            field.input.setFocus()

    def say_error(self, text: str) -> None:
        """Say what is wrong with all of it."""
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def give_up(self) -> None:
        """Send nothing further and forget what is secret."""
        if self._call is not None:
            self._call.cancel()
            self._over()
        for field in self.fields.values():
            field.used()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave no secret behind on a page that is left; a minimised window is not."""
        if not event.spontaneous():
            for field in self.fields.values():
                field.used()
        super().hideEvent(event)

    def _succeeded(self, result: Any) -> None:
        for field in self.fields.values():
            field.used()
        self._done(result)

    def _over(self) -> None:
        self._call = None
        self._busy(is_busy=False)

    def _busy(self, *, is_busy: bool) -> None:
        self.submit.setEnabled(not is_busy)
        self.submit.setText(t("account.busy") if is_busy else self._word)


def mailing(
    desk: Desk, field: MailedField, email: Callable[[], str], purpose: MailPurpose
) -> None:
    """Have a code mailed to what is typed now; errors stand at the code's field."""
    address = email()
    try:
        check_email(address)
    except ChmlFrpError as error:
        field.say_error(failure(error))
        return
    field.sending()

    def failed(error: ChmlFrpError) -> None:
        field.not_sent()
        field.say_error(failure(error))

    command = MailCode(purpose=purpose, email=address)
    desk.mirror.call(
        lambda client: client.account.mail_code(command),
        done=lambda _: field.sent(),
        failed=failed,
        owner=field,
    )


class FormDialog(QDialog):
    """A form in a dialog: Enter sends it, Esc leaves it."""

    def __init__(self, parent: QWidget, title: str, text: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(440)
        self.text = label(text, "soft", wraps=True)
        self.text.setVisible(bool(text))
        self.leave = button(t("do.cancel"), self.reject)
        self.leave.setAutoDefault(False)
        self.box = column(
            label(title, "heading"), self.text, margins=(XL, XL, XL, XL), spacing=M
        )
        self.setLayout(self.box)

    def hold(self, form: Form) -> None:
        """Show this form."""
        self.form = form
        form.buttons.insertWidget(1, self.leave)
        form.submit.setAutoDefault(False)
        self.box.addWidget(form)
        next(iter(form.fields.values())).setFocus()

    def event(self, event: QEvent) -> bool:
        """Be as high as wrapped lines and errors need."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self.setMinimumHeight(self.box.totalHeightForWidth(self.width()))
        return super().event(event)

    def done(self, result: int) -> None:
        """Forget what was typed and give up what is under way."""
        self.form.give_up()
        super().done(result)
        self.deleteLater()
