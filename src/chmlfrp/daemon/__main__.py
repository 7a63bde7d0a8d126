"""`chmlfrpd`: the daemon as a process of its own."""

import asyncio
import contextlib
import gc
import logging
import logging.handlers
import os
import sys
from collections.abc import Iterator

from chmlfrp.errors import ChmlFrpError, DaemonBusy, InvalidInput
from chmlfrp.local import settings
from chmlfrp.local.autostart import AT_WORK
from chmlfrp.local.instance import InstanceLock
from chmlfrp.local.limits import raise_open_files
from chmlfrp.local.paths import Home

log = logging.getLogger("chmlfrp.daemon")

_LOG_BYTES = 1 << 20
_OLD_LOGS = 3


def main() -> int:
    """Run until told to end; return the exit status.

    0: it ended as told. 1: it could not start. `AT_WORK`: another daemon is at work, so a
    service manager need not try again.
    """
    os.umask(0o077)
    status = 0
    home = Home.locate()
    try:
        home.prepare()
        with InstanceLock(home):
            _log_to(home)
            raise_open_files()
            loaded = settings.load(home.settings_file)
            notices = _notices(loaded)
            for notice in notices:
                log.warning("%s %s", notice.message, notice.hint)
            with _uncollected():
                from chmlfrp.daemon.app import run_daemon
            asyncio.run(run_daemon(home, loaded.settings, notices=notices))
    except* ChmlFrpError as group:
        error = _first(group)
        print(f"{error.message}\n{error.hint}".strip(), file=sys.stderr)  # noqa: T201 - read by whoever started it
        status = AT_WORK if isinstance(error, DaemonBusy) else 1
    return status


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """What is made here stays; looking through it costs a fifth of the start."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def _notices(loaded: settings.LoadedSettings) -> list[ChmlFrpError]:
    broken = [loaded.broken] if loaded.broken is not None else []
    unknown = [
        InvalidInput(f"the setting {key} is not known and has no effect", field=key)
        for key in loaded.unknown
    ]
    return [*broken, *unknown]


def _first(error: BaseException) -> ChmlFrpError:
    """Return the first error that was raised on purpose."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, ChmlFrpError)
    return error


def _log_to(home: Home) -> None:
    """Log into a bounded private file, and to stderr if a person looks at it."""
    # A disk that is full costs lines of the log, not words on a terminal for each.
    logging.raiseExceptions = False
    handlers: list[logging.Handler] = [
        logging.handlers.RotatingFileHandler(
            home.log_file, maxBytes=_LOG_BYTES, backupCount=_OLD_LOGS, encoding="utf-8"
        )
    ]
    if sys.stderr is not None and sys.stderr.isatty():
        handlers.append(logging.StreamHandler())
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
        handlers=handlers,
    )


if __name__ == "__main__":
    sys.exit(main())
