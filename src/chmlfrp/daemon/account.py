"""Who is signed in, and the account's tunnels as the service last told them."""

import asyncio
import logging
from collections.abc import Callable

import msgspec

from chmlfrp.api.account import SignedIn as SignedInAccount
from chmlfrp.api.client import ServiceClient
from chmlfrp.api.credentials import Credentials
from chmlfrp.api.oauth import Registration
from chmlfrp.control.protocol import (
    KnownAccount,
    PasswordSignIn,
    SessionState,
    SessionView,
    SignIn,
    TokenSignIn,
)
from chmlfrp.daemon.offline import OfflineConfigs
from chmlfrp.daemon.reasons import reason_of, retry_after_of
from chmlfrp.daemon.roster import Roster, Seat
from chmlfrp.daemon.supervisor import News
from chmlfrp.daemon.wishes import Wishes
from chmlfrp.engine.events import (
    AccountLeft,
    RecordsArrived,
    RecordsFailed,
    RecordsRecalled,
    SignedIn,
    WishesRead,
)
from chmlfrp.errors import ApiError, InvalidInput, SignInRequired
from chmlfrp.local.files import read_private, write_private
from chmlfrp.local.paths import Home
from chmlfrp.local.secrets import SecretStore
from chmlfrp.model.account import Account
from chmlfrp.model.secret import Secret

log = logging.getLogger(__name__)

LOOK_EVERY_S = 60.0
RECALL_AFTER_S = 2.0
"""A service that takes longer is not waited for at the start."""
_RETRY_AFTER_S = 5.0
OTHERS_EVERY_S = 600.0
"""Between two looks at the tunnels of accounts that are not in front."""


