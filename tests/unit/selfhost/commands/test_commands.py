"""user and node commands, run in this process as the command line runs them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from chmlfrp.selfhost.cli import app
from chmlfrp.words.language import Language, speaking

Run = Callable[..., Result]
WORD = "secret-1"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with speaking(Language.EN):
        yield


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(*argv: str, stdin: str = "") -> Result:
        return CliRunner().invoke(app, [*argv, "--data", str(tmp_path)], input=stdin)

    return call


def read(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def add_user(run: Run, name: str, *argv: str, password: str = WORD) -> Result:
    return run("user", "add", name, "--password-stdin", *argv, stdin=password + "\n")


def test_a_user_is_added_and_listed_without_secrets(run: Run) -> None:
    added = read(add_user(run, "ada", "--group", "超级会员", "--json"))
    assert (added["id"], added["username"], added["usergroup"]) == (
        *(1, "ada", "超级会员"),
    )
    listed = run("user", "list", "--json")
    assert read(listed) == [added]
    assert "token" not in listed.stdout
    assert "secret" not in listed.stdout
    assert "ada" in run("user", "list").stdout


def test_a_user_is_free_unless_said(run: Run) -> None:
    assert read(add_user(run, "ada", "--json"))["usergroup"] == "免费用户"


def test_an_account_may_have_as_many_tunnels_as_its_group_or_as_said(run: Run) -> None:
    assert read(add_user(run, "ada", "--json"))["tunnel"] == 4
    assert read(add_user(run, "bob", "--tunnels", "500", "--json"))["tunnel"] == 500
    assert "up to 1 tunnels" in add_user(run, "eve", "--tunnels", "1").stdout
    assert [one["tunnel"] for one in read(run("user", "list", "--json"))] == [4, 500, 1]
    assert "\t500\t" in run("user", "list").stdout


@pytest.mark.parametrize("count", ["0", "-1", "10001"])
def test_a_limit_out_of_range_is_2_and_says_the_range(run: Run, count: str) -> None:
    result = add_user(run, "ada", "--tunnels", count)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "use 1 to 10000" in result.stderr


def test_a_name_that_is_taken_is_1_and_a_bad_password_2(run: Run) -> None:
    add_user(run, "ada")
    again = add_user(run, "ada")
    assert (again.exit_code, "already" in again.stderr) == (1, True)
    weak = add_user(run, "bob", password="aaaaaa")
    assert (weak.exit_code, weak.stdout) == (2, "")
    assert "two kinds" in weak.stderr
    assert "aaaaaa" not in weak.stderr


def test_without_a_terminal_the_password_is_not_asked_for(run: Run) -> None:
    result = run("user", "add", "ada")
    assert result.exit_code == 2
    assert "--password-stdin" in result.stderr


def test_a_node_is_added_edited_and_listed(run: Run) -> None:
    added = read(
        run("node", "add", "home", "--vip", "--ports", "19000-19100", "--json")
    )
    assert (added["group"], added["state"], added["ports"]) == (
        *("vip", "offline", "19000-19100"),
    )
    edited = read(
        run("node", "edit", "home", "--port", "7001", "--host", "n.example", "--json")
    )
    assert (edited["port"], edited["host"]) == (7001, "n.example")
    assert read(run("node", "list", "--json")) == [edited]
    assert "n.example:7001" in run("node", "list").stdout


def test_a_node_without_web_has_no_web_ports(run: Run) -> None:
    added = read(run("node", "add", "home", "--no-web", "--no-udp", "--json"))
    assert (added["http_port"], added["https_port"]) == (None, None)


def test_wrong_node_options_are_2(run: Run) -> None:
    for argv in (
        ("node", "add", "a b"),
        ("node", "add", "home", "--ports", "80-90"),
        ("node", "add", "home", "--port", "70000"),
        ("node", "edit", "nobody"),
    ):
        result = run(*argv)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("error: ")


def test_ports_that_the_system_hands_out_are_warned_of(run: Run) -> None:
    result = run("node", "add", "home", "--ports", "1024-65535", "--port", "7000")
    assert "warning: the system hands out" in result.stderr


def test_empty_lists_say_what_to_do(run: Run) -> None:
    for noun in ("user", "node"):
        result = run(noun, "list")
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr
        assert read(run(noun, "list", "--json")) == []


def test_help_shows_every_command() -> None:
    result = CliRunner().invoke(app, ["--help"])
    assert all(name in result.stdout for name in ("serve", "user", "node"))
