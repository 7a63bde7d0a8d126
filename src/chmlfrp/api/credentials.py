"""With what a caller shows who it is, in every era of the service."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol, Self

from chmlfrp.api.call import Call
from chmlfrp.model.secret import Secret


class Way(StrEnum):
    """Where the token goes."""

    BEARER = "bearer"
    """`Authorization: Bearer …`, since the end of 2025 and for access tokens."""
    RAW = "raw"
    """`Authorization: …` without a scheme, as clients of 2025 did."""
    PARAMETER = "parameter"
    """`token` beside the other parameters, as in 2024. In a GET that is the URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A token, and what belongs to it.

    A user token has no end; an access token has one and mostly comes with a refresh
    token, which is good for a single use.
    """

    token: Secret
    """What goes along with calls."""
    way: Way = Way.BEARER
    user_token: Secret | None = None
    """What frpc signs in with; None while it is not known."""
    refresh_token: Secret | None = None
    expires_at: float | None = None
    """Seconds since 1970; None for a token without an end."""

    @classmethod
    def of_user(cls, token: Secret, *, way: Way = Way.BEARER) -> Self:
        """Return credentials of a user token, with which frpc signs in as well."""
        return cls(token=token, way=way, user_token=token)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Everything in here that must never be shown."""
        all_ = (self.token, self.user_token, self.refresh_token)
        return tuple(dict.fromkeys(each for each in all_ if each))

    def is_old(self, now: float, *, early_s: float = 0.0) -> bool:
        """Return whether the token is past its end, or is `early_s` before it."""
        return self.expires_at is not None and now >= self.expires_at - early_s

    def header(self) -> str:
        """Return the `Authorization` header, empty if the token goes elsewhere."""
        match self.way:
            case Way.BEARER:
                return f"Bearer {self.token.reveal()}"
            case Way.RAW:
                return self.token.reveal()
            case Way.PARAMETER:
                return ""

    def signed(self, call: Call) -> Call:
        """Return the call with the token among its parameters if it belongs there."""
        if self.way is not Way.PARAMETER or not call.is_signed:
            return call
        extra = {"token": self.token.reveal()}
        if call.json is not None:
            return replace(call, json={**call.json, **extra})
        if call.form is not None:
            return replace(call, form={**call.form, **extra})
        return replace(call, query={**(call.query or {}), **extra})


class Keeper(Protocol):
    """Who has the credentials and may get new ones."""

    @property
    def latest(self) -> Credentials | None:
        """What is known now, old or not."""
        ...

    async def fresh(self) -> Credentials | None:
        """Return credentials that are good to send; raises ApiError."""
        ...

    async def after_refusal(self, refused: Credentials) -> Credentials | None:
        """Return other ones than those refused, None if there are none."""
        ...


class Fixed:
    """Credentials that stay as they are."""

    def __init__(self, credentials: Credentials | None) -> None:
        self.latest = credentials

    async def fresh(self) -> Credentials | None:
        """Return them."""
        return self.latest

    async def after_refusal(self, refused: Credentials) -> Credentials | None:
        """Return None: there are no others."""
        del refused
        return None


WallClock = Callable[[], float]
"""Seconds since 1970: what expires is kept on disk, beyond this process."""

wall_clock: WallClock = time.time
