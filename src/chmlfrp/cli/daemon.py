"""`chmlfrp daemon`."""

import click

from chmlfrp.cli.door import look, run, said_if_slow
from chmlfrp.cli.lazy import noun
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import err, out, out_fields, out_json
from chmlfrp.cli.shapes import DaemonAnswer
from chmlfrp.control.protocol import DaemonView
from chmlfrp.errors import AutostartFailed, DaemonNotRunning, InvalidInput
from chmlfrp.local.autostart import of_this_system
from chmlfrp.local.autostart import run as run_command
from chmlfrp.local.daemon import COMMAND
from chmlfrp.local.paths import Home
from chmlfrp.words.language import say

app = noun(say("后台的守护进程", "The daemon in the background."))


@app.command("run", help=say("在前台运行，直到 Ctrl-C。", "Run it here, until Ctrl-C."))
def run_here() -> None:
    """Become the daemon."""
    from chmlfrp.local.process import replace_process

    replace_process(COMMAND)


@app.command(help=say("在后台启动。", "Start it in the background."))
def start() -> None:
    """Return when it answers; one that runs already is fine."""
    try:
        daemon = look().daemon
        text = say("守护进程已在运行，进程", "the daemon runs already, process")
    except DaemonNotRunning:
        daemon = run(lambda client: client.hello())
        text = say("守护进程已启动，进程", "the daemon is running, process")
    out(f"{text} {daemon.pid}")


@app.command(
    help=say("停止守护进程和所有隧道。", "End the daemon and with it all tunnels."),
)
def stop() -> None:
    """Return when it is gone; wishes are kept for the next start."""
    import asyncio

    was_running = asyncio.run(_stop(Home.locate()))
    if was_running:
        out(say("守护进程已停止", "the daemon is stopped"))
    else:
        err(say("守护进程没有运行", "no daemon is running"))


@app.command(
    help=say("显示守护进程的状态，不会启动它。", "Show it; never starts one."),
)
@with_json
def status(is_json: bool) -> None:
    """Print who answers; raises DaemonNotRunning."""
    log_file = str(Home.locate().log_file)
    try:
        daemon = look().daemon
    except DaemonNotRunning:
        if is_json:
            out_json(
                DaemonAnswer(
                    is_running=False,
                    log_file=log_file,
                    starts_by_itself=_starts_by_itself(),
                )
            )
        raise
    if is_json:
        out_json(
            DaemonAnswer(
                is_running=True,
                daemon=daemon,
                log_file=log_file,
                starts_by_itself=_starts_by_itself(),
            )
        )
    else:
        _show(daemon, log_file)


@app.command(
    help=say(
        "登录系统时自动启动，崩溃后自动恢复。",
        "Start it with the system, and again when it crashes.",
    )
)
@click.option(
    "--before-login",
    is_flag=True,
    help=say("开机即启动，不等登录。", "At boot, before anybody logs in."),
)
def install(before_login: bool) -> None:
    """Make the entry and hand the daemon over to the system if none runs yet."""
    system = of_this_system(COMMAND, Home.locate())
    if before_login and not system.before_login:
        raise InvalidInput(
            "this system starts nothing for a user who is not logged in",
            hint="leave --before-login out",
            field="before_login",
        )
    system.turn_on()
    if before_login:
        run_command(system.before_login)
    out(say("已设为自动启动：", "starts by itself from now on: ") + system.place)
    if not system.restarts:
        return
    try:
        look()
    except DaemonNotRunning:
        system.start()
    else:
        out(
            say(
                "正在运行的守护进程不受影响；要现在就交给系统看护："
                "chmlfrp daemon stop && chmlfrp daemon start",
                "the daemon that runs is left alone; to have the system guard it now: "
                "chmlfrp daemon stop && chmlfrp daemon start",
            )
        )


@app.command(help=say("不再自动启动。", "No longer start it with the system."))
def uninstall() -> None:
    """Remove the entry; a daemon that runs goes on."""
    of_this_system(COMMAND, Home.locate()).turn_off()
    out(say("不再自动启动", "starts by itself no more"))


def _starts_by_itself() -> bool:
    try:
        return of_this_system(COMMAND, Home.locate()).is_on()
    except AutostartFailed:
        return False


def _show(daemon: DaemonView, log_file: str) -> None:
    places = {
        "keyring": say("系统密钥环", "the system's keyring"),
        "file": say("私有文件", "a private file"),
    }
    out_fields(
        [
            (say("状态", "state"), say("正在运行", "running")),
            (say("版本", "version"), daemon.version),
            (say("进程", "process"), str(daemon.pid)),
            (say("数据", "home"), daemon.home),
            (say("日志", "log"), log_file),
            (
                say("自动启动", "starts by itself"),
                say("是", "yes") if _starts_by_itself() else say("否", "no"),
            ),
            (
                say("令牌存放", "secrets in"),
                places.get(daemon.secrets_in, daemon.secrets_in or "-"),
            ),
        ]
    )


async def _stop(home: Home) -> bool:
    from chmlfrp.care.daemon import ask_to_end, gone

    if not await ask_to_end(home):
        return False
    text = say("正在等待守护进程结束…", "waiting for the daemon to end …")
    await said_if_slow(gone(home), text)
    return True
