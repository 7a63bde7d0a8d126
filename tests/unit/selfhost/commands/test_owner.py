"""What the owner decides about people, run as the command line runs it."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from chmlfrp.selfhost.cli import app
from chmlfrp.selfhost.mail.letter import code_letter
from chmlfrp.selfhost.mail.send import mailer
from chmlfrp.selfhost.settings import Mail
from chmlfrp.selfhost.store.database import open_database
from chmlfrp.selfhost.store.models import User
from chmlfrp.words.language import Language, speaking

Run = Callable[..., Result]
WORD = "canary-word-1"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with speaking(Language.EN):
        yield


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(*argv: str, stdin: str = "") -> Result:
        return CliRunner().invoke(app, [*argv, "--data", str(tmp_path)], input=stdin)

    assert call("user", "add", "ada", "--password-stdin", stdin=WORD).exit_code == 0
    return call


def read(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def stored(folder: Path) -> User:
    async def look() -> User:
        async with open_database(folder) as database, database.read() as session:
            return await session.get_one(User, 1)

    return asyncio.run(look())


def test_an_account_is_changed_field_by_field(run: Run, tmp_path: Path) -> None:
    argv = ("--group", "高级会员", "--until", "2030-01-31", "--points", "7")
    more = ("--tunnels", "9", "--bandwidth", "50", "--email", "Ada@example.com")
    line = read(run("user", "edit", "ada", *argv, *more, "--no-real-name", "--json"))
    assert (line["usergroup"], line["term"], line["integral"], line["tunnel"]) == (
        *("高级会员", "2030-01-31", 7, 9),
    )
    user = stored(tmp_path)
    assert (user.bandwidth_mbps, user.email, user.has_real_name) == (
        *(50, "ada@example.com", False),
    )
    line = read(run("user", "edit", "ada@example.com", "--tunnels", "0", "--json"))
    assert line["tunnel"] == 12
    assert stored(tmp_path).bandwidth_mbps == 50


@pytest.mark.parametrize(
    ("argv", "hint"),
    [
        (("edit", "nobody"), "user list"),
        (("edit", "ada", "--group", "x"), "use one of"),
        (("edit", "ada", "--until", "soon"), "2027-12-31"),
        (("edit", "ada", "--email", "x"), "no e-mail address"),
        (("edit", "ada", "--tunnels", "-1"), "use 1 to"),
        (("edit", "ada", "--bandwidth", "-1"), "not between"),
        (("ban", "ada", "--minutes", "0"), "not between"),
    ],
)
def test_what_cannot_be_is_2_and_says_the_way_out(
    run: Run, argv: tuple[str, ...], hint: str
) -> None:
    result = run("user", *argv)
    assert (result.exit_code, result.stdout) == (2, "")
    assert hint in result.stderr


def test_a_ban_and_its_end(run: Run, tmp_path: Path) -> None:
    assert "shut out" in run("user", "ban", "ada").stdout
    assert read(run("user", "list", "--json"))[0]["banned"] is True
    assert read(run("user", "ban", "ada", "--minutes", "5", "--json"))["banned"] is True
    assert read(run("user", "unban", "ada", "--json"))["banned"] is False
    assert stored(tmp_path).banned_until_ms is None


def test_password_and_token_are_renewed_and_never_shown(
    run: Run, tmp_path: Path
) -> None:
    before = stored(tmp_path)
    changed = run("user", "password", "ada", "--password-stdin", stdin="another-1\n")
    renewed = run("user", "retoken", "ada")
    after = stored(tmp_path)
    assert after.password_hash != before.password_hash
    assert after.token != before.token
    for text in (changed.stdout, renewed.stdout):
        assert after.token not in text
        assert "another-1" not in text
    weak = run("user", "password", "ada", "--password-stdin", stdin="aaaaaa\n")
    assert weak.exit_code == 2


def test_cards_are_made_and_listed_without_their_codes(run: Run) -> None:
    codes = read(run("giftcard", "make", "ten", "--points", "10", "--json"))
    assert len(codes) == 1
    days = ("--group", "高级会员", "--days", "30", "--count", "2")
    assert len(run("giftcard", "make", "month", *days).stdout.split()) == 2
    listed = run("giftcard", "list")
    assert codes[0] not in listed.stdout
    assert listed.stdout.count("unused") == 3
    assert read(run("giftcard", "list", "--json"))[1]["days"] == 30


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("--points", "5", "--days", "3"),
        ("--group", "高级会员"),
        ("--group", "x", "--days", "3"),
        ("--points", "0"),
        ("--points", "1", "--count", "0"),
    ],
)
def test_a_card_without_a_worth_is_2(run: Run, argv: tuple[str, ...]) -> None:
    assert run("giftcard", "make", "x", *argv).exit_code == 2


def test_a_message_comes_from_stdin(run: Run) -> None:
    sent = read(run("message", "send", "News", "--json", stdin="**hello**\n"))
    assert (sent["title"], sent["contentMd"], sent["targetUsers"]) == (
        *("News", "**hello**", None),
    )
    one = run("message", "send", "You", "--to", "ada", "--priority", "3", stdin="x")
    assert "[1]" in one.stdout
    assert len(read(run("message", "list", "--json"))) == 2
    assert "everyone" in run("message", "list").stdout
    assert run("message", "send", "News", stdin="").exit_code == 2
    assert run("message", "send", "N", "--to", "nobody", stdin="x").exit_code == 2
    assert run("message", "send", "N", "--priority", "4", stdin="x").exit_code == 2


def test_programs_are_registered_and_removed(run: Run) -> None:
    public = run("client", "add", "Desk").stdout.split()
    assert len(public) == 1
    made = read(run("client", "add", "Web", "--confidential", "--json"))
    assert made["client_secret"]
    listed = run("client", "list", "--json")
    assert [one["confidential"] for one in read(listed)] == [False, True]
    assert made["client_secret"] not in listed.stdout
    assert run("client", "remove", public[0]).exit_code == 0
    assert [one["name"] for one in read(run("client", "list", "--json"))] == ["Web"]
    assert run("client", "remove", public[0]).exit_code == 2


def test_mail_in_the_outbox_is_listed_and_shown(run: Run, tmp_path: Path) -> None:
    assert read(run("mail", "list", "--json")) == []
    assert run("mail", "show").exit_code == 2
    letter = code_letter(
        "Home", "login", to="ada@example.com", code="135790", minutes=10
    )
    asyncio.run(mailer(Mail(), tmp_path).send(letter))
    (line,) = read(run("mail", "list", "--json"))
    assert line["to"] == "ada@example.com"
    assert "135790" not in run("mail", "list").stdout
    assert "135790" in run("mail", "show").stdout
    assert "135790" in read(run("mail", "show", line["name"], "--json"))["text"]


def test_every_noun_speaks_chinese(run: Run) -> None:
    with speaking(Language.ZH):
        assert "没有账户" in run("user", "edit", "nobody").stderr
        assert "没有程序" in run("client", "remove", "x").stderr
        assert "没有邮件" in run("mail", "show", "x").stderr
        assert "礼品卡" in run("giftcard", "make", "x").stderr
        assert "消息没有内容" in run("message", "send", "x").stderr
