"""The form that makes a knock link."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from chmlfrp.control.knock import DAY_S, HOUR_S, KnockMade, MakeKnock
from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.account.fields import SecretField
from chmlfrp.desktop.account.form import Form, FormDialog, Work
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.domains.forms import Picker
from chmlfrp.desktop.text import span, t
from chmlfrp.errors import InvalidInput
from chmlfrp.model.secret import Secret

EXPIRES_S = (DAY_S, HOUR_S, 7 * DAY_S, 30 * DAY_S)
LASTS_S = (12 * HOUR_S, HOUR_S, DAY_S, 7 * DAY_S, 30 * DAY_S)
"""The usual one first."""
ONCE, PASSWORD = "once", "password"


class KnockForm(FormDialog):
    """Good once or with a password; how long it is good, and for how long it lets in.

    made: is told of the link, which is shown this once.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        view: TunnelView,
        made: Callable[[KnockMade], object],
    ) -> None:
        super().__init__(parent, t("knock.new"), t("knock.new.text", name=view.name))
        self._number = view.id
        self._made = made
        kinds = [(t(f"knock.kind.{kind}.long"), kind) for kind in (ONCE, PASSWORD)]
        self.kind = Picker(t("knock.kind"), kinds)
        expires = [(span(seconds), seconds) for seconds in EXPIRES_S]
        self.expires = Picker(t("knock.expires"), [*expires, (t("knock.never"), None)])
        self.lasts = Picker(
            t("knock.lasts"), [(span(seconds), seconds) for seconds in LASTS_S]
        )
        self.password = SecretField(t("knock.password"), hint=t("knock.password.hint"))
        self.hold(
            Form(
                desk,
                {"password": self.password},
                submit=t("knock.make"),
                ask=self._ask,
                done=self._done,
            )
        )
        for place, picker in enumerate((self.kind, self.expires, self.lasts)):
            self.box.insertWidget(2 + place, picker)
        self.kind.box.currentIndexChanged.connect(lambda _: self._show_password())
        self._show_password()
        self.kind.setFocus()

    def _show_password(self) -> None:
        self.password.setVisible(self.kind.value == PASSWORD)

    def _ask(self) -> Work:
        secret: Secret | None = None
        if self.kind.value == PASSWORD:
            secret = self.password.secret
            if not secret:
                raise InvalidInput("the password is empty", field="password")
        expires, lasts = self.expires.value, self.lasts.value
        command = MakeKnock(
            tunnels=(self._number,),
            password=secret,
            expires_s=expires if isinstance(expires, int) else None,
            lasts_s=lasts if isinstance(lasts, int) else LASTS_S[0],
        )
        return lambda client: client.knock.make(command)

    def _done(self, made: KnockMade) -> None:
        self.accept()
        self._made(made)
