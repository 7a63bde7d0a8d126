"""A program is let in by a person, stays in by refreshing, and is put out."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from chmlfrp.selfhost.settings import parse
from chmlfrp.selfhost.store.database import open_database
from support.clock import FakeClock
from support.oauth import DEVICE_CODE, PAGE, SCOPE, Browser, Program, add_client
from support.selfhost import PASSWORD, InMemory, in_memory

SETTINGS = parse('public_url = "https://home.example"\nname = "家"')


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[InMemory]:
    clock = FakeClock(1_800_000_000.0)
    async with in_memory(tmp_path / "data", settings=SETTINGS, clock=clock) as service:
        await service.user("ada")
        await add_client(service)
        service.http.base_url = "https://home.example"  # type: ignore[assignment]  # takes text
        yield service


def clock_of(service: InMemory) -> FakeClock:
    clock = service.context.clock
    assert isinstance(clock, FakeClock)
    return clock


async def let_in(service: InMemory) -> dict[str, str]:
    program = Program(service)
    codes = await program.start()
    await Browser(service).let_in(codes["user_code"])
    status, tokens = await program.poll(codes["device_code"])
    assert status == 200, tokens
    return tokens


@pytest.mark.parametrize("path", ["device_authorization", "token", "revoke"])
@pytest.mark.parametrize("given", [b"\xff", base64.b64encode(b"\xff:x")])
async def test_a_header_or_form_that_cannot_be_read_is_an_invalid_request(
    home: InMemory, path: str, given: bytes
) -> None:
    url, form = f"/oauth2/{path}", {"scope": SCOPE, "grant_type": "refresh_token"}
    basic = {"authorization": b"Basic " + given}
    for reply in (
        await home.http.post(url, data=form, headers=basic),
        await home.http.post(url, content=b"a=\xff"),
    ):
        assert (reply.status_code, reply.json()) == (400, {"error": "invalid_request"})


async def test_a_program_comes_in_by_a_code_that_a_person_allows(
    home: InMemory,
) -> None:
    program = Program(home)
    codes = await program.start()
    assert codes["verification_uri"] == f"https://home.example{PAGE}"
    assert codes["verification_uri_complete"].endswith(codes["user_code"])
    assert (codes["expires_in"], codes["interval"]) == (300, 5)
    assert len(codes["user_code"]) == 9
    pending = await program.poll(codes["device_code"])
    assert (pending[0], pending[1]["error"]) == (400, "authorization_pending")
    done = await Browser(home).let_in(codes["user_code"].lower().replace("-", " "))
    assert "Allowed" in done
    status, tokens = await program.poll(codes["device_code"])
    assert (status, tokens["token_type"], tokens["expires_in"]) == (200, "Bearer", 599)
    assert tokens["scope"] == SCOPE
    again = await program.poll(codes["device_code"])
    assert (again[0], again[1]["error"]) == (400, "invalid_grant")
    for how in (
        {"headers": {"authorization": f"Bearer {tokens['access_token']}"}},
        {"params": {"token": tokens["access_token"]}},
    ):
        reply = await home.http.get("/userinfo", **how)
        assert reply.json()["data"]["username"] == "ada"
    login = await home.call("/login", access_token=tokens["access_token"])
    assert login["data"]["usertoken"]


async def test_an_access_token_is_signed_with_a_published_key(home: InMemory) -> None:
    tokens = await let_in(home)
    document = (await home.http.get("/.well-known/openid-configuration")).json()
    assert document["issuer"] == "https://home.example"
    published = (await home.http.get("/oauth2/jwks")).json()
    (key,) = published["keys"]
    assert (key["kty"], key["alg"], "d" in key) == ("RSA", "RS256", False)
    decoded = jwt.decode(
        tokens["access_token"], KeySet.import_key_set(published), algorithms=["RS256"]
    )
    assert decoded.header["kid"] == key["kid"]
    assert decoded.claims["aud"] == "chmlfrp-api"
    assert decoded.claims["exp"] - decoded.claims["iat"] == 599


async def test_a_changed_or_foreign_token_opens_nothing(home: InMemory) -> None:
    tokens = await let_in(home)
    head, _, tail = tokens["access_token"].partition(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    for token in (
        f"{none}.{tail}",
        f"{head}.{tail[:-8]}AAAAAAAA",
        "a.b.c",
        "..",
        "é..",
    ):
        refused = await home.refused("/userinfo", token=token)
        assert refused == (401, "无效的登录状态")
    assert (await home.refused("/nodeinfo", token="a.b.c", node="x"))[
        1
    ] == "错误的token"


async def test_who_polls_too_often_is_slowed_down(home: InMemory) -> None:
    program, clock = Program(home), clock_of(home)
    code = (await program.start())["device_code"]
    await program.poll(code)
    clock.now += 4
    assert (await program.poll(code))[1]["error"] == "slow_down"
    clock.now += 9
    assert (await program.poll(code))[1]["error"] == "slow_down"
    clock.now += 15
    assert (await program.poll(code))[1]["error"] == "authorization_pending"


async def test_a_code_that_nobody_answers_expires(home: InMemory) -> None:
    program = Program(home)
    codes = await program.start()
    clock_of(home).now += 300
    assert (await program.poll(codes["device_code"]))[1]["error"] == "expired_token"
    assert "expired" in await Browser(home).open(user_code=codes["user_code"])


async def test_a_person_may_say_no(home: InMemory) -> None:
    program, browser = Program(home), Browser(home, language="zh-CN,zh;q=0.9")
    codes = await program.start()
    page = await browser.sign_in(codes["user_code"])
    assert "桌面 &lt;b&gt;" in page
    assert "想使用你的账户" in page
    assert "已拒绝" in (await browser.send(page, step="deny")).text
    assert (await program.poll(codes["device_code"]))[1]["error"] == "access_denied"


async def test_a_refresh_token_is_good_once_and_a_thief_ends_it_all(
    home: InMemory,
) -> None:
    tokens, program = await let_in(home), Program(home)
    status, second = await program.refresh(tokens["refresh_token"])
    assert status == 200
    assert second["refresh_token"] != tokens["refresh_token"]
    reply = await home.call("/userinfo", token=second["access_token"])
    assert reply["code"] == 200
    status, error = await program.refresh(tokens["refresh_token"])
    assert (status, error["error"]) == (400, "invalid_grant")
    assert (await program.refresh(second["refresh_token"]))[0] == 400
    for token in (tokens["access_token"], second["access_token"]):
        assert (await home.refused("/userinfo", token=token))[0] == 401


async def test_a_refresh_token_ends_after_thirty_days(home: InMemory) -> None:
    tokens = await let_in(home)
    clock_of(home).now += 30 * 24 * 3600
    assert (await Program(home).refresh(tokens["refresh_token"]))[0] == 400


async def test_without_offline_access_there_is_no_refresh_token(
    home: InMemory,
) -> None:
    program = Program(home)
    codes = await program.start("chmlfrp_api")
    await Browser(home).let_in(codes["user_code"])
    _, tokens = await program.poll(codes["device_code"])
    assert "refresh_token" not in tokens


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
async def test_a_program_gives_back_what_it_was_let_do(
    home: InMemory, which: str
) -> None:
    tokens, program = await let_in(home), Program(home)
    other = Program(home, client_id="other")
    await add_client(home, "other")
    assert (await other.post("/oauth2/revoke", token=tokens[which])).status_code == 400
    reply = await program.post("/oauth2/revoke", token=tokens[which])
    assert (reply.status_code, reply.json()) == (200, {})
    assert (await home.refused("/userinfo", token=tokens["access_token"]))[0] == 401
    assert (await program.refresh(tokens["refresh_token"]))[0] == 400
    assert (await program.post("/oauth2/revoke", token="nobody")).status_code == 200


async def test_a_new_password_puts_every_program_out(home: InMemory) -> None:
    tokens = await let_in(home)
    await home.call(
        "/reset_password",
        token=tokens["access_token"],
        original_password=PASSWORD,
        new_password="another-1",
    )
    assert (await home.refused("/userinfo", token=tokens["access_token"]))[0] == 401
    assert (await Program(home).refresh(tokens["refresh_token"]))[0] == 400


async def test_a_client_that_nobody_registered_or_without_its_secret_gets_nothing(
    home: InMemory,
) -> None:
    await add_client(home, "web", secret="canary-secret")
    for client_id in ("nobody", "web"):
        program = Program(home, client_id=client_id)
        reply = await program.post("/oauth2/device_authorization", scope=SCOPE)
        assert reply.status_code in (400, 401)
        assert reply.json()["error"] == "invalid_client"
    reply = await home.http.post(
        "/oauth2/device_authorization",
        data={"scope": SCOPE},
        auth=("web", "canary-secret"),
    )
    assert reply.status_code == 200


@pytest.mark.parametrize("scope", ["profile", "", "chmlfrp_api admin"])
async def test_a_scope_must_be_known_and_hold_the_api(
    home: InMemory, scope: str
) -> None:
    reply = await Program(home).post("/oauth2/device_authorization", scope=scope)
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_scope")


async def test_other_ways_to_a_token_are_not_offered(home: InMemory) -> None:
    for grant in ("password", "client_credentials", "authorization_code", ""):
        reply = await Program(home).post("/oauth2/token", grant_type=grant)
        assert (reply.status_code, reply.json()["error"]) == (
            *(400, "unsupported_grant_type"),
        )
    reply = await Program(home).post("/oauth2/token", grant_type=DEVICE_CODE)
    assert reply.json()["error"] == "invalid_request"


async def test_a_form_from_another_site_is_not_taken(home: InMemory) -> None:
    program, browser = Program(home), Browser(home)
    codes = await program.start()
    page = await browser.sign_in(codes["user_code"])
    for csrf in ("", "x" * 64, "é"):
        reply = await browser.send(page, step="approve", csrf=csrf)
        assert reply.status_code == 403
    home.http.cookies.clear()
    assert (await browser.send(page, step="approve")).status_code == 403
    pending = await program.poll(codes["device_code"])
    assert pending[1]["error"] == "authorization_pending"


async def test_the_page_is_protected_and_its_cookies_are_its_own(
    home: InMemory,
) -> None:
    reply = await home.http.get(PAGE)
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script" not in reply.text
    assert reply.headers["cache-control"] == "no-store"
    for cookie in reply.headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert "Secure" in cookie


async def test_a_wrong_password_on_the_page_counts_like_any_other(
    home: InMemory,
) -> None:
    browser = Browser(home)
    code = (await Program(home).start())["user_code"]
    page = await browser.open(user_code=code)
    for _ in range(5):
        reply = await browser.send(page, step="login", username="ada", password="no-1")
        assert "is wrong" in reply.text
    reply = await browser.send(page, step="login", username="ada", password=PASSWORD)
    assert "Too many attempts" in reply.text
    code_, _ = await home.refused("/login", username="ada", password=PASSWORD)
    assert code_ == 403


async def test_leaving_the_page_asks_for_another_account(home: InMemory) -> None:
    browser = Browser(home)
    code = (await Program(home).start())["user_code"]
    page = await browser.sign_in(code)
    left = await browser.send(page, step="leave")
    assert 'type="password"' in left.text
    assert 'type="password"' in await browser.open(user_code=code)


async def test_web_panels_refresh_in_an_envelope_of_their_own(home: InMemory) -> None:
    tokens = await let_in(home)
    reply = await home.http.post(
        "/sso/refresh", json={"refresh_token": tokens["refresh_token"]}
    )
    body = reply.json()
    assert (body["success"], body["message"]) == (True, "刷新令牌成功")
    assert body["data"]["expires_at"] == 1_800_000_599_000
    again = await home.http.post(
        "/sso/refresh", json={"refresh_token": tokens["refresh_token"]}
    )
    assert again.json()["success"] is False


async def test_another_worker_goes_on_where_this_one_stopped(
    home: InMemory, tmp_path: Path
) -> None:
    program = Program(home)
    codes = await program.start()
    async with (
        open_database(tmp_path / "data"),
        in_memory(
            tmp_path / "data", settings=SETTINGS, clock=home.context.clock
        ) as second,
    ):
        second.http.base_url = "https://home.example"  # type: ignore[assignment]  # takes text
        await Browser(second).let_in(codes["user_code"])
        _, tokens = await program.poll(codes["device_code"])
        reply = await second.call("/userinfo", token=tokens["access_token"])
        assert reply["code"] == 200
        assert (await Program(second).refresh(tokens["refresh_token"]))[0] == 200
        assert (await program.refresh(tokens["refresh_token"]))[0] == 400


async def test_plain_http_off_this_machine_needs_the_owner_s_word(
    tmp_path: Path,
) -> None:
    text = 'public_url = "http://10.0.0.1:7800"\n'
    for more, status in (("", 400), ("[oauth]\nallow_http = true", 200)):
        folder = tmp_path / str(status)
        async with in_memory(folder, settings=parse(text + more)) as service:
            await add_client(service)
            reply = await Program(service).post(
                "/oauth2/device_authorization", scope=SCOPE
            )
            assert reply.status_code == status
