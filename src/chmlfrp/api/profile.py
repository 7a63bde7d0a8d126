"""Changing one's own account."""

from chmlfrp.api import envelope, wire_person
from chmlfrp.api.session import Session
from chmlfrp.model.identity import (
    check_code,
    check_link,
    check_name,
    check_password,
    check_qq,
)
from chmlfrp.model.secret import Secret


class Profile:
    """`client.profile`. All raise InvalidInput before sending, and ApiError."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def rename(self, name: str) -> None:
        """Take another user name; NameTaken if somebody has it."""
        check_name(name)
        await self._session.ask(wire_person.name_call(name))

    async def change_qq(self, qq: str) -> None:
        """Take another QQ number."""
        check_qq(qq)
        await self._session.ask(wire_person.qq_call(qq))

    async def change_avatar(self, url: str) -> None:
        """Take another picture; the service looks whether the address answers."""
        check_link(url)
        await self._session.ask(wire_person.avatar_call(url))

    async def change_password(self, old: Secret, new: Secret) -> None:
        """Set another password; the token stays as it is.

        Both travel in a form. Only a server that shows it does not look there is asked
        again with a URL, and that only over TLS or to this machine.
        """
        check_password(new, field="new_password")
        ways = wire_person.password_calls(old, new)
        await self._session.ask_first(
            ways if self._session.is_private else ways[:-1],
            is_lost=envelope.is_form_unknown,
        )

    async def renew_token(self, code: str = "") -> Secret | None:
        """Give the account another token; every saved configuration is dead then.

        Args:
            code: of the purpose RETOKEN; some services want one.

        Returns the token if the answer holds it. Mostly it does not: sign in again.
        """
        if code:
            check_code(code)
        return wire_person.new_token(
            await self._session.ask(wire_person.token_call(code))
        )
