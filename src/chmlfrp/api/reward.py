"""Points for coming by, and gift cards."""

from chmlfrp.api import envelope, wire_person
from chmlfrp.api.session import Session
from chmlfrp.errors import (
    InvalidInput,
    NameTaken,
    NotFound,
    RateLimited,
    ServiceRefused,
)
from chmlfrp.model.account import Attendance
from chmlfrp.model.giftcard import Reward, UsedCard
from chmlfrp.model.identity import CaptchaProof
from chmlfrp.model.secret import Secret


class Rewards:
    """`client.rewards`. All raise ApiError."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def check_in(self, *, captcha: CaptchaProof | None = None) -> int:
        """Take the points of the day and return how many; 0 if that was done before.

        The hosted service wants a captcha that a person solved; without one it refuses.
        """
        reply = await self._session.hear(wire_person.check_in_call(captcha))
        try:
            envelope.unwrap(reply)
        except ServiceRefused as error:
            if wire_person.is_done_today(error.service_message):
                return 0
            raise
        return wire_person.gained_points(reply.body)

    async def attendance(self) -> Attendance:
        """Return how the daily visits stand."""
        return wire_person.attendance(
            await self._session.ask(wire_person.attendance_call())
        )

    async def redeem(self, code: Secret) -> Reward:
        """Use a gift card up and return what it gave.

        Raises:
            InvalidInput: there is no code; nothing was sent.
            NotFound: there is no such card, or it was used before.
            RateLimited: too many wrong codes; `retry_after_s` says how long.
            ApiError: anything else that went wrong.
        """
        if not code.reveal().strip():
            raise InvalidInput("no gift card was given", field="code")
        reply = await self._session.send(wire_person.redeem_call(code))
        try:
            return wire_person.reward(envelope.unwrap(reply))
        except RateLimited as error:
            if error.retry_after_s is None:
                error.retry_after_s = wire_person.ban_s(reply.body)
            raise
        except NameTaken as error:
            # 已被使用 is said of names and of cards.
            raise NotFound(
                "there is no such gift card, or it was used before",
                service_code=error.service_code,
                service_message=error.service_message,
                field="code",
            ) from None

    async def cards(self) -> list[UsedCard]:
        """Return the gift cards that the account has used."""
        return wire_person.cards(await self._session.ask(wire_person.cards_call()))
