"""Real ways out: a webhook, a mail server, and a desktop that is not there."""

import pytest

from chmlfrp.errors import InvalidInput
from chmlfrp.local.paths import Home
from chmlfrp.local.secrets import FileSecrets
from chmlfrp.model.secret import Secret
from chmlfrp.notify.news import Notice
from chmlfrp.notify.send import SERVICE, NotSent, Target, check_address, send, ways
from support.guards import LogWatch
from support.hook import mail_server, webhook

NOTICE = Notice(title="ChmlFrp", body="隧道 game 失败", is_bad=True)


async def test_a_webhook_gets_the_message() -> None:
    with webhook() as (port, heard):
        await Target("hook", Secret(f"json://127.0.0.1:{port}/x")).send(NOTICE)
    assert [body["message"] for body in heard] == [NOTICE.body]
    assert heard[0]["type"] == "failure"


async def test_a_mailbox_gets_the_message() -> None:
    async with mail_server() as (port, mails):
        address = f"mailto://127.0.0.1:{port}?from=a@example.com&to=b@example.com"
        await Target("mail", Secret(address)).send(NOTICE)
    assert len(mails) == 1
    assert "b@example.com" in mails[0]


async def test_a_refusal_is_told_without_the_address() -> None:
    with webhook(status=500) as (port, _):
        target = Target("hook", Secret(f"json://user:canary@127.0.0.1:{port}"))
        with pytest.raises(NotSent) as caught:
            await target.send(NOTICE)
    assert "hook" in str(caught.value)
    assert "canary" not in str(caught.value)


async def test_one_way_that_fails_does_not_keep_the_others() -> None:
    class Broken:
        async def send(self, _: Notice) -> None:
            raise NotSent("no desktop")

    with webhook() as (port, heard):
        good = Target("hook", Secret(f"json://127.0.0.1:{port}"))
        failed = await send({"desktop": Broken(), "hook": good}, NOTICE)
    assert failed == {"desktop": "no desktop"}
    assert len(heard) == 1


async def test_addresses_come_from_the_secrets(
    home: object, expected_logs: LogWatch
) -> None:
    place = Home.locate()
    place.prepare()
    secrets = FileSecrets(place)
    await secrets.set(SERVICE, "hook", Secret("json://127.0.0.1:1"))
    expected_logs("the address of gone is missing")
    found = await ways(("hook", "gone"), is_desktop=True, secrets=secrets)
    assert list(found) == ["desktop", "hook"]


def test_an_address_that_is_none_is_refused() -> None:
    check_address(Secret("json://127.0.0.1/x"))
    with pytest.raises(InvalidInput) as caught:
        check_address(Secret("nonsense"))
    assert caught.value.field == "address"
