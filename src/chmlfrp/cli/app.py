"""`chmlfrp`: the table of commands, and what every command ends with."""

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from typing import ClassVar

import click

from chmlfrp import __version__
from chmlfrp.cli.lazy import Entry, Lazy
from chmlfrp.words.language import Both, say

STOPPED_BY_KEYBOARD = 130


class Root(Lazy):
    """All nouns and the verbs without one."""

    entries: ClassVar = {
        "login": Entry(
            "chmlfrp.cli.session", "login", Both("登录 ChmlFrp 账户", "Sign in.")
        ),
        "logout": Entry(
            "chmlfrp.cli.session",
            "logout",
            Both("退出登录，运行中的隧道不受影响", "Sign out; running tunnels go on."),
        ),
        "status": Entry(
            "chmlfrp.cli.status",
            "status",
            Both(
                "一眼看全：问题、账户、隧道（不会启动守护进程）",
                "Show problems, account and tunnels; never starts the daemon.",
            ),
        ),
        "doctor": Entry(
            "chmlfrp.cli.doctor",
            "doctor",
            Both(
                "从守护进程到公网地址逐项检查（不会启动守护进程）",
                "Check the whole chain, link by link; never starts the daemon.",
            ),
        ),
        "bundle": Entry(
            "chmlfrp.cli.bundle",
            "bundle",
            Both(
                "把日志等打包求助，密码和个人信息会遮住",
                "Pack logs and the like to ask for help; secrets are masked.",
            ),
        ),
        "events": Entry(
            "chmlfrp.cli.events",
            "events",
            Both("发生过什么，按时间排列", "What happened, in its order."),
        ),
        "traffic": Entry(
            "chmlfrp.cli.visitors",
            "traffic",
            Both("受守卫的隧道传了多少", "What guarded tunnels carried."),
        ),
        "visitors": Entry(
            "chmlfrp.cli.visitors",
            "visitors",
            Both("谁来过受守卫的隧道", "Who came to guarded tunnels."),
        ),
        "metrics": Entry(
            "chmlfrp.cli.visitors",
            "metrics",
            Both("给 Prometheus 的数据", "Numbers for Prometheus."),
        ),
        "guard": Entry(
            "chmlfrp.cli.guard",
            "app",
            Both("守卫：谁可以进来", "The guard: who may come in."),
        ),
        "knock": Entry(
            "chmlfrp.cli.knock",
            "app",
            Both(
                "敲门：让朋友先打开链接再连接", "Links that friends open to be let in."
            ),
        ),
        "inspect": Entry(
            "chmlfrp.cli.inspect",
            "app",
            Both("看 http 隧道收到的请求", "Requests that http tunnels get."),
        ),
        "account": Entry(
            "chmlfrp.cli.account.app", "app", Both("账户", "The account.")
        ),
        "tunnel": Entry(
            "chmlfrp.cli.tunnel.app",
            "app",
            Both(
                "隧道：查看、创建、启停、日志", "Tunnels: make, start, stop, look into."
            ),
        ),
        "domain": Entry(
            "chmlfrp.cli.domain",
            "app",
            Both("免费二级域名", "Free sub-domains."),
        ),
        "node": Entry("chmlfrp.cli.node", "app", Both("节点", "Nodes of the service.")),
        "notify": Entry(
            "chmlfrp.cli.notify",
            "app",
            Both("出问题时通知谁", "Who is told when something is the matter."),
        ),
        "core": Entry(
            "chmlfrp.cli.core",
            "app",
            Both(
                "frpc 程序：安装、更新、切换", "frpc itself: install, update, choose."
            ),
        ),
        "tool": Entry(
            "chmlfrp.cli.tool.app",
            "app",
            Both("网络小工具", "Tools to look around."),
        ),
        "daemon": Entry(
            "chmlfrp.cli.daemon",
            "app",
            Both("后台的守护进程", "The daemon in the background."),
        ),
        "backup": Entry(
            "chmlfrp.cli.backup",
            "app",
            Both("备份和恢复", "A backup and the way back."),
        ),
        "desktop": Entry(
            "chmlfrp.cli.beyond", "desktop", Both("打开窗口", "Open the window.")
        ),
        "demo": Entry(
            "chmlfrp.cli.beyond",
            "demo",
            Both(
                "在本机完整演示一遍：服务、节点、隧道",
                "Show the whole chain on this machine.",
            ),
        ),
        "selfhost": Entry(
            "chmlfrp.cli.beyond",
            "selfhost",
            Both("自建一个隧道服务", "Run a tunnel service of your own."),
        ),
    }


@click.group(
    cls=Root,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=say(
        "ChmlFrp 客户端：登录、创建隧道，并让它一直连通。",
        "A ChmlFrp client: sign in, create tunnels, and have them stay up.",
    ),
)
@click.version_option(
    __version__,
    message="chmlfrp %(version)s",
    help=say("显示版本。", "Show the version."),
)
@click.option(
    "--debug",
    is_flag=True,
    help=say("出错时显示完整的调用栈。", "Show the trace of an error."),
)
def app(debug: bool) -> None:
    """Read what stands before the command; `_run` looks at `debug`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(list(arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return STOPPED_BY_KEYBOARD
    except BrokenPipeError:
        # Whoever read along has seen enough. Nothing more may be written at exit.
        _send_to_nowhere()
        return 0
    return code


def _run(arguments: list[str]) -> int:
    context: click.Context | None = None
    try:
        context = app.make_context("chmlfrp", arguments)
        with context:
            return int(app.invoke(context) or 0)
    except click.exceptions.Exit as ended:
        return int(ended.exit_code)
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 - the last place where a fault is told
        from chmlfrp.cli.report import report

        is_debug = context is not None and bool(context.params["debug"])
        return report(error, debug=is_debug)


def _send_to_nowhere() -> None:
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
