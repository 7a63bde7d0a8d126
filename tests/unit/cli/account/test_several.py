"""Several accounts at the command line."""

import msgspec
import pytest

from chmlfrp.control.protocol import KnownAccount
from support.scripted_daemon import ALICE, IN, OUT, ScriptedDaemon

BOB = KnownAccount(id=8, name="bob")


@pytest.fixture
def daemon(serve):
    return serve(ScriptedDaemon(session=msgspec.structs.replace(IN, others=(BOB,))))


def test_they_are_listed_with_the_one_in_front(cli, daemon):
    assert cli("account", "list").lines == [f"* alice  {ALICE.id}", "  bob  8"]
    assert cli("account", "list", "--json").json == {
        "front": ALICE.id,
        "accounts": [{"id": ALICE.id, "name": "alice"}, {"id": 8, "name": "bob"}],
    }


def test_nobody_is_said(cli, serve):
    serve(ScriptedDaemon(session=OUT))
    assert cli("account", "list").out == "还没有登录的账户\n"


@pytest.mark.parametrize("said", ["bob", "8"])
def test_another_is_put_in_front_by_name_or_number(cli, daemon, said):
    done = cli("account", "use", said)
    assert (done.code, done.out) == (0, "当前账户：bob\n")
    assert daemon.asked_for("use_account") == [8]


def test_one_is_forgotten(cli, daemon):
    assert cli("account", "forget", "bob").out == "已忘记：bob\n"
    assert daemon.asked_for("forget_account") == [8]


def test_who_is_not_there_is_said_with_the_way_out(cli, daemon):
    done = cli("account", "use", "carol")
    assert done.code != 0
    assert done.err == "错误：已登录的账户里没有 carol\n办法：chmlfrp account list\n"
    assert not daemon.asked_for("use_account")
