"""Everything that a support bundle holds, masked, before anything is written."""

import asyncio
import contextlib
import getpass
import time
from pathlib import Path

import msgspec

from chmlfrp.care.chain import diagnose
from chmlfrp.care.daemon import find
from chmlfrp.care.facts import look_around
from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import Snapshot
from chmlfrp.errors import ChmlFrpError, LocalError
from chmlfrp.local import settings
from chmlfrp.local.bundle import Bundle, local_texts, make_bundle
from chmlfrp.local.masking import Mask
from chmlfrp.local.paths import Home
from chmlfrp.local.secrets import open_secrets
from chmlfrp.model.account import Account
from chmlfrp.model.secret import Secret

LOG_LINES = 5000
EVERYBODY = frozenset({"root", "user", "admin", "administrator", "home"})
"""Names that tell nothing of anybody."""


async def gathered(home: Home) -> Bundle:
    """Return what can be had, with or without a daemon; never starts one."""
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
