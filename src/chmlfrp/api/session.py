"""The shared connections together with one account's credentials."""

from collections.abc import Callable, Sequence

from chmlfrp.api import envelope
from chmlfrp.api.call import Call, Reply
from chmlfrp.api.caller import Caller
from chmlfrp.api.credentials import Fixed, Keeper
from chmlfrp.api.reads import Reads
from chmlfrp.errors import SignInRequired
from chmlfrp.model.secret import Secret


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
        if not call.is_read:
            return await self._change(call)
        query = tuple(sorted((call.query or {}).items()))
        token = self.token if call.is_signed else None
        key = (call.method, call.path, query, token)

        async def ask() -> object:
            return envelope.unwrap(await self.send(call))

        return await self.reads.one(key, ask)

    @property
    def reads(self) -> Reads:
        """What everybody on these connections asks, and was told lately."""
        return self._caller.reads

    async def ask_first(
        self, calls: Sequence[Call], *, is_lost: Callable[[Reply], bool]
    ) -> object:
        """Ask in each of several ways until one is not lost on the service.

        Returns the `data` of that answer; raises as `ask` does.
        """
        *others, last = calls
        try:
            for call in others:
                reply = await self.send(call)
                if not is_lost(reply):
                    return envelope.unwrap(reply)
        finally:
            self.reads.changed()
        return await self.ask(last)

    async def _change(self, call: Call) -> object:
        try:
            return envelope.unwrap(await self.send(call))
        finally:
            self.reads.changed()
