import sys

import pytest

from chmlfrp.cli.code import qr
from chmlfrp.control.device import CodeApproved, CodeFailed, CodeShown
from chmlfrp.control.problem import to_problem
from chmlfrp.control.protocol import PasswordSignIn, TokenSignIn, TunnelView
from chmlfrp.errors import InvalidInput, SignInDenied, SignInRequired
from chmlfrp.model.secret import Secret
from support.scripted_daemon import IN, OUT, UP, ScriptedDaemon
from support.terminal import on_terminal

COMMAND = [sys.executable, "-m", "chmlfrp"]


def test_a_password_is_read_from_stdin(cli, serve):
    daemon = serve(ScriptedDaemon(session=OUT))
    done = cli("login", "bob", "--password-stdin", stdin="p w \n")
    assert (done.code, done.err) == (0, "")
    assert done.lines[0].startswith("已登录：alice（免费用户）")
    expected = PasswordSignIn(name="bob", password=Secret("p w "))
    assert daemon.asked_for("sign_in") == [expected]


def test_a_token_is_read_from_stdin(cli, serve):
    daemon = serve(ScriptedDaemon(session=OUT))
    assert cli("login", "--token-stdin", stdin=" t0ken\r\n").code == 0
    assert daemon.asked_for("sign_in") == [TokenSignIn(token=Secret("t0ken"))]


@pytest.mark.parametrize(
    ("arguments", "stdin", "told"),
    [
        (["bob"], "", "没有终端，不能询问密码"),
        ([], "pw", "没有写用户名"),
        (["--password-stdin"], "pw", "没有写用户名"),
        (["bob", "--password-stdin"], "\n", "密码是空的"),
        (["--token-stdin"], " ", "令牌是空的"),
        (["bob", "--password-stdin", "--token-stdin"], "x", "不能同时"),
        (["--token"], "", "令牌是空的"),
        (["--device", "--token"], "x", "只能选一种"),
    ],
)
def test_nothing_is_asked_or_sent_without_what_is_needed(
    cli, home, arguments, stdin, told
):
    done = cli("login", *arguments, stdin=stdin)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert not home.exists()


def test_a_wrong_password_asks_for_a_new_sign_in(cli, serve):
    daemon = serve(ScriptedDaemon(session=OUT))
    daemon.fails["sign_in"] = SignInRequired(
        "name or password is wrong", hint="type both again", service_message="密码错误"
    )
    done = cli("login", "bob", "--password-stdin", stdin="c4nary")
    assert (done.code, done.out) == (4, "")
    assert done.err == "错误：用户名或密码不对「密码错误」\n办法：核对后重新输入\n"


def test_logging_out_says_that_tunnels_go_on(cli, serve):
    daemon = serve(ScriptedDaemon(TunnelView(id=1, wanted=True, ladder=UP)))
    done = cli("logout")
    assert (done.code, done.out) == (0, "已退出登录\n")
    assert "不受影响" in done.err
    assert daemon.asked_for("sign_out") == [None]


def test_a_terminal_is_asked_and_shows_no_password(serve, monkeypatch):
    monkeypatch.setenv("CHMLFRP_LANG", "zh")
    daemon = serve(ScriptedDaemon(session=OUT))
    code, shown = on_terminal(
        [*COMMAND, "login"], ("QQ 号：", "bob\n"), ("不显示）：", "c4nary\n")
    )
    assert code == 0, shown
    assert "c4nary" not in shown
    assert "已登录：alice" in shown
    expected = PasswordSignIn(name="bob", password=Secret("c4nary"))
    assert daemon.asked_for("sign_in") == [expected]


def test_a_terminal_asks_for_a_token_and_does_not_show_it(serve, monkeypatch):
    monkeypatch.setenv("CHMLFRP_LANG", "en")
    daemon = serve(ScriptedDaemon(session=OUT))
    code, shown = on_terminal(
        [*COMMAND, "login", "--token"], ("not shown): ", "c4nary\n")
    )
    assert code == 0, shown
    assert "c4nary" not in shown
    assert daemon.asked_for("sign_in") == [TokenSignIn(token=Secret("c4nary"))]


def test_without_a_terminal_the_token_comes_on_stdin(cli, serve):
    daemon = serve(ScriptedDaemon(session=OUT))
    assert cli("login", "--token", stdin="t0ken\n").code == 0
    assert daemon.asked_for("sign_in") == [TokenSignIn(token=Secret("t0ken"))]


SHOWN = CodeShown(
    url="https://x.example/verify",
    user_code="ABCD-EFGH",
    full_url="https://x.example/verify?user_code=ABCD-EFGH",
    expires_in_s=300.0,
)


def test_a_code_is_shown_until_somebody_approves_it(cli, serve):
    daemon = serve(ScriptedDaemon(session=OUT))
    daemon.code_frames = [SHOWN, CodeApproved(session=IN)]
    done = cli("login", "--device")
    assert done.code == 0
    assert done.lines[0].startswith("已登录：alice")
    assert SHOWN.full_url in done.err
    assert "ABCD-EFGH" in done.err
    assert "5 分钟" in done.err


def test_a_terminal_gets_the_code_to_be_scanned_too(serve, monkeypatch):
    monkeypatch.setenv("CHMLFRP_LANG", "zh")
    daemon = serve(ScriptedDaemon(session=OUT))
    daemon.code_frames = [SHOWN, CodeApproved(session=IN)]
    code, shown = on_terminal([*COMMAND, "login", "--device"])
    assert code == 0, shown
    first = qr(SHOWN.full_url).splitlines()[3]
    assert first.strip() in shown


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (SignInDenied("no"), 4, "授权被拒绝"),
        (
            InvalidInput(
                "a sign-in by code needs a client id, and none is shipped",
                hint="register this program with the service and write client_id "
                "under [service] into settings.toml",
                field="service.client_id",
            ),
            2,
            "客户端编号",
        ),
    ],
)
def test_a_sign_in_by_code_that_fails_says_why(cli, serve, error, code, told):
    daemon = serve(ScriptedDaemon(session=OUT))
    daemon.code_frames = [CodeFailed(problem=to_problem(error))]
    done = cli("login", "--device")
    assert (done.code, done.out) == (code, "")
    assert told in done.err
