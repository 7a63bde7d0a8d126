"""Whether a person is asking: nobody checks, or GeeTest v4 does.

GeeTest documents the check: POST to `/validate?captcha_id=…` a form with the four
values of the widget and `sign_token`, the HMAC-SHA256 of `lot_number` under the
captcha's key in hex; the answer's `result` is `success` or `fail`.
"""

import hashlib
import hmac
import logging
from dataclasses import dataclass
from typing import Protocol

import httpx2

from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.settings import Captcha
from chmlfrp.selfhost.web import web

FIELDS = ("lot_number", "captcha_output", "pass_token", "gen_time")
TIMEOUT_S = 5

log = logging.getLogger(__name__)


class Verifier(Protocol):
    """Somebody who tells people from programs."""

    async def check(self, params: Params) -> None:
        """Return for a person.

        Raises:
            Refusal: it is none, or nobody can tell.
        """


class Anybody:
    """Takes everybody for a person."""

    async def check(self, params: Params) -> None:
        del params


@dataclass(frozen=True, slots=True)
class GeeTest:
    """GeeTest v4, or a server that speaks the same."""

    settings: Captcha

    async def check(self, params: Params) -> None:
        values = {name: params.optional_text(name) for name in FIELDS}
        if not all(values.values()):
            raise Refusal("请完成人机验证")
        is_person = await self._ask(values)
        if is_person is None:
            log.warning("the captcha's verifier gave no usable answer")
            is_person = self.settings.when_down == "open"
        if not is_person:
            raise Refusal("人机验证失败")

    async def _ask(self, values: dict[str, str]) -> bool | None:
        form = {**values, "sign_token": self._sign(values["lot_number"])}
        try:
            async with web(timeout_s=TIMEOUT_S) as http:
                reply = await http.post(
                    self.settings.url,
                    params={"captcha_id": self.settings.id},
                    data=form,
                )
            result = reply.raise_for_status().json()["result"]
        except (httpx2.HTTPError, ValueError, KeyError, TypeError):
            return None
        return bool(result == "success")

    def _sign(self, lot_number: str) -> str:
        key = self.settings.key.reveal().encode()
        return hmac.new(key, lot_number.encode(), hashlib.sha256).hexdigest()


def verifier(settings: Captcha) -> Verifier:
    """Return whom the settings name."""
    return GeeTest(settings) if settings.kind == "geetest" else Anybody()
