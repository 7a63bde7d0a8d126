"""The account beyond signing in: reads, changes, and what needs no account yet."""

from collections.abc import Awaitable, Callable

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
from chmlfrp.control.protocol import SessionState, Snapshot
from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.supervisor import News
from chmlfrp.engine.events import StartRequested, StopRequested
from chmlfrp.errors import InvalidInput, ServiceUnreachable, SignInRequired
from chmlfrp.model.account import Account
from chmlfrp.model.identity import Registration, check_link, check_name, check_qq
from chmlfrp.model.message import MessagePage
from chmlfrp.model.traffic import DayTraffic, TunnelTraffic
from chmlfrp.model.tunnel import TunnelId

_CHECKS = {"name": check_name, "qq": check_qq, "avatar_url": check_link}


class AccountDesk:
    """Asks the service each time; raises InvalidInput before that, and ApiError."""

    def __init__(
        self,
        keeper: AccountKeeper,
        *,
        snapshot: Callable[[], Snapshot],
        tell: Callable[[News], None],
        settle: Callable[[], Awaitable[None]],
        panel: str = "",
    ) -> None:
        """Ask nothing yet.

        Args:
            panel: the service's own pages, empty where it has none.
        """
        self._keeper = keeper
        self._snapshot = snapshot
        self._tell = tell
        self._settle = settle
        self._panel = panel

    async def get(self) -> Account:
        """Return the account as the service has it now."""
        self._keeper.require()
        view = await self._keeper.look()
        await self._settle()
        if view.state is SessionState.REFUSED:
            raise SignInRequired(
                "the service wants a new sign-in", hint="chmlfrp login"
            )
        if view.trouble is not None or view.account is None:
            raise ServiceUnreachable(
                "the account could not be asked for",
                hint="see why: chmlfrp status",
            )
        return view.account

    async def attendance(self) -> AttendanceView:
        """Return how the daily visits stand and where a person makes one."""
        self._keeper.require()
        found = await self._keeper.client.rewards.attendance()
        return AttendanceView(attendance=found, page=self._panel)

    async def messages(self, page: int, *, size: int) -> MessagePage:
        """Return some of the service's messages, newest first."""
        return await self._keeper.client.messages.page(page, size=size)

    async def week(self) -> list[DayTraffic]:
        """Return the account's last seven days."""
        self._keeper.require()
        return await self._keeper.client.traffic.week()

    async def tunnel_week(self, tunnel_id: TunnelId) -> TunnelTraffic:
        """Return a tunnel's last seven days; NotFound if the account has it not."""
        self._keeper.require()
        return await self._keeper.client.traffic.of_tunnel(tunnel_id)

    async def edit(self, command: EditProfile) -> Account:
        """Change what is set, all of it checked before any is sent."""
        self._keeper.require()
        given = command.given
        if not given:
            raise InvalidInput("nothing to change", field="name")
        for field, value in given.items():
            _CHECKS[field](value)
        profile = self._keeper.client.profile
        changes = {
            "name": profile.rename,
            "qq": profile.change_qq,
            "avatar_url": profile.change_avatar,
        }
        for field, value in given.items():
            await changes[field](value)
        return await self.get()

    async def change_password(self, command: ChangePassword) -> None:
        """Set another password."""
        self._keeper.require()
        await self._keeper.client.profile.change_password(command.old, command.new)

    def token_consequences(self) -> TokenConsequences:
        """Return what another token would do."""
        self._keeper.require()
        return TokenConsequences(running=self._wanted())

    async def renew_token(self, command: RenewToken) -> TokenRenewed:
        """Give the account another token and go on with it where it is told."""
        self._keeper.require()
        wanted = self._wanted()
        token = await self._keeper.client.profile.renew_token(command.code)
        if token is None:
            await self._keeper.look()
            await self._settle()
            return TokenRenewed(is_sign_in_needed=True)
        await self._keeper.take_token(token)
        # A core keeps the user it signed in with, so each has to begin anew.
        self._tell(StopRequested(frozenset(map(TunnelId, wanted))))
        await self._settle()
        self._tell(StartRequested(frozenset(map(TunnelId, wanted))))
        await self._settle()
        return TokenRenewed(is_sign_in_needed=False, restarted=wanted)

    async def mail_code(self, command: MailCode) -> None:
        """Have a code mailed."""
        await self._keeper.client.registration.send_code(
            command.purpose, command.email, captcha=command.captcha
        )

    async def register(self, command: Registration) -> None:
        """Make an account; nobody is signed in by it."""
        await self._keeper.client.registration.register(command)

    async def reset_password(self, command: ResetPassword) -> None:
        """Set a forgotten password."""
        await self._keeper.client.registration.reset_password(
            command.email, command.password, command.code
        )

    def _wanted(self) -> tuple[int, ...]:
        mine = self._keeper.require()
        views = self._snapshot().tunnels.values()
        return tuple(v.id for v in views if v.wanted and v.account == mine)
