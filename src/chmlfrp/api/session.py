"""The shared connections together with one account's token."""

from collections.abc import Callable, Sequence

from chmlfrp.api import envelope
from chmlfrp.api.call import Call, Reply
from chmlfrp.api.caller import Caller
from chmlfrp.errors import SignInRequired
from chmlfrp.model.secret import Secret


class Session:
    """How the namespaces reach the service."""

    def __init__(self, caller: Caller, token: Secret | None) -> None:
        self.token = token
        self._caller = caller

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read along."""
        return self._caller.is_private

    async def send(self, call: Call) -> Reply:
        """Return the answer unread; raise SignInRequired if the call lacks a token."""
        if call.is_signed and not self.token:
            raise SignInRequired(f"{call} needs a token", hint="sign in first")
        return await self._caller.send(call, self.token)

    async def ask(self, call: Call) -> object:
        """Return the `data` of the answer; raise ApiError for every other outcome."""
        return envelope.unwrap(await self.send(call))

    async def ask_first(
        self, calls: Sequence[Call], *, is_lost: Callable[[Reply], bool]
    ) -> object:
        """Ask in each of several ways until one is not lost on the service.

        Returns the `data` of that answer; raises as `ask` does.
        """
        *others, last = calls
        for call in others:
            reply = await self.send(call)
            if not is_lost(reply):
                return envelope.unwrap(reply)
        return await self.ask(last)
