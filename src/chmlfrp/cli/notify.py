"""`chmlfrp notify`: who is told when something is the matter."""

import asyncio
import subprocess
import sys
from importlib.util import find_spec

import click
import msgspec

from chmlfrp.cli.lazy import noun
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import can_ask, err, out, out_fields, out_json
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.local.paths import Home
from chmlfrp.local.process import python_module
from chmlfrp.local.secrets import open_secrets
from chmlfrp.local.settings import NotifySettings, change, load
from chmlfrp.model.secret import Secret
from chmlfrp.words.language import say

app = noun(say("出问题时通知谁", "Who is told when something is the matter."))

SECRETS = "chmlfrp-notify"
"""Where `chmlfrp.notify` looks addresses up."""


@app.command(help=say("显示现在的设置。", "Show how it is set up."))
@with_json
def show(is_json: bool) -> None:
    """Print the settings; addresses are never shown."""
    found = _settings()
    if is_json:
        out_json(found)
        return
    targets = ", ".join(found.targets) or "-"
    on = say("开", "on") if found.desktop else say("关", "off")
    out_fields(
        [
            (say("级别", "level"), found.level),
            (say("桌面通知", "desktop"), on),
            (say("通知到", "targets"), targets),
            (say("免打扰", "quiet"), found.quiet or "-"),
        ]
    )


@app.command(
    help=say(
        "添加邮箱、Webhook 或聊天；地址（Apprise 格式）从标准输入或提示读取。",
        "Add a mailbox, webhook or chat; its Apprise address is asked for or on stdin.",
    )
)
@click.argument("name", metavar="NAME")
def add(name: str) -> None:
    """Keep the address among the secrets and the name in the settings."""
    _need_extra()
    if not name.isidentifier():
        raise InvalidInput(
            f"{name!r} is no name", hint="letters, digits and _", field="name"
        )
    address = Secret(_read_address())
    _check(address)
    home = Home.locate()
    home.prepare()
    asyncio.run(_keep(home, name, address))
    targets = dict.fromkeys((*_settings().targets, name))
    change(home.settings_file, {"notify.targets": list(targets)})
    out(
        say(f"已添加 {name}；试一下：", f"added {name}; try it: "),
        "chmlfrp notify test",
    )


@app.command(help=say("删除一个目标和它的地址。", "Remove a target and its address."))
@click.argument("name", metavar="NAME")
def remove(name: str) -> None:
    """Forget name and address."""
    found = _settings().targets
    if name not in found:
        known = ", ".join(found) or "-"
        raise InvalidInput(f"there is no target {name}", hint=known, field="name")
    home = Home.locate()
    left = [target for target in found if target != name]
    change(home.settings_file, {"notify.targets": left or None})
    asyncio.run(_forget(home, name))
    out(say("已删除：", "removed: "), name)


@app.command(
    "set",
    help=say("修改级别、桌面通知和免打扰时段。", "Set level, desktop and quiet hours."),
)
@click.option(
    "--level",
    type=click.Choice(["off", "error", "warning"]),
    help=say("多严重才通知。", "From which severity on."),
)
@click.option(
    "--desktop/--no-desktop",
    default=None,
    help=say("是否在桌面上弹出。", "Whether the desktop shows it."),
)
@click.option(
    "--quiet",
    metavar="HOURS",
    help=say("免打扰时段，如 23:00-07:00；off 取消。", "As 23:00-07:00; or off."),
)
def set_up(level: str | None, desktop: bool | None, quiet: str | None) -> None:
    """Change what was named."""
    changes: dict[str, object] = {}
    if level is not None:
        changes["notify.level"] = level
    if desktop is not None:
        if desktop:
            _need_extra()
        changes["notify.desktop"] = desktop
    if quiet is not None:
        changes["notify.quiet"] = None if quiet.strip() in ("", "off") else quiet
    if not changes:
        raise InvalidInput("nothing to change", hint="see --help")
    home = Home.locate()
    home.prepare()
    change(home.settings_file, changes)
    out(say("已保存", "saved"))


@app.command(help=say("给每个目标发一条测试消息。", "Send each target a test message."))
@with_json
def test(is_json: bool) -> int:
    """Say of each way whether it took the message; 1 if one did not."""
    _need_extra()
    done = _run("--test")
    results = msgspec.json.decode(done.stdout or b"{}", type=dict[str, str])
    if is_json:
        out_json(results)
        return done.returncode
    if not results:
        err(say("还没有设置任何目标", "nobody is set up to be told"))
    for name, why in results.items():
        out(f"{name}: ", why or say("已送出", "sent"))
    return done.returncode


def _settings() -> NotifySettings:
    return load(Home.locate().settings_file).settings.notify


def _need_extra() -> None:
    if find_spec("apprise") is None:
        raise ChmlFrpError(
            "the part that sends messages is not installed",
            hint='pip install "chmlfrp-ui[notify]"',
        )


def _read_address() -> str:
    if not can_ask():
        return sys.stdin.readline().strip()
    prompt = say("地址（不显示）", "address (not shown)")
    return str(click.prompt(prompt, hide_input=True, err=True)).strip()


def _check(address: Secret) -> None:
    done = _run("--check", stdin=address.reveal())
    if done.returncode != 0:
        said = msgspec.json.decode(done.stdout, type=dict[str, str])
        raise InvalidInput(said["message"], hint=said["hint"], field="address")


def _run(option: str, *, stdin: str = "") -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [*python_module("chmlfrp.notify"), option],
        input=stdin.encode() + b"\n",
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )


async def _keep(home: Home, name: str, address: Secret) -> None:
    await (await open_secrets(home)).set(SECRETS, name, address)


async def _forget(home: Home, name: str) -> None:
    await (await open_secrets(home)).delete(SECRETS, name)
