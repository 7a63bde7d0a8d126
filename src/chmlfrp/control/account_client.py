"""`client.account`."""

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
from chmlfrp.control.asking import Ask
from chmlfrp.control.protocol import Accepted, SessionView
from chmlfrp.model.account import Account
from chmlfrp.model.identity import Registration
from chmlfrp.model.message import MessagePage
from chmlfrp.model.traffic import DayTraffic, TunnelTraffic


class AccountClient:
    """The account; every method raises ChmlFrpError."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def get(self) -> Account:
        """Return the account as the service has it now."""
        return await self._ask(Account, "GET", "/v1/account")

    async def use(self, account_id: int) -> SessionView:
        """Put an account in front that is signed in already."""
        return await self._ask(SessionView, "POST", f"/v1/accounts/{account_id}/use")

    async def forget(self, account_id: int) -> None:
        """Forget an account and its token; its running tunnels go on."""
        await self._ask(Accepted, "DELETE", f"/v1/accounts/{account_id}")

    async def attendance(self) -> AttendanceView:
        """Return how the daily visits stand."""
        return await self._ask(AttendanceView, "GET", "/v1/account/attendance")

    async def messages(self, page: int = 1, *, size: int = 10) -> MessagePage:
        """Return some messages of the service, newest first."""
        path = f"/v1/account/messages?page={page}&size={size}"
        return await self._ask(MessagePage, "GET", path)

    async def week(self) -> list[DayTraffic]:
        """Return the account's last seven days, the oldest first."""
        return await self._ask(list[DayTraffic], "GET", "/v1/account/traffic")

    async def tunnel_week(self, tunnel_id: int) -> TunnelTraffic:
        """Return a tunnel's last seven days, the oldest first."""
        return await self._ask(TunnelTraffic, "GET", f"/v1/tunnels/{tunnel_id}/traffic")

    async def edit(self, command: EditProfile) -> Account:
        """Change the named fields and return the account as it is then."""
        return await self._ask(Account, "PATCH", "/v1/account", command)

    async def change_password(self, command: ChangePassword) -> None:
        """Set another password."""
        await self._ask(Accepted, "POST", "/v1/account/password", command)

    async def token_consequences(self) -> TokenConsequences:
        """Return what `renew_token` would do; nothing is changed."""
        path = "/v1/account/token/consequences"
        return await self._ask(TokenConsequences, "GET", path)

    async def renew_token(self, command: RenewToken) -> TokenRenewed:
        """Give the account another token."""
        return await self._ask(TokenRenewed, "POST", "/v1/account/token", command)

    async def mail_code(self, command: MailCode) -> None:
        """Have a code mailed; nobody needs to be signed in."""
        await self._ask(Accepted, "POST", "/v1/account/code", command)

    async def register(self, command: Registration) -> None:
        """Make an account; sign in afterwards."""
        await self._ask(Accepted, "POST", "/v1/account/register", command)

    async def reset_password(self, command: ResetPassword) -> None:
        """Set a forgotten password with a mailed code."""
        await self._ask(Accepted, "POST", "/v1/account/password/reset", command)
