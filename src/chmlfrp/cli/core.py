"""`chmlfrp core`: which frpc is run, and getting another one."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Literal

import click

from chmlfrp.cli.door import run, said_if_slow
from chmlfrp.cli.lazy import noun
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import Paint, Part, can_ask, err, out, out_json, out_table
from chmlfrp.control.core import (
    CoreChosen,
    CoreFailed,
    CoreFrame,
    CoreOffer,
    CoreProgress,
    CoresView,
    CoreView,
    InstallCore,
)
from chmlfrp.control.problem import to_error
from chmlfrp.errors import DaemonNotRunning
from chmlfrp.words.error import word_error
from chmlfrp.words.language import Both, say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

app = noun(say("frpc 程序：安装、更新、切换", "frpc itself: install, update, choose."))

_SOURCES = click.Choice(["official", "upstream"])
_ORIGINS = {
    "configured": Both("设置里写明的", "named in the settings"),
    "managed": Both("由本程序安装", "installed here"),
    "demo": Both("演示用的", "the demo's"),
    "path": Both("在 PATH 里找到的", "found on PATH"),
}
_TROUBLES = {
    "": Both("完好", "intact"),
    "gone": Both("文件不见了", "gone"),
    "changed": Both("文件被改动过", "changed"),
}

_with_source = click.option(
    "--source",
    type=_SOURCES,
    help=say(
        "从哪里取：官方清单或 frp 上游，默认按设置。",
        "Where from: the official list or frp's own releases; as set if left out.",
    ),
)
_with_restart = click.option(
    "--restart/--no-restart",
    default=None,
    help=say(
        "是否马上用新的 frpc 重启运行中的隧道；不写则在终端询问。",
        "Start running tunnels anew with it at once; asked on a terminal if left out.",
    ),
)
_with_label = click.argument(
    "label",
    metavar="LABEL",
    help=say("见 chmlfrp core list。", "See chmlfrp core list."),
)


@app.command(
    "list", help=say("列出已安装的 frpc 和正在使用的。", "List what is installed.")
)
@click.option(
    "--available",
    is_flag=True,
    help=say("列出可以下载的版本。", "List what can be fetched instead."),
)
@_with_source
@with_json
def list_cores(available: bool, source: str | None, is_json: bool) -> None:
    """Print the installed ones, or those on offer."""
    if available:
        offers = run(lambda client: client.core_offers(source))
        if is_json:
            out_json(offers)
        else:
            _show_offers(offers)
        return
    view = run(lambda client: client.cores())
    if is_json:
        out_json(view)
    else:
        _show(view)


@app.command(
    help=say(
        "下载并安装 frpc；已在运行的隧道不受影响。",
        "Fetch and install frpc; running tunnels go on.",
    )
)
@click.argument(
    "version",
    required=False,
    metavar="[VERSION]",
    help=say("版本，不写则取最新的。", "The newest if left out."),
)
@_with_source
@click.option(
    "--use/--no-use",
    "choose",
    default=True,
    help=say("安装后就用它（默认）。", "Run it from the next start on (as usual)."),
)
@_with_restart
@with_json
def install(
    version: str | None,
    source: str | None,
    choose: bool,
    restart: bool | None,
    is_json: bool,
) -> int:
    """Install one; return the exit code."""
    command = InstallCore(version=version, source=_source(source), choose=choose)
    return _install(command, restart=restart, is_json=is_json)


@app.command(
    help=say("把 frpc 换成最新的版本。", "Install the newest and run it from now on.")
)
@_with_source
@_with_restart
@with_json
def update(source: str | None, restart: bool | None, is_json: bool) -> int:
    """Install the newest; return the exit code."""
    command = InstallCore(source=_source(source))
    return _install(command, restart=restart, is_json=is_json)


@app.command(help=say("换用另一个已安装的 frpc。", "Run another installed one."))
@_with_label
@_with_restart
@with_json
def use(label: str, restart: bool | None, is_json: bool) -> None:
    """Choose one."""

    async def choose(client: "ControlClient") -> CoreChosen:
        chosen = await client.use_core(label)
        return await _restarted(client, chosen, restart=restart, is_json=is_json)

    _tell(run(choose), is_json=is_json)


@app.command(help=say("删除一个已安装的 frpc。", "Remove an installed one."))
@_with_label
def remove(label: str) -> None:
    """Take one away; the chosen one is refused."""
    run(lambda client: client.remove_core(label))
    out(say(f"已删除 {label}", f"{label} is removed"))


def _source(name: str | None) -> Literal["official", "upstream"] | None:
    return None if name is None else "upstream" if name == "upstream" else "official"


def _install(command: InstallCore, *, restart: bool | None, is_json: bool) -> int:
    async def work(client: "ControlClient") -> CoreChosen:
        frames = client.install_core(command)
        chosen = await _followed(frames, is_json=is_json)
        return await _restarted(client, chosen, restart=restart, is_json=is_json)

    _tell(run(work), is_json=is_json)
    return 0


async def _followed(frames: AsyncIterator[CoreFrame], *, is_json: bool) -> CoreChosen:
    """Show how far it is; return how it ended, or raise what went wrong."""
    shown = -1
    end: CoreChosen | CoreFailed | None = None
    async for frame in frames:
        match frame:
            case CoreProgress():
                if is_json:
                    out_json(frame)
                elif frame.stage == "download" and frame.total:
                    tenth = frame.bytes * 10 // frame.total
                    if tenth != shown:
                        shown = tenth
                        err(_progress(frame))
                elif frame.stage != "download":
                    err(_stage(frame))
            case _:
                end = frame
    if isinstance(end, CoreFailed):
        raise to_error(end.problem)
    if end is not None:
        return end
    raise DaemonNotRunning("the daemon ended", hint="chmlfrp daemon start")


async def _restarted(
    client: "ControlClient",
    chosen: CoreChosen,
    *,
    restart: bool | None,
    is_json: bool,
) -> CoreChosen:
    """Start running tunnels anew where the person wants that; never unasked."""
    ids = chosen.running
    if not ids:
        return chosen
    if restart is None and not is_json and can_ask():
        restart = click.confirm(
            say(
                f"{len(ids)} 条隧道还在用旧的 frpc，现在重启它们吗？",
                f"{len(ids)} tunnels run on the old frpc: start them anew now?",
            ),
            err=True,
        )
    if not restart:
        if not is_json:
            err(
                say(
                    f"{len(ids)} 条隧道继续用旧的 frpc，下次启动时换用新的",
                    f"{len(ids)} tunnels go on with the old frpc until they are started",
                )
            )
        return chosen
    from chmlfrp.care.core import start_anew

    await said_if_slow(start_anew(client, ids), say("正在重启隧道…", "starting anew …"))
    return CoreChosen(core=chosen.core, was_there=chosen.was_there)


def _tell(chosen: CoreChosen, *, is_json: bool) -> None:
    if is_json:
        out_json(chosen)
        return
    core = chosen.core
    if chosen.was_there:
        text = say(
            f"frpc {core.version} 已在本机", f"frpc {core.version} is here already"
        )
    else:
        text = say(f"已安装 frpc {core.version}", f"frpc {core.version} is installed")
    out(text, say("，正在使用", ", and is the one to run") if core.is_chosen else "")


def _show(view: CoresView) -> None:
    if view.problem is not None:
        words = word_error(to_error(view.problem))
        out(Paint("! ", "red"), words.what)
        if words.do:
            out(say("办法：", "try: "), words.do)
    if view.in_use is not None:
        origin = str(_ORIGINS.get(view.in_use.origin, view.in_use.origin))
        out(
            say("使用中：", "in use: "),
            f"{view.in_use.version}  {view.in_use.path}  ({origin})",
        )
    if view.installed:
        head = (
            say("标签", "LABEL"),
            say("版本", "VERSION"),
            say("来源", "SOURCE"),
            say("状态", "STATE"),
            say("选用", "CHOSEN"),
        )
        out_table(head, [_row(core) for core in view.installed])


def _row(core: CoreView) -> list[Part]:
    state = str(_TROUBLES.get(core.trouble, core.trouble))
    return [
        core.label,
        core.version,
        core.source,
        Paint(state, "red") if core.trouble else state,
        "*" if core.is_chosen else "",
    ]


def _show_offers(offers: list[CoreOffer]) -> None:
    head = (say("版本", "VERSION"), say("来源", "SOURCE"), say("适合本机", "FITS"))
    rows: list[list[Part]] = [
        [
            o.version,
            o.source,
            say("是", "yes") if o.is_for_this_machine else say("否", "no"),
        ]
        for o in offers
    ]
    out_table(head, rows)


def _progress(frame: CoreProgress) -> str:
    total = frame.total or 0
    done = f"{frame.bytes / 1e6:.1f} / {total / 1e6:.1f} MB"
    return say(f"正在下载 {frame.version}：{done}", f"fetching {frame.version}: {done}")


def _stage(frame: CoreProgress) -> str:
    if frame.stage == "list":
        return say("正在取版本清单…", "asking which versions there are …")
    return say("正在核对和安装…", "checking and installing …")
