"""The account of a scripted daemon: what a test puts there is what is answered."""

from collections.abc import Callable
from typing import Any

from chmlfrp.control.account import (
    AttendanceView,
    ChangePassword,
    EditProfile,
    MailCode,
    RenewToken,
    ResetPassword,
    TokenConsequences,
    TokenRenewed,
)
from chmlfrp.model.account import Account, Attendance
from chmlfrp.model.identity import Registration
from chmlfrp.model.message import MessagePage
from chmlfrp.model.traffic import DayTraffic, TunnelTraffic
from chmlfrp.model.tunnel import TunnelId


class ScriptedAccount:
    """`note` keeps every command, under `account.…`, and raises what it is to raise."""

    def __init__(self, note: Callable[..., None], account: Account) -> None:
        self._note = note
        self.account = account
        self.attendance_view = AttendanceView(attendance=Attendance())
        self.message_page = MessagePage()
        self.days: list[DayTraffic] = []
        self.tunnel_days = TunnelTraffic()
        self.consequences = TokenConsequences()
        self.renewed = TokenRenewed(is_sign_in_needed=False)

    async def get(self) -> Account:
        self._note("account.get")
        return self.account

    async def attendance(self) -> AttendanceView:
        self._note("account.attendance")
        return self.attendance_view

    async def messages(self, page: int, *, size: int) -> MessagePage:
        self._note("account.messages", (page, size))
        return self.message_page

    async def week(self) -> list[DayTraffic]:
        self._note("account.week")
        return self.days

    async def tunnel_week(self, tunnel_id: TunnelId) -> TunnelTraffic:
        self._note("account.tunnel_week", tunnel_id)
        return self.tunnel_days

    async def edit(self, command: EditProfile) -> Account:
        self._note("account.edit", command)
        return self.account

    async def change_password(self, command: ChangePassword) -> None:
        self._note("account.change_password", command)

    def token_consequences(self) -> TokenConsequences:
        self._note("account.token_consequences")
        return self.consequences

    async def renew_token(self, command: RenewToken) -> TokenRenewed:
        self._note("account.renew_token", command)
        return self.renewed

    async def mail_code(self, command: MailCode) -> None:
        self._note("account.mail_code", command)

    async def register(self, command: Registration) -> None:
        self._note("account.register", command)

    async def reset_password(self, command: ResetPassword) -> None:
        self._note("account.reset_password", command)


def secrets_in(command: Any) -> list[str]:
    """Return the secrets of a command, in the order of its fields."""
    fields = (getattr(command, name) for name in command.__struct_fields__)
    return [value.reveal() for value in fields if hasattr(value, "reveal")]
