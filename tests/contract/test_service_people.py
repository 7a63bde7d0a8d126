"""The service writes the shapes that the reference gives for accounts."""

import json
from pathlib import Path
from typing import Any

import pytest

from chmlfrp.selfhost.settings import parse
from chmlfrp.selfhost.store import giftcard, message
from chmlfrp.selfhost.store.giftcard import Worth
from chmlfrp.selfhost.store.models import User
from support.people import Postman
from support.selfhost import PASSWORD, InMemory, in_memory

SAMPLES = Path(__file__).parent.parent / "samples" / "reference"
MAIL = "boring@example.com"
SETTINGS = parse(
    '[[links]]\nname = "a"\nurl = "https://a.example"\ndescription = "b"\n'
    '[[links]]\nname = "c"\nurl = "https://c.example"\n'
)
OPTIONAL = {"address"}
"""Keys that not every original answer has: where an address is on the map."""


def reply_of(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))["reply"]


def shape(value: Any) -> Any:
    """Return keys and types; lists as the shape of what they hold, numbers as one."""
    if isinstance(value, dict):
        return {k: shape(v) for k, v in value.items() if k not in OPTIONAL}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "number"
    return type(value).__name__


async def make(service: InMemory) -> str:
    """Make an account with a message, points and a line in its log; return its token."""
    user = await service.user("boring", "免费用户")
    async with service.context.database.write() as session:
        (await session.get_one(User, user.id)).email = MAIL
        await message.add(
            session,
            user_id=None,
            title="节点维护",
            content="**今晚**维护",
            priority=2,
            now_ms=1_800_000_000_000,
        )
    await service.call("/qiandao", token=user.token)
    return user.token


async def card(service: InMemory, worth: Worth) -> str:
    async with service.context.database.write() as session:
        return await giftcard.make(session, worth, now_ms=0)


async def code(service: InMemory, purpose: str) -> str:
    post = service.context.mailer
    assert isinstance(post, Postman)
    await service.call("/sendmailcode", type=purpose, mail=MAIL)
    return post.code()


async def ask(service: InMemory, name: str, token: str) -> Any:
    """Send what the sample `name` is the answer to."""
    own = {"token": token}
    match name:
        case "giftcard_redeem_points":
            ten = await card(service, Worth(name="周年礼", points=500))
            return await service.call("/giftcard/redeem", **own, giftcode=ten)
        case "giftcard_redeem_member":
            month = await card(service, Worth(name="周年礼", group="高级会员", days=30))
            return await service.call("/giftcard/redeem", **own, giftcode=month)
        case "giftcard_redeem_wrong":
            return await service.call("/giftcard/redeem", **own, giftcode="x")
        case "giftcard_redeem_banned":
            for _ in range(5):
                await service.call("/giftcard/redeem", **own, giftcode="x")
            return await service.call("/giftcard/redeem", **own, giftcode="x")
        case "giftcard_history":
            await ask(service, "giftcard_redeem_points", token)
            return await service.call("/giftcard/history", **own)
        case "login_by_email_code":
            given = await code(service, "login")
            return await service.call("/login_by_email_code", mail=MAIL, code=given)
        case "email_reset_password":
            given = await code(service, "reset_password")
            changed = {"email": MAIL, "new_password": "another-1", "code": given}
            return await service.call("/email_reset_password", **changed)
        case "login_banned_account":
            for _ in range(5):
                await service.call("/login", username="boring", password="wrong-1")
            return await service.call("/login", username="boring", password=PASSWORD)
        case _:
            path, params = PLAIN[name]
            return await service.call(path, **own, **params)


PLAIN: dict[str, tuple[str, dict[str, Any]]] = {
    "qiandao_info": ("/qiandao_info", {}),
    "messages": ("/messages", {}),
    "message_list": ("/message/list", {}),
    "message_search": ("/message/search", {"keyword": "维护"}),
    "message_detail": ("/message/detail", {"id": 1}),
    "message_detail_missing": ("/message/detail", {"id": 99}),
    "log_query": ("/log/query", {}),
    "panelinfo": ("/panelinfo", {}),
    "login_by_email_code_wrong": ("/login_by_email_code", {"mail": MAIL, "code": "0"}),
    "reset_password": (
        "/reset_password",
        {"original_password": PASSWORD, "new_password": "another-1"},
    ),
    "update_qq": ("/update_qq", {"new_qq": "242247494"}),
    "update_username": ("/update_username", {"new_username": "chaoji"}),
}
ALL = [
    *PLAIN,
    *("giftcard_redeem_points", "giftcard_redeem_member", "giftcard_redeem_wrong"),
    *("giftcard_redeem_banned", "giftcard_history", "login_by_email_code"),
    *("email_reset_password", "login_banned_account"),
]


@pytest.mark.parametrize("name", ALL)
async def test_an_answer_has_the_shape_and_the_words_of_the_reference(
    name: str, tmp_path: Path
) -> None:
    async with in_memory(tmp_path, settings=SETTINGS, mailer=Postman()) as service:
        reply = await ask(service, name, await make(service))
    known = reply_of(name)
    assert shape(reply) == shape(known)
    assert (reply["code"], reply["state"]) == (known["code"], known["state"])
    # Times differ; so does what follows them.
    assert reply["msg"].partition("，")[0] == known["msg"].partition("，")[0]


async def test_the_machine_s_load_is_bare(tmp_path: Path) -> None:
    async with in_memory(tmp_path) as service:
        reply = (await service.http.get("/api/server-status")).json()
    assert shape(reply) == shape(reply_of("server_status"))
