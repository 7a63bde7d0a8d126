"""What needs no account yet: mailed codes, registering, a forgotten password."""

from chmlfrp.api import envelope, wire, wire_person
from chmlfrp.api.account import SignedIn
from chmlfrp.api.session import Session
from chmlfrp.errors import ServiceGarbled
from chmlfrp.model.identity import (
    CaptchaProof,
    MailPurpose,
    Registration,
    check_code,
    check_email,
    check_password,
)
from chmlfrp.model.secret import Secret


class Registrations:
    """`client.registration`. Codes come by mail; a new one can be had after a minute."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def send_code(
        self, purpose: MailPurpose, email: str, *, captcha: CaptchaProof | None = None
    ) -> None:
        """Have a code mailed; the hosted service wants a solved captcha for it.

        Raises:
            InvalidInput: that is no mail address; nothing was sent.
            RateLimited: the last code is too young.
            ApiError: anything else that went wrong.
        """
        check_email(email)
        await self._session.ask(wire_person.mail_code_call(purpose, email, captcha))

    async def register(self, new: Registration) -> None:
        """Make an account; sign in afterwards.

        Raises:
            InvalidInput: a field can never work; nothing was sent.
            NameTaken: name, QQ number or address has an account.
            ApiError: anything else that went wrong, a wrong code for one.
        """
        new.check()
        ways = wire_person.register_calls(new)
        await self._session.ask_first(
            ways if self._session.is_private else ways[:-1],
            is_lost=envelope.is_form_unknown,
        )

    async def sign_in(self, email: str, code: str) -> SignedIn:
        """Sign in with a code of the purpose LOGIN; needs and changes no token.

        Raises:
            InvalidInput: address or code can never work; nothing was sent.
            ApiError: anything else that went wrong, a wrong code for one.
        """
        check_email(email)
        check_code(code)
        data = await self._session.ask(wire_person.code_sign_in_call(email, code))
        token = wire.user_token(data)
        if token is None:
            raise ServiceGarbled("/login_by_email_code: expected a usable token")
        return SignedIn(wire.account(data), token)

    async def reset_password(self, email: str, password: Secret, code: str) -> None:
        """Set another password with a code of the purpose RESET_PASSWORD.

        Raises:
            InvalidInput: a field can never work; nothing was sent.
            ApiError: anything else that went wrong, a wrong code for one.
        """
        check_email(email)
        check_password(password)
        check_code(code)
        await self._session.ask(
            wire_person.forgotten_password_call(email, password, code)
        )
