import os
import re
import subprocess
import sys

import click
import pytest

from chmlfrp import __version__
from chmlfrp.cli import report
from chmlfrp.cli.app import Root, app, main
from chmlfrp.cli.lazy import Lazy, Noun
from chmlfrp.errors import (
    ChmlFrpError,
    DaemonNotRunning,
    InvalidInput,
    PortTaken,
    SignInRequired,
)
from chmlfrp.words.language import Language
from support.scripted_daemon import ScriptedDaemon

CHINESE = re.compile("[\u4e00-\u9fff]")
COMMAND = [sys.executable, "-m", "chmlfrp"]


def every_command(group=app, path=()):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name)
        if isinstance(command, Noun):
            yield from every_command(command, (*path, name))


PATHS = list(every_command())


def test_every_entry_of_the_tables_leads_to_a_command():
    assert len(PATHS) > 20
    for lazy in (Root, app.get_command(click.Context(app), "tunnel")):
        assert issubclass(lazy if isinstance(lazy, type) else type(lazy), Lazy)


@pytest.mark.parametrize("path", [p for p in PATHS if p != ("selfhost",)], ids=" ".join)
def test_every_command_has_help(path, cli):
    done = cli(*path, "--help")
    assert done.code == 0
    assert done.out.startswith("用法：chmlfrp ")
    assert "显示这份帮助。" in done.out
    assert done.err == ""


def helped(*path, lang):
    environ = os.environ | {"CHMLFRP_LANG": lang, "PYTHONUTF8": "1"}
    command = [*COMMAND, *path, "--help"]
    done = subprocess.run(command, capture_output=True, env=environ, check=True)
    return done.stdout.decode()


@pytest.mark.parametrize("path", [(), ("tunnel",), ("tunnel", "edit"), ("login",)])
def test_help_is_complete_in_both_languages(path):
    assert not CHINESE.search(helped(*path, lang="en"))
    chinese = helped(*path, lang="zh")
    for line in re.findall(r"^  (?:-\S+.*|\w+)  +(.+)$", chinese, re.MULTILINE):
        assert CHINESE.search(line), line


def test_the_version_is_told(cli):
    assert cli("--version").out == f"chmlfrp {__version__}\n"


def test_without_a_command_there_is_help(cli):
    done = cli()
    assert (done.code, done.out) == (2, "")
    assert "tunnel" in done.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["tunel"], "没有这个命令：tunel，是不是 'tunnel'？"),
        (["tunnel", "lst"], "没有这个命令：lst，是不是 'list'？"),
        (["xyz"], "没有这个命令：xyz"),
        (["status", "--jsn"], "没有这个选项：--jsn，是不是 '--json'？"),
        (["tunnel", "show"], "缺少参数：TUNNEL"),
        (["tunnel", "create"], "缺少选项：--type"),
        (["tunnel", "create", "--type", "x"], "--type 的值不对：'x' 不在"),
        (["tunnel", "edit", "a", "--local-port", "x"], "'x' 不是数字"),
        (["tunnel", "start", "--timeout", "0"], "0.0 不在范围"),
        (["tunnel", "edit", "a", "--name"], "选项 --name 后面要有值"),
        (["status", "a", "b"], "多余的参数：a b"),
        (["status", "--json=1"], "选项 --json 后面不带值"),
    ],
)
def test_wrong_usage_is_told_and_exits_with_2(cli, arguments, told):
    done = cli(*arguments)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert not CHINESE.search(cli(*arguments, lang=Language.EN).err)


def test_a_typed_control_character_is_not_repeated_raw(cli):
    assert "\x1b" not in cli("x\x1b[31m").err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ChmlFrpError("x"), 1),
        (PortTaken("x"), 1),
        (InvalidInput("x"), 2),
        (DaemonNotRunning("x"), 3),
        (SignInRequired("x"), 4),
        (RuntimeError("x"), 1),
        (ExceptionGroup("g", [SignInRequired("x")]), 4),
    ],
)
def test_each_error_has_its_exit_code(error, code):
    assert report.report(error) == code


def test_an_error_shows_the_service_s_own_words_and_the_way_out(cli, capsys):
    error = PortTaken("the port is in use on that node", service_message="端口\x1b占用")
    report.report(error)
    assert capsys.readouterr().err == (
        "错误：远程端口已被占用「端口\\x1b占用」\n"
        "办法：换一个端口，或不写端口，由程序挑选\n"
    )


def test_a_fault_of_our_own_is_short_unless_asked_for(cli, monkeypatch):
    def fail() -> None:
        raise ZeroDivisionError("inner")

    monkeypatch.setattr("chmlfrp.cli.status.look", fail)
    short = cli("status")
    assert short.code == 1
    assert "ZeroDivisionError: inner" in short.err
    assert "Traceback" not in short.err
    assert "--debug" in short.err
    assert "Traceback" in cli("--debug", "status").err


def test_ctrl_c_ends_quietly(cli, monkeypatch):
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("chmlfrp.cli.status.look", interrupt)
    done = cli("status")
    assert (done.code, done.out, done.err) == (130, "", "")


def test_a_reader_that_goes_away_is_no_error(serve):
    serve(ScriptedDaemon())
    environ = os.environ | {"CHMLFRP_LANG": "zh"}
    with subprocess.Popen(
        [*COMMAND, "status"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environ,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(20) == 0


def test_chinese_does_not_fail_where_the_terminal_cannot_show_it(serve):
    serve(ScriptedDaemon())
    environ = os.environ | {
        "CHMLFRP_LANG": "zh",
        "PYTHONIOENCODING": "iso-8859-1",
        "PYTHONUTF8": "0",
    }
    done = subprocess.run([*COMMAND, "status"], capture_output=True, env=environ)
    assert done.returncode == 0
    assert rb"\u514d\u8d39" in done.stdout
    raw = subprocess.run(
        [*COMMAND, "status", "--json"], capture_output=True, env=environ
    )
    assert "免费用户" in raw.stdout.decode()


def test_the_entry_point_reads_the_command_line(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["chmlfrp", "--version"])
    assert main() == 0
    assert __version__ in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--help"], ["status"], ["tunnel", "--help"]])
def test_everyday_commands_leave_heavy_libraries_alone(arguments):
    code = (
        "import sys; from chmlfrp.cli.app import main; main(sys.argv[1:]);"
        "heavy = {'asyncio', 'httpx2', 'starlette', 'uvicorn', 'psutil', 'rich'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or None)"
    )
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
