"""`python -m chmlfrp.notify`: tell of what happens until the daemon ends.

`--check` reads an address from stdin and says whether it could be one; `--test` sends a
message by every way. Both answer in JSON on stdout.
"""

import asyncio
import sys
from collections.abc import Sequence

import msgspec

from chmlfrp.control.client import ControlClient, connect
from chmlfrp.control.protocol import Change, Snapshot, apply
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.local.files import read_private
from chmlfrp.local.paths import Home
from chmlfrp.local.secrets import open_secrets
from chmlfrp.local.settings import NotifySettings, load
from chmlfrp.model.secret import Secret
from chmlfrp.notify.news import Notice, Told, moves, news
from chmlfrp.notify.pace import Pace
from chmlfrp.notify.send import check_address, send, ways
from chmlfrp.words.language import say

LOOK_EVERY_S = 1.0


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments say and return the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    home = Home.locate()
    match list(arguments):
        case ["--check"]:
            return _check(Secret(sys.stdin.readline().strip()))
        case ["--test"]:
            return asyncio.run(_test(home))
        case _:
            return asyncio.run(watch(home))


async def watch(home: Home) -> int:
    """Tell of what happens until the daemon ends."""
    pace = Pace(now=asyncio.get_running_loop().time)
    try:
        client = await connect(lambda: read_private(home.endpoint_file), patience_s=10)
    except ChmlFrpError:
        return 3
    async with client, asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(_send_what_is_due(home, pace))
        try:
            await _listen(client, home, pace)
        finally:
            sending.cancel()
    return 0


async def _listen(client: ControlClient, home: Home, pace: Pace) -> None:
    told: Told = {}
    snapshot: Snapshot | None = None
    async for frame in client.watch():
        if isinstance(frame, Snapshot):
            snapshot = frame
        elif isinstance(frame, Change) and snapshot is not None:
            before, snapshot = snapshot, apply(snapshot, frame)
            level = (await asyncio.to_thread(_settings, home)).level
            pace.put(moves(before, snapshot, level))
            if frame.health is msgspec.UNSET:
                continue
        else:
            return  # fell behind: the daemon starts another one
        level = (await asyncio.to_thread(_settings, home)).level
        told, notices = news(told, snapshot, level)
        pace.put(notices)


async def _send_what_is_due(home: Home, pace: Pace) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        settings = await asyncio.to_thread(_settings, home)
        notice = pace.due(settings.quiet)
        if notice is not None:
            await _send(home, settings, notice)


async def _send(home: Home, settings: NotifySettings, notice: Notice) -> dict[str, str]:
    secrets = await open_secrets(home)
    found = await ways(settings.targets, is_desktop=settings.desktop, secrets=secrets)
    failed = await send(found, notice)
    for why in failed.values():
        sys.stderr.write(f"{why}\n")
    return {name: failed.get(name, "") for name in found}


async def _test(home: Home) -> int:
    body = say("这是一条测试消息", "this is a test message")
    notice = Notice(title="ChmlFrp", body=body, is_bad=False)
    results = await _send(home, await asyncio.to_thread(_settings, home), notice)
    _answer(results)
    return 1 if any(results.values()) else 0


def _check(address: Secret) -> int:
    try:
        check_address(address)
    except InvalidInput as error:
        _answer({"message": error.message, "hint": error.hint})
        return 2
    return 0


def _answer(value: dict[str, str]) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")


def _settings(home: Home) -> NotifySettings:
    return load(home.settings_file).settings.notify


if __name__ == "__main__":
    sys.exit(main())
