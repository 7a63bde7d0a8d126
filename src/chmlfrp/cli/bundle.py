"""`chmlfrp bundle`: all that helps to find a fault, in one masked file."""

import asyncio
import contextlib
import getpass
import time
from pathlib import Path

import click
import msgspec

from chmlfrp.cli.checks import diagnose
from chmlfrp.cli.doctor import look_around
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import err, out, out_json, out_table
from chmlfrp.cli.start import find
from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import Snapshot
from chmlfrp.errors import ChmlFrpError, LocalError
from chmlfrp.local import settings
from chmlfrp.local.bundle import Bundle, local_texts, make_bundle, write_bundle
from chmlfrp.local.masking import Mask
from chmlfrp.local.paths import Home
from chmlfrp.local.secrets import open_secrets
from chmlfrp.model.account import Account
from chmlfrp.model.secret import Secret
from chmlfrp.words.bundle import word_masked
from chmlfrp.words.language import say

LOG_LINES = 5000
EVERYBODY = frozenset({"root", "user", "admin", "administrator", "home"})
"""Names that tell nothing of anybody."""


@verb()
@click.argument("file", required=False, metavar="[FILE]")
@click.option(
    "--dry-run",
    is_flag=True,
    help=say("只显示会放进去什么、遮住什么。", "Show what it holds; write nothing."),
)
@click.option(
    "--show",
    metavar="NAME",
    help=say("显示其中一个文件遮住之后的内容。", "Print one of its files, masked."),
)
@with_json
def bundle(file: str | None, dry_run: bool, show: str | None, is_json: bool) -> None:
    """Write the bundle and print what was masked in each of its files."""
    found = asyncio.run(_gathered(Home.locate()))
    if show is not None:
        for line in found.texts.get(show, "").splitlines():
            out(line)
        return
    path = Path(file or f"chmlfrp-{time.strftime('%Y%m%d-%H%M%S')}.zip").absolute()
    if not dry_run:
        write_bundle(found, path)
    if is_json:
        out_json(found.files)
        return
    head = (say("文件", "FILE"), say("字节", "BYTES"), say("已遮住", "MASKED"))
    rows = [
        (
            one.name,
            str(one.size),
            word_masked({str(kind): n for kind, n in one.masked.items()}) or "-",
        )
        for one in found.files
    ]
    out_table(head, rows)
    if not dry_run:
        err(say("已写入：", "written: "), str(path))


async def _gathered(home: Home) -> Bundle:
    texts = await asyncio.to_thread(local_texts, home)
    account: Account | None = None
    with contextlib.suppress(ChmlFrpError):
        async with await find(home) as client:
            snapshot = await client.snapshot()
            account = snapshot.session.account
            texts |= await _daemon_texts(client, snapshot)
    checks = diagnose(await look_around(home))
    texts["doctor.json"] = _pretty(checks)
    mask = Mask(
        secrets=await _secrets(home, account),
        persons=[*_names_of(account), *await asyncio.to_thread(_user)],
    )
    return await asyncio.to_thread(make_bundle, texts, mask)


async def _daemon_texts(client: ControlClient, snapshot: Snapshot) -> dict[str, str]:
    lines = [
        f"{time.strftime('%H:%M:%S', time.localtime(line.at))} {line.node} {line.text}"
        async for line in client.logs(tail=LOG_LINES)
    ]
    return {
        "snapshot.json": _pretty(snapshot),
        "cores.json": _pretty(await client.cores()),
        "log/frpc.log": "\n".join(lines) + "\n",
    }


async def _secrets(home: Home, account: Account | None) -> list[Secret]:
    """Return the tokens that this machine has, none if they cannot be had."""
    if account is None:
        return []
    try:
        url = (await asyncio.to_thread(settings.load, home.settings_file)).settings
        store = await open_secrets(home)
        token = await store.get(url.service.url, str(account.id))
    except LocalError:
        return []
    return [] if token is None else [token]


def _names_of(account: Account | None) -> list[str]:
    if account is None:
        return []
    return [account.name, account.qq, account.email]


def _user() -> list[str]:
    try:
        names = {getpass.getuser(), Path.home().name}
    except (OSError, KeyError, RuntimeError):
        return []
    return sorted(names - EVERYBODY)


def _pretty(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
