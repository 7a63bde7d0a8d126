"""What the commands have in common: the folder, the way to run, the way to print."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer

from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.selfhost.commands.phrases import in_chinese
from chmlfrp.selfhost.store import address
from chmlfrp.selfhost.store.address import Address
from chmlfrp.selfhost.store.database import Database, open_database
from chmlfrp.words.language import Language, language, say

T = TypeVar("T")

Data = Annotated[
    Path,
    typer.Option(
        "--data",
        envvar="CHMLFRP_SELFHOST_DATA",
        resolve_path=True,  # frps runs in another folder
        help=say(
            "服务的目录，没有时会新建。", "The service's folder; made if missing."
        ),
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help=say("以 JSON 输出。", "Answer in JSON."))
]


def tell(text: str) -> None:
    """Print to stderr, where everything goes that is not the answer."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def answer(text: str) -> None:
    """Print to stdout, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def answer_json(value: object) -> None:
    """Print the value as one line of JSON."""
    answer(msgspec.json.encode(value).decode())


def with_database(folder: Path, work: Callable[[Database], Awaitable[T]]) -> T:
    """Run `work` on the store of that folder and return its outcome."""

    async def main() -> T:
        async with open_database(find_store(folder)) as database:
            return await work(database)

    return run(main)


def find_store(folder: Path, *, said: str = "", file: Path | None = None) -> Address:
    """Return where the store is, as said or as the environment has it.

    Raises:
        InvalidInput: that is no place for a store.
    """
    environment = os.environ.get(address.VARIABLE, "")
    return address.find(folder, said=said, file=file, environment=environment)


def run(main: Callable[[], Awaitable[T]]) -> T:
    """Run to the end; what can be explained is, with exit code 1, or 2 for usage."""
    os.umask(0o077)

    async def call() -> T:
        return await main()

    return checked(lambda: asyncio.run(call()))


def checked(work: Callable[[], T]) -> T:
    """Return the outcome of `work`; what can be explained ends the program as `run`."""
    found: list[ChmlFrpError] = []
    try:
        return work()
    except* ChmlFrpError as group:
        found.extend(_leaves(group))
    explain(found[0].message, found[0].hint)
    raise typer.Exit(2 if isinstance(found[0], InvalidInput) else 1)


def explain(what: str, hint: str = "") -> None:
    """Tell what went wrong and what can be done; both are known in English."""
    if language() is Language.ZH:
        what, hint = in_chinese(what), in_chinese(hint)
    tell(say("错误：", "error: ") + what)
    if hint:
        tell(say("办法：", "try: ") + hint)


def _leaves(group: BaseExceptionGroup[ChmlFrpError]) -> list[ChmlFrpError]:
    leaves: list[ChmlFrpError] = []
    for one in group.exceptions:
        leaves += _leaves(one) if isinstance(one, BaseExceptionGroup) else [one]
    return leaves
