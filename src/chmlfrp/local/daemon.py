"""Starting the daemon in the background, for every face alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from chmlfrp.local.autostart import manager
from chmlfrp.local.files import read_private
from chmlfrp.local.instance import holder
from chmlfrp.local.paths import Home
from chmlfrp.local.process import Detached, python_module, start_detached

COMMAND: Sequence[str] = python_module("chmlfrp.daemon")


@dataclass(frozen=True, slots=True)
class LaunchedDaemon:
    """A daemon on its way."""

    home: Home
    process: Detached | None
    """None where the system's service manager starts it, and keeps it up."""

    def is_alive(self) -> bool:
        """Return whether it may still come to answer."""
        if self.process is None or self.process.poll() is None:
            return True
        return holder(self.home) is not None

    @property
    def exit_code(self) -> int | None:
        """What it ended with; None while it runs or where that is not known."""
        return self.process.poll() if self.process else None


def launch(home: Home, command: Sequence[str] = COMMAND) -> LaunchedDaemon:
    """Start it.

    Raises:
        HomeUnusable: the private folders cannot be made.
        AutostartFailed: the service manager refused.
        OSError: the program cannot be started.
    """
    home.prepare()
    if system := manager(command, home):
        system.start()
        return LaunchedDaemon(home, None)
    return LaunchedDaemon(home, start_detached(command, log_path=home.startup_log_file))


def address_file(home: Home) -> bytes | None:
    """Return what the daemon wrote about its door, None if it wrote nothing."""
    return read_private(home.endpoint_file)
