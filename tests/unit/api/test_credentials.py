import pytest

from chmlfrp.api.call import Call
from chmlfrp.api.credentials import Credentials, Way
from chmlfrp.api.session import Session
from chmlfrp.errors import InvalidInput, SignInRequired
from chmlfrp.model.secret import Secret
from support.replies import TOKEN, ScriptedService, gives, sample, says

T = TOKEN.reveal()


@pytest.mark.parametrize(
    ("way", "header"),
    [(Way.BEARER, f"Bearer {T}"), (Way.RAW, T), (Way.PARAMETER, None)],
)
async def test_the_token_goes_where_the_era_looks_for_it(
    way: Way, header: str | None
) -> None:
    service = ScriptedService().on("GET /tunnel", sample("tunnel_list_ok"))
    async with service.client() as client:
        mine = client.with_credentials(Credentials.of_user(TOKEN, way=way))
        await mine.tunnels.list()
    (request,) = service.requests
    assert request.headers.get("Authorization") == header
    assert request.url.params.get("token") == (T if way is Way.PARAMETER else None)


def test_a_token_among_parameters_goes_beside_the_others() -> None:
    credentials = Credentials.of_user(TOKEN, way=Way.PARAMETER)
    body = Call(method="POST", path="/x", json={"a": 1})
    form = Call(method="POST", path="/x", form={"a": "1"})
    public = Call(method="GET", path="/x", is_signed=False)

    assert credentials.signed(body).json == {"a": 1, "token": T}
    assert credentials.signed(form).form == {"a": "1", "token": T}
    assert credentials.signed(public) is public


async def test_a_token_is_not_put_into_an_address_that_others_can_read() -> None:
    service = ScriptedService()
    async with service.client("http://service.example") as client:
        mine = client.with_credentials(Credentials.of_user(TOKEN, way=Way.PARAMETER))
        with pytest.raises(InvalidInput) as caught:
            await mine.tunnels.list()
    assert caught.value.field == "way"
    assert not service.requests


def test_credentials_show_nothing() -> None:
    shown = repr(Credentials(token=TOKEN, refresh_token=TOKEN, user_token=TOKEN))

    assert T not in shown


def test_a_token_is_old_a_little_before_its_end() -> None:
    token = Credentials(token=TOKEN, expires_at=1000.0)

    assert not token.is_old(900, early_s=90)
    assert token.is_old(910, early_s=90)
    assert not Credentials.of_user(TOKEN).is_old(1e12)


class Renewing:
    """Has one other token than the first."""

    def __init__(self) -> None:
        self.latest: Credentials | None = Credentials(token=Secret("old"))

    async def fresh(self) -> Credentials | None:
        return self.latest

    async def after_refusal(self, refused: Credentials) -> Credentials | None:
        assert refused.token == Secret("old")
        self.latest = Credentials(token=Secret("new"))
        return self.latest


async def test_a_call_refused_for_its_token_is_sent_once_more_with_a_new_one() -> None:
    service = ScriptedService().on(
        "GET /x",
        lambda request: (
            gives(3)
            if request.headers["Authorization"] == "Bearer new"
            else says(401, "无效的登录状态")
        ),
    )
    async with service.client() as client:
        session = Session(client._caller, Renewing())
        assert await session.ask(Call(method="GET", path="/x")) == 3
    assert len(service.requests) == 2


async def test_a_user_token_that_is_refused_is_not_sent_again() -> None:
    service = ScriptedService().on("GET /userinfo", says(401, "无效的Token"))
    async with service.client() as client:
        with pytest.raises(SignInRequired):
            await client.account.get()
    assert len(service.requests) == 1
