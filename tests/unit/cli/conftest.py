"""The command line in this process, in Chinese, before a daemon that a test scripts."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chmlfrp.cli.app import main
from chmlfrp.words.language import Language, speaking
from support.scripted_daemon import ScriptedDaemon, scripted_daemon

SCRIPTED = [
    sys.executable,
    "-c",
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from support.scripted_daemon import main; main()",
    str(Path(__file__).parents[2]),
]
"""A daemon that can be started as a process, in place of the real one."""


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Done]


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    with speaking(Language.ZH):
        yield


@pytest.fixture
def cli(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Done]:
    """Return a function that runs a command and what it prints."""

    def run(*arguments: str, stdin: str = "", lang: Language = Language.ZH) -> Done:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        with speaking(lang):
            code = main(arguments)
        shown = capsys.readouterr()
        return Done(code, shown.out, shown.err)

    return run


@pytest.fixture
def serve() -> Iterator[Callable[[ScriptedDaemon], ScriptedDaemon]]:
    """Return a function that runs a scripted daemon until the test ends."""
    with ExitStack() as running:
        yield lambda daemon: running.enter_context(scripted_daemon(daemon))


@pytest.fixture
def scripted_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have commands start the scripted daemon as a process; it is ended afterwards."""
    monkeypatch.setattr("chmlfrp.cli.start.DAEMON", SCRIPTED)
    yield
    main(["daemon", "stop"])
