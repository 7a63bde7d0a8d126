import pytest

from chmlfrp.api import envelope
from chmlfrp.api.call import Call
from chmlfrp.api.credentials import Credentials, Fixed
from chmlfrp.api.session import Session
from chmlfrp.errors import ServiceGarbled, ServiceRefused, SignInRequired
from chmlfrp.model.secret import Secret
from support.replies import SPRING_404, ScriptedService, gives, says

WAYS = tuple(Call(method=method, path="/x") for method in ("GET", "PUT", "POST"))


async def test_a_signed_call_without_a_token_is_not_sent() -> None:
    service = ScriptedService()
    async with service.client() as client:
        session = Session(client._caller, Fixed(Credentials.of_user(Secret(""))))
        with pytest.raises(SignInRequired, match="GET /x needs a token"):
            await session.send(WAYS[0])
    assert not service.requests


async def test_the_first_way_that_is_understood_decides() -> None:
    service = ScriptedService().on("GET /x", SPRING_404).on("PUT /x", says(400, "不"))
    async with service.client() as client:
        session = Session(client._caller, Fixed(Credentials.of_user(Secret("t"))))
        with pytest.raises(ServiceRefused):
            await session.ask_first(WAYS, is_lost=envelope.is_unknown_route)
    assert service.asked == ["GET /x", "PUT /x"]


async def test_the_last_way_is_final() -> None:
    service = ScriptedService()
    async with service.client() as client:
        session = Session(client._caller, Fixed(Credentials.of_user(Secret("t"))))
        with pytest.raises(ServiceGarbled):
            await session.ask_first(WAYS, is_lost=envelope.is_unknown_route)
        service.on("POST /x", gives(3))
        assert await session.ask_first(WAYS, is_lost=envelope.is_unknown_route) == 3
    assert service.asked == ["GET /x", "PUT /x", "POST /x"] * 2
