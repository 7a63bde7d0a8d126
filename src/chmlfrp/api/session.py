"""The shared connections together with one account's credentials."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from chmlfrp.api import envelope
from chmlfrp.api.call import Call, Reply
from chmlfrp.api.caller import Caller
from chmlfrp.api.credentials import Fixed, Keeper
from chmlfrp.api.reads import Reads
from chmlfrp.errors import SignInRequired
from chmlfrp.model.secret import Secret

T = TypeVar("T")


class Session:
    """How the namespaces reach the service."""

    def __init__(self, caller: Caller, keeper: Keeper | None = None) -> None:
        self._caller = caller
        self._keeper = keeper or Fixed(None)

    @property
    def token(self) -> Secret | None:
        """What signed calls go out with now, None if nobody is signed in."""
        latest = self._keeper.latest
        return latest.token if latest else None

    @property
    def user_token(self) -> Secret | None:
        """The token that frpc signs in with, None while it is not known."""
        latest = self._keeper.latest
        return latest.user_token if latest else None

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read along."""
        return self._caller.is_private

    async def send(self, call: Call) -> Reply:
        """Return the answer unread; raise SignInRequired if the call lacks a token.

        A call that was refused for an access token that is over is sent a second time
        with a new one: it was not carried out.
        """
        if not call.is_signed:
            return await self._caller.send(call, None)
        credentials = await self._keeper.fresh()
        if credentials is None or not credentials.token:
            raise SignInRequired(f"{call} needs a token", hint="sign in first")
        reply = await self._caller.send(call, credentials)
        if not envelope.is_signed_out(reply):
            return reply
        others = await self._keeper.after_refusal(credentials)
        return reply if others is None else await self._caller.send(call, others)

    async def ask(self, call: Call) -> object:
        """Return the `data` of the answer; raise ApiError for every other outcome."""
        return await self.ask_first((call,), is_lost=lambda _: False)

    async def ask_first(
        self, calls: Sequence[Call], *, is_lost: Callable[[Reply], bool]
    ) -> object:
        """Ask in each of several ways until one is not lost on the service.

        Returns the `data` of that answer; raises as `ask` does.
        """

        async def ask() -> object:
            *others, last = calls
            for call in others:
                reply = await self.send(call)
                if not is_lost(reply):
                    return envelope.unwrap(reply)
            return envelope.unwrap(await self.send(last))

        return await self._once("data", calls[0], ask)

    async def hear(self, call: Call) -> Reply:
        """Return the answer unread, as `send` does; equal reads are one."""
        return await self._once("reply", call, lambda: self.send(call))

    @property
    def reads(self) -> Reads:
        """What everybody on these connections asks, and was told lately."""
        return self._caller.reads

    async def _once(self, kind: str, call: Call, ask: Callable[[], Awaitable[T]]) -> T:
        if call.is_read:
            token = self.token if call.is_signed else None
            return await self.reads.one((kind, call.identity, token), ask)
        try:
            return await ask()
        finally:
            self.reads.changed()
