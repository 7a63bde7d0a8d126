"""Tokens of a sign-in by code: on disk before they are used, and gone with the account."""

import msgspec

from chmlfrp.api.credentials import Credentials
from chmlfrp.api.oauth import Registration
from chmlfrp.control.protocol import PasswordSignIn, SessionState
from chmlfrp.daemon.access import AccessTokens
from chmlfrp.model.secret import Secret
from support.stage import TOKEN, URL, Stage

OURS = Registration(issuer="https://accounts.example", client_id="ours")
GIVEN = Credentials(
    token=Secret("canary-access"),
    refresh_token=Secret("canary-refresh"),
    expires_at=4e9,
)


async def test_a_sign_in_by_code_is_taken_up_by_the_next_daemon(
    empty_stage: Stage,
) -> None:
    view = await empty_stage.account.sign_in_by_code(OURS, GIVEN)
    assert view.state is SessionState.SIGNED_IN
    kept = await empty_stage.secrets.get(URL, "7 oauth")
    assert kept is not None
    assert msgspec.json.decode(kept.reveal())["refresh_token"] == "canary-refresh"
    user = await empty_stage.secrets.get(URL, "7")
    assert user == Secret(TOKEN)

    following = empty_stage.keeper()
    await following.restore()
    await following.look()
    assert following.view.trouble is None
    assert empty_stage.tokens[-1] == "Bearer canary-access"


async def test_another_way_to_sign_in_and_a_logout_forget_the_access_tokens(
    empty_stage: Stage,
) -> None:
    await empty_stage.account.sign_in_by_code(OURS, GIVEN)
    await empty_stage.account.sign_in(
        PasswordSignIn(name="me", password=Secret("secret-1"))
    )
    assert await empty_stage.secrets.get(URL, "7 oauth") is None
    assert empty_stage.tokens[-1] == f"Bearer {TOKEN}"

    await empty_stage.account.sign_in_by_code(OURS, GIVEN)
    await empty_stage.account.sign_out()
    assert await empty_stage.secrets.get(URL, "7 oauth") is None


async def test_an_entry_that_cannot_be_read_is_none(empty_stage: Stage) -> None:
    await empty_stage.secrets.set(URL, "7 oauth", Secret("{"))
    assert await AccessTokens(empty_stage.secrets, URL).read(7) is None