class AccountKeeper:
    """Who is in front. Looks at that account each minute, and when asked to."""

    def __init__(
        self,
        service: ServiceClient,
        url: str,
        secrets: SecretStore,
        home: Home,
        *,
        tell: Callable[[News], None],
        now: Callable[[], float],
        offline: OfflineConfigs,
    ) -> None:
        self._service = service
        self._url = url
        self._roster = Roster(service, url, secrets, home.accounts_file)
        self._file = home.session_file
        self._tell = tell
        self._now = now
        self._offline = offline
        self._look_soon = asyncio.Event()
        self._looking = asyncio.Lock()
        self._looks_begun = 0
        self._next_look_in_s = LOOK_EVERY_S
        self._others_due = -OTHERS_EVERY_S
        self.is_answered = True
        """Whether the service answered when it was last asked, or may still do so."""
        self.wishes = Wishes(home.wishes_file, url)
        self.view = SessionView(service_url=url)

    @property
    def id(self) -> int | None:
        """The account signed in, None without one."""
        is_in = self.view.state is SessionState.SIGNED_IN
        return self.view.account.id if is_in and self.view.account else None

    @property
    def client(self) -> ServiceClient:
        """The service as the account in front sees it."""
        seat = self._roster.get(self.view.account.id if self.view.account else None)
        return self._service if seat is None else seat.client

    def client_of(self, account_id: int) -> ServiceClient | None:
        """Return the service as that account sees it, None if it is not signed in."""
        if account_id == (self.view.account.id if self.view.account else None):
            return self.client if self.id == account_id else None
        seat = self._roster.get(account_id)
        return None if seat is None else seat.client

    def require(self) -> int:
        """Return the account's id or raise SignInRequired."""
        if self.id is None:
            raise SignInRequired("nobody is signed in", hint="chmlfrp login")
        return self.id

    def look_soon(self) -> None:
        """Have the service asked without waiting for the minute to pass."""
        self._look_soon.set()

    async def restore(self) -> None:
        """Take up the sessions that the last daemon left, without asking the service."""
        present = await asyncio.to_thread(self._read_account)
        await self._roster.restore(present)
        seat = self._roster.get(present.id if present else None)
        for other in self._roster:
            if other is not seat:
                await self._carry_on(other)
        if seat is not None:
            await self._take_over(seat)
        elif tuple(self._roster):
            self._show(self.view)

    async def sign_in(self, command: SignIn) -> SessionView:
        """Sign in, keep the token and return the view; raises ApiError."""
        match command:
            case PasswordSignIn():
                signed = await self._service.account.sign_in(
                    command.name, command.password
                )
            case TokenSignIn():
                fresh = self._service.with_token(command.token)
                signed = await fresh.account.identify()
        return await self._signed(signed)

    async def sign_in_by_code(
        self, registration: Registration, credentials: Credentials
    ) -> SessionView:
        """Go on with tokens that somebody approved; raises ApiError.

        The service is asked with the access token, which is renewed early; frpc signs
        in with the account's user token as ever.
        """
        fresh = self._service.with_credentials(credentials)
        signed = await fresh.account.identify()
        return await self._signed(signed, (registration, credentials))

    async def use(self, account_id: int) -> SessionView:
        """Put another account that is signed in in front, and look at it."""
        seat = self._known(account_id)
        if account_id != self.id:
            await self._bring_forward(seat)
        return await self.look()

    async def forget(self, account_id: int) -> None:
        """Forget token and account; what runs goes on."""
        account = self._known(account_id).account
        if self.view.account is not None and self.view.account.id == account_id:
            self._leave()
            self._show(SessionView(service_url=self._url))
            await asyncio.to_thread(self._file.unlink, missing_ok=True)
        await self._roster.leave(account.id)
        await self._offline.forget(account.id)
        self._show(self.view)

    async def take_token(self, token: Secret) -> None:
        """Go on with another token of the same account."""
        account = self.view.account
        assert account is not None
        await self._take_over(await self._roster.sit(account, token))

    async def settle(self) -> None:
        """Wait until tokens that are being renewed are on disk."""
        await self._roster.settle()

    async def sign_out(self) -> None:
        """Forget the account in front; harmless if nobody is."""
        if self.view.account is not None:
            await self.forget(self.view.account.id)

    async def look(self) -> SessionView:
        """Ask the service and return what is known then; trouble is in the view.

        Callers share an answer, but never one that was asked for before they came:
        who has just changed the account sees the change.
        """
        wanted = self._looks_begun + 1
        async with self._looking:
            if self._looks_begun < wanted:
                self._looks_begun += 1
                self._next_look_in_s = await self._look()
        return self.view

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self._look_soon.clear()
            await self.look()
            if self._now() >= self._others_due:
                self._others_due = self._now() + OTHERS_EVERY_S
                await self._look_at_others()
            try:
                async with asyncio.timeout(self._next_look_in_s):
                    await self._look_soon.wait()
            except TimeoutError:
                continue

    async def _look(self) -> float:
        """Ask once; return the seconds until it is worth asking again."""
        account_id = self.id
        if account_id is None:
            return LOOK_EVERY_S
        recall = asyncio.get_running_loop().call_later(
            RECALL_AFTER_S, self._go_on_without, account_id
        )
        try:
            return await self._ask(account_id)
        finally:
            recall.cancel()

    async def _ask(self, account_id: int) -> float:
        try:
            account = await self.client.account.get()
            tunnels = await self.client.tunnels.list()
        except SignInRequired as error:
            self.is_answered = True
            trouble = reason_of(error)
            state = SessionState.REFUSED
            self._recall(account_id)
            self._show(msgspec.structs.replace(self.view, state=state, trouble=trouble))
            return LOOK_EVERY_S
        except ApiError as error:
            self._recall(account_id)
            self.is_answered = False
            self._note_trouble(error)
            return max(retry_after_of(error) or 0.0, _RETRY_AFTER_S)
        self.is_answered = True
        if account_id == self.id:
            if self.view.trouble is not None:
                log.info("the service answers again")
            self._tell(RecordsArrived(account_id, tuple(tunnels)))
            self._offline.keep_only(account_id, [t.id for t in tunnels])
            self._show(self._signed_in(account, seen_at=self._now()))
        return LOOK_EVERY_S

    def _go_on_without(self, account_id: int) -> None:
        self.is_answered = False
        self._recall(account_id)

    def _recall(self, account_id: int) -> None:
        """Go on with what the service said before, as it has not answered this time."""
        if self.view.seen_at is None and account_id == self.id:
            self._tell(RecordsRecalled(account_id, self._offline.tunnels(account_id)))

    def _note_trouble(self, error: ApiError) -> None:
        trouble = reason_of(error)
        if self.view.trouble is None:
            log.info("the service cannot be asked: %s", trouble.code)
        self._tell(RecordsFailed(trouble))
        self._show(msgspec.structs.replace(self.view, trouble=trouble))

    def _leave(self) -> None:
        if self.view.account is not None:
            self._tell(AccountLeft(self.view.account.id))

    async def _look_at_others(self) -> None:
        """Learn what became of wanted tunnels of accounts that are not in front."""
        for seat in self._roster:
            number = seat.account.id
            wanted = await asyncio.to_thread(self.wishes.read, number)
            if not wanted or self._is_in_front(number):
                continue
            try:
                tunnels = await seat.client.tunnels.list()
            except ApiError as error:
                log.info("another account cannot be looked at: %s", error.message)
                continue
            if seat in self._roster and not self._is_in_front(number):
                kept = tuple(t for t in tunnels if t.id in wanted)
                self._tell(RecordsArrived(number, kept))

    def _is_in_front(self, account_id: int) -> bool:
        return self.view.account is not None and self.view.account.id == account_id

    def _known(self, account_id: int) -> Seat:
        seat = self._roster.get(account_id)
        if seat is None:
            raise InvalidInput(
                f"account {account_id} is not signed in here",
                hint="chmlfrp login",
                field="account",
            )
        return seat

    async def _signed(
        self,
        signed: SignedInAccount,
        approved: tuple[Registration, Credentials] | None = None,
    ) -> SessionView:
        seat = await self._roster.sit(signed.account, signed.token, approved=approved)
        await self._bring_forward(seat)
        return await self.look()

    async def _bring_forward(self, seat: Seat) -> None:
        raw = msgspec.json.encode(seat.account)
        await asyncio.to_thread(write_private, self._file, raw)
        await self._take_over(seat)

    async def _take_over(self, seat: Seat) -> None:
        if not self._is_in_front(seat.account.id):
            self._leave()
        self._show(self._signed_in(seat.account, seen_at=None))
        self._tell(SignedIn(seat.account.id))
        await self._carry_on(seat)

    async def _carry_on(self, seat: Seat) -> None:
        """Have what is wanted of the account; from memory, if it is not in front."""
        number = seat.account.id
        wanted = await asyncio.to_thread(self.wishes.read, number)
        await self._offline.load(number, seat.token)
        self._tell(WishesRead(number, wanted))
        if not self._is_in_front(number):
            self._tell(RecordsRecalled(number, self._offline.tunnels(number)))

    def _signed_in(self, account: Account, *, seen_at: float | None) -> SessionView:
        return SessionView(
            state=SessionState.SIGNED_IN,
            service_url=self._url,
            account=account,
            seen_at=seen_at,
        )

    def _show(self, view: SessionView) -> None:
        front = view.account.id if view.account else None
        others = tuple(
            KnownAccount(id=seat.account.id, name=seat.account.name)
            for seat in self._roster
            if seat.account.id != front
        )
        self.view = msgspec.structs.replace(view, others=others)
        self._tell(self.view)

    def _read_account(self) -> Account | None:
        raw = read_private(self._file)
        if raw is None:
            return None
        try:
            return msgspec.json.decode(raw, type=Account)
        except msgspec.MsgspecError:
            log.info("the remembered account cannot be read; a new sign-in mends it")
            return None
