"""Signing in, and the account itself."""

import msgspec

from chmlfrp.api import envelope, wire
from chmlfrp.api.session import Session
from chmlfrp.errors import ServiceGarbled
from chmlfrp.model.account import Account
from chmlfrp.model.secret import Secret


class SignedIn(msgspec.Struct, frozen=True):
    """Who signed in, and the token to work with; frpc uses the same token as user."""

    account: Account
    token: Secret


class Accounts:
    """`client.account`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def sign_in(self, name: str, password: Secret) -> SignedIn:
        """Sign in with name, e-mail or QQ number; needs and changes no token.

        The password travels in a JSON body. Only a server that shows it does not look
        there is asked again with a form, and then with a URL; the last only over TLS or
        to this machine. None of that is a retry: a refused password is sent once.

        Raises:
            SignInRequired: the service knows no such user or the password is wrong.
            RateLimited: account or address is banned for a while.
            ApiError: anything else that went wrong.
        """
        ways = wire.sign_in_calls(name, password)
        data = await self._session.ask_first(
            ways if self._session.is_private else ways[:-1],
            is_lost=envelope.is_form_unknown,
        )
        token = wire.user_token(data)
        if token is None:
            raise ServiceGarbled("/login: the answer holds no usable token")
        return SignedIn(wire.account(data), token)

    async def get(self) -> Account:
        """Return the account the token belongs to.

        Raises:
            SignInRequired: the token is missing, expired or revoked.
            ApiError: anything else that went wrong.
        """
        return wire.account(await self._session.ask(wire.account_call()))

    async def identify(self) -> SignedIn:
        """Return the account and the token that frpc needs.

        For a usertoken that is the token itself; a caller with another kind of token
        gets its usertoken this way. Raises as `get` does.
        """
        data = await self._session.ask(wire.account_call())
        token = wire.user_token(data) or self._session.user_token
        if token is None:
            raise ServiceGarbled("/userinfo: the answer holds no usable token")
        return SignedIn(wire.account(data), token)
