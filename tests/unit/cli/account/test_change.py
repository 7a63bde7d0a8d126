from chmlfrp.control.account import EditProfile, RenewToken, TokenConsequences
from chmlfrp.control.account import TokenRenewed as Renewed
from chmlfrp.errors import InvalidInput, RightsMissing
from chmlfrp.model.identity import MailPurpose
from support.scripted_account import secrets_in
from support.scripted_daemon import ScriptedDaemon


def test_only_named_fields_of_the_account_are_changed(cli, serve):
    daemon = serve(ScriptedDaemon())
    assert cli("account", "edit", "--qq", "12345").code == 0
    assert daemon.asked_for("account.edit") == [EditProfile(qq="12345")]
    assert cli("account", "edit").code == 2


def test_passwords_come_on_stdin_and_are_shown_nowhere(cli, serve):
    daemon = serve(ScriptedDaemon())
    done = cli("account", "password", "--password-stdin", stdin="old-1\nnew-22\n")
    assert done.code == 0
    (command,) = daemon.asked_for("account.change_password")
    assert secrets_in(command) == ["old-1", "new-22"]
    assert "new-22" not in done.out + done.err
    assert cli("account", "password").code == 2


def test_the_consequences_of_another_token_are_said_before_it_is_taken(cli, serve):
    daemon = serve(ScriptedDaemon())
    daemon.account.consequences = TokenConsequences(running=(1, 2))
    refused = cli("account", "token")
    assert refused.code == 2
    assert "2 条隧道" in refused.err
    assert not daemon.asked_for("account.renew_token")


def test_another_token_may_mean_another_sign_in(cli, serve):
    daemon = serve(ScriptedDaemon())
    daemon.account.renewed = Renewed(is_sign_in_needed=True)
    done = cli("account", "token", "--yes", "--code", "123456")
    assert (done.code, "chmlfrp login" in done.err) == (0, True)
    assert daemon.asked_for("account.renew_token") == [RenewToken(code="123456")]
    answer = cli("account", "token", "--yes", "--json").json
    assert answer == {"is_sign_in_needed": True, "restarted": []}


def test_an_account_is_made_with_a_mailed_code(cli, serve):
    daemon = serve(ScriptedDaemon())
    assert cli("account", "code", "register", "--email", "a@b.example").code == 0
    (asked,) = daemon.asked_for("account.mail_code")
    assert (asked.purpose, asked.email) == (MailPurpose.REGISTER, "a@b.example")
    given = ["--email", "a@b.example", "--code", "123456", "--password-stdin"]
    person = ["--name", "ada", "--qq", "12345"]
    assert cli("account", "register", *person, *given, stdin="good-1\n").code == 0
    (new,) = daemon.asked_for("account.register")
    assert (new.name, secrets_in(new)) == ("ada", ["good-1"])
    assert cli("account", "reset-password", *given, stdin="good-2\n").code == 0
    assert secrets_in(daemon.asked_for("account.reset_password")[0]) == ["good-2"]


def test_what_can_never_be_an_account_is_refused_in_chinese(cli, serve):
    daemon = serve(ScriptedDaemon())
    given = ["--email", "a@b.example", "--code", "12", "--qq", "12345"]
    done = cli(
        "account",
        "register",
        "--name",
        "ada",
        *given,
        "--password-stdin",
        stdin="g-1234",
    )
    assert (done.code, "六位数字" in done.err) == (2, True)
    assert not daemon.asked_for("account.register")


def test_a_captcha_that_the_service_wants_is_told_in_its_words(cli, serve):
    daemon = serve(ScriptedDaemon())
    daemon.fails["account.mail_code"] = RightsMissing(
        "refused", service_message="请完成人机验证"
    )
    done = cli("account", "code", "retoken", "--email", "a@b.example")
    assert (done.code, "请完成人机验证" in done.err) == (1, True)
    daemon.fails["account.edit"] = InvalidInput("'1' is no QQ number", field="qq")
    assert cli("account", "edit", "--qq", "1").code == 2
