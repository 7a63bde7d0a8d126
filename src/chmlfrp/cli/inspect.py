"""`chmlfrp inspect`: the last requests of an http tunnel and their answers."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from chmlfrp.cli.door import run
from chmlfrp.cli.lazy import noun
from chmlfrp.cli.options import with_json, with_tunnel
from chmlfrp.cli.output import err, out, out_json, out_table
from chmlfrp.control.inspect import (
    Cleared,
    ExchangeDetail,
    ExchangeView,
    MessageView,
)
from chmlfrp.errors import InvalidInput
from chmlfrp.model.guard import Guard
from chmlfrp.words.guard import word_bytes
from chmlfrp.words.language import say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

app = noun(
    say("看 http 隧道收到的请求", "The requests that an http tunnel gets, and answers.")
)

_with_number = click.argument(
    "number",
    type=click.IntRange(1),
    metavar="NUMBER",
    help=say("请求的编号。", "The request's number."),
)
_with_unmasked = click.option(
    "--unmasked",
    is_flag=True,
    help=say(
        "连密码、令牌和 Cookie 一起显示。",
        "Show passwords, tokens and cookies as well.",
    ),
)


@app.command(
    help=say("开始记录（只在内存里）。", "Keep the last requests, in memory alone.")
)
@with_tunnel
@with_json
def on(tunnel: str, is_json: bool) -> None:
    """Have the tunnel's door keep the last requests; the guard is turned on."""
    _turn(tunnel, is_on=True, is_json=is_json)


@app.command(
    help=say("停止记录，已记录的丢弃。", "Keep no more, and drop what is kept.")
)
@with_tunnel
@with_json
def off(tunnel: str, is_json: bool) -> None:
    """Have the door keep nothing; the guard stays as it is."""
    _turn(tunnel, is_on=False, is_json=is_json)


@app.command("list", help=say("列出最近的请求。", "List the last requests."))
@with_tunnel
@click.option(
    "--search",
    "sought",
    default="",
    metavar="TEXT",
    help=say("只看包含这段文字的。", "Those in which this text stands."),
)
@_with_unmasked
@with_json
def list_(tunnel: str, sought: str, unmasked: bool, is_json: bool) -> None:
    """Print the requests, the newest first."""

    async def work(client: "ControlClient") -> list[ExchangeView]:
        return await client.inspect.list(
            await _id(client, tunnel), sought=sought, is_masked=not unmasked
        )

    found = run(work)
    if is_json:
        out_json(found)
    elif found:
        out_table(_head(), [_row(each) for each in found])
    else:
        err(say("还没有请求", "no requests so far"))


@app.command(help=say("一个请求和它的回答。", "One request and its answer."))
@with_tunnel
@_with_number
@_with_unmasked
@with_json
def show(tunnel: str, number: int, unmasked: bool, is_json: bool) -> None:
    """Print all that is kept of a request."""

    async def work(client: "ControlClient") -> ExchangeDetail:
        return await client.inspect.get(
            await _id(client, tunnel), number, is_masked=not unmasked
        )

    found = run(work)
    if is_json:
        out_json(found)
        return
    view = found.view
    out(f"{view.method} {view.target} HTTP/{found.request.version}")
    _tell(found.request)
    if view.status:
        out()
        out(f"HTTP/{found.answer.version} {view.status} {found.answer.reason}")
        _tell(found.answer)


@app.command(
    help=say("把请求再发给本地服务一次。", "Send a request to the local service again.")
)
@with_tunnel
@_with_number
@with_json
def replay(tunnel: str, number: int, is_json: bool) -> None:
    """Ask the service the same again, and print what came of it."""

    async def work(client: "ControlClient") -> ExchangeView:
        return await client.inspect.replay(await _id(client, tunnel), number)

    made = run(work)
    if is_json:
        out_json(made)
    else:
        out_table(_head(), [_row(made)])


@app.command(
    help=say("导出为 HAR 文件。", "Write a HAR file, which browsers and tools read.")
)
@with_tunnel
@click.argument(
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=say("写到哪里。", "Where to."),
)
@_with_unmasked
def har(tunnel: str, file: Path, unmasked: bool) -> None:
    """Write all of them; masked, visitors' addresses are left out as well."""

    async def work(client: "ControlClient") -> dict[str, Any]:
        return await client.inspect.har(
            await _id(client, tunnel), is_masked=not unmasked
        )

    found = run(work)
    text = msgspec.json.format(msgspec.json.encode(found), indent=2)
    try:
        file.write_bytes(text)
    except OSError as error:
        raise InvalidInput(
            f"{file} cannot be written: {error.strerror}", field="file"
        ) from error
    count = len(found["log"]["entries"])
    err(say(f"{count} 个请求，写入 {file}", f"{count} requests, in {file}"))


@app.command(help=say("丢弃已记录的请求。", "Drop the requests that are kept."))
@with_tunnel
@with_json
def clear(tunnel: str, is_json: bool) -> None:
    """Drop what is kept."""

    async def work(client: "ControlClient") -> Cleared:
        return await client.inspect.clear(await _id(client, tunnel))

    done = run(work)
    if is_json:
        out_json(done)
    else:
        zh, en = f"已丢弃 {done.exchanges} 个", f"{done.exchanges} dropped"
        out(say(zh, en))


def _turn(tunnel: str, *, is_on: bool, is_json: bool) -> None:
    async def work(client: "ControlClient") -> Guard:
        number = await _id(client, tunnel)
        options = await client.options(number)
        before = options.guard
        guard = msgspec.structs.replace(
            before, inspects=is_on, is_on=before.is_on or is_on
        )
        changed = msgspec.structs.replace(options, guard=guard)
        return (await client.set_options(number, changed)).guard

    guard = run(work)
    if is_json:
        out_json(guard)
    elif guard.inspects:
        out(say("开始记录请求", "requests are kept from now on"))
    else:
        out(say("不再记录请求", "requests are kept no more"))


async def _id(client: "ControlClient", tunnel: str) -> int:
    from chmlfrp.cli.tunnel.find import find

    _, (view,) = await find(client, [tunnel])
    return view.id


def _head() -> tuple[str, ...]:
    return (
        say("编号", "NO"),
        say("时间", "TIME"),
        say("访客", "FROM"),
        say("请求", "REQUEST"),
        say("状态", "STATUS"),
        say("用时", "TOOK"),
        say("大小", "SIZE"),
    )


def _row(view: ExchangeView) -> tuple[str, ...]:
    took = "…" if view.took_ms is None else f"{view.took_ms:.0f} ms"
    return (
        str(view.number),
        time.strftime("%H:%M:%S", time.localtime(view.at)),
        view.address or say("重发", "replayed"),
        f"{view.method or '?'} {view.host}{view.target}",
        str(view.status or "-"),
        took,
        word_bytes(view.answer_bytes),
    )


def _tell(message: MessageView) -> None:
    for header in message.headers:
        out(f"{header.name}: {header.value}")
    if message.is_base64:
        out()
        out(say("（不是文本，以 base64 表示）", "(no text; in base64)"))
    if message.body:
        out()
        for line in message.body.splitlines():
            out(line)
    if message.is_cut:
        err(say("（太长，只留了开头）", "(too long; the beginning is kept)"))
