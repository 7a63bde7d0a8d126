"""Where things are kept."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chmlfrp.local.private import WINDOWS, make_private_dir

SOCKET_PATH_BYTES = 103
"""Longest path of a Unix socket: 107 bytes on Linux, 103 on macOS."""


@dataclass(frozen=True, kw_only=True)
class Home:
    """The private folders of one instance; nothing is made before `prepare`."""

    config_dir: Path
    state_dir: Path
    data_dir: Path
    log_dir: Path
    is_throwaway: bool = False
    """Chosen by `CHMLFRP_HOME`: also keeps its secrets out of the keyring."""

    @classmethod
    def locate(cls, environ: Mapping[str, str] = os.environ) -> "Home":
        """Return the home of this user, or the one `CHMLFRP_HOME` names."""
        if chosen := environ.get("CHMLFRP_HOME", "").strip():
            return cls.below(Path(chosen))
        import platformdirs

        dirs = platformdirs.PlatformDirs("chmlfrp", appauthor=False)
        return cls(
            config_dir=dirs.user_config_path,
            state_dir=dirs.user_state_path,
            data_dir=dirs.user_data_path,
            log_dir=dirs.user_log_path,
        )

    @classmethod
    def below(cls, root: Path) -> "Home":
        """Return a throw-away home with everything below one folder."""
        root = Path(os.path.abspath(root.expanduser()))  # noqa: PTH100 - keeps links
        return cls(
            config_dir=root / "config",
            state_dir=root / "state",
            data_dir=root / "data",
            log_dir=root / "log",
            is_throwaway=True,
        )

    def prepare(self) -> None:
        """Make the folders, private.

        Raises:
            HomeUnusable: one cannot be made or written, or is somebody else's.
        """
        for folder in (
            self.config_dir,
            self.state_dir,
            self.data_dir,
            self.log_dir,
            self.runtime_dir,
            self.core_files_dir,
            self.offline_dir,
            self.socket_path.parent,
        ):
            make_private_dir(folder)

    @property
    def runtime_dir(self) -> Path:
        """What lives as long as a daemon.

        Below the state and not in `XDG_RUNTIME_DIR`, which is missing under cron, sudo
        and ssh: the command line would look for the daemon in another place.
        """
        return self.state_dir / "run"

    @property
    def settings_file(self) -> Path:
        return self.config_dir / "settings.toml"

    @property
    def wishes_file(self) -> Path:
        """Which tunnels are wanted."""
        return self.state_dir / "wishes.json"

    @property
    def options_file(self) -> Path:
        """Schedules, failover and the like, by tunnel."""
        return self.state_dir / "options.json"

    @property
    def schedule_file(self) -> Path:
        """Up to when schedules were looked at."""
        return self.state_dir / "schedule.json"

    @property
    def failover_file(self) -> Path:
        """Which tunnels were moved from which node."""
        return self.state_dir / "failover.json"

    @property
    def nodes_file(self) -> Path:
        """Favourite nodes and what was measured of nodes."""
        return self.state_dir / "nodes.json"

    @property
    def deleted_file(self) -> Path:
        """Tunnels that were deleted, to be made again."""
        return self.state_dir / "deleted.json"

    @property
    def session_file(self) -> Path:
        """The account in front, without the token."""
        return self.state_dir / "session.json"

    @property
    def accounts_file(self) -> Path:
        """All who are signed in, without their tokens."""
        return self.state_dir / "accounts.json"

    @property
    def secrets_file(self) -> Path:
        """Tokens, where there is no keyring."""
        return self.state_dir / "secrets.json"

    @property
    def running_cores_file(self) -> Path:
        """The frpc processes that a daemon started, for the next one after a crash."""
        return self.state_dir / "cores.json"

    @property
    def offline_dir(self) -> Path:
        """The last good configs, for a start without the service."""
        return self.state_dir / "offline"

    @property
    def chosen_core_file(self) -> Path:
        """Which of the frpc programs is run."""
        return self.state_dir / "chosen-core.json"

    @property
    def timeline_file(self) -> Path:
        """What happened, a line each; the one before ends in `.1`."""
        return self.state_dir / "events.jsonl"

    @property
    def traffic_file(self) -> Path:
        """What guarded tunnels carried."""
        return self.state_dir / "traffic.sqlite"

    @property
    def guard_file(self) -> Path:
        """The guard's rules for all tunnels."""
        return self.state_dir / "guard.json"

    @property
    def knock_file(self) -> Path:
        """The keys of the knock page, hashed."""
        return self.state_dir / "knock.json"

    @property
    def lock_file(self) -> Path:
        return self.runtime_dir / "daemon.lock"

    @property
    def holder_file(self) -> Path:
        """Who holds the lock."""
        return self.runtime_dir / "daemon.json"

    @property
    def endpoint_file(self) -> Path:
        """Port and token of the control API, where there are no Unix sockets."""
        return self.runtime_dir / "control.json"

    @property
    def core_files_dir(self) -> Path:
        """The ini files of running cores."""
        return self.runtime_dir / "frpc"

    @property
    def cores_dir(self) -> Path:
        """The frpc programs that we fetched ourselves, one folder per version."""
        return self.data_dir / "cores"

    @property
    def last_known_file(self) -> Path:
        """What the last window knew, so that the next one opens at once."""
        return self.state_dir / "window.json"

    @property
    def log_file(self) -> Path:
        return self.log_dir / "daemon.log"

    @property
    def startup_log_file(self) -> Path:
        """What a daemon in the background prints before its log is open."""
        return self.log_dir / "daemon-start.log"

    @property
    def socket_path(self) -> Path:
        """The Unix socket of the control API.

        A path too long for a socket is replaced by a short one below the folder for
        temporary files, of this user and this home alone.
        """
        path = self.runtime_dir / "control.sock"
        if WINDOWS or len(os.fsencode(path)) <= SOCKET_PATH_BYTES:
            return path
        import hashlib
        import tempfile

        name = hashlib.sha256(os.fsencode(self.runtime_dir)).hexdigest()[:16]
        short = Path(f"chmlfrp-{os.getuid()}-{name}", "control.sock")
        places = [Path(place) / short for place in (tempfile.gettempdir(), "/tmp")]  # noqa: S108 - the folder in it is private
        fitting = (p for p in places if len(os.fsencode(p)) <= SOCKET_PATH_BYTES)
        return next(fitting, places[-1])
