"""A PostgreSQL of the tests' own: made, started on a loopback port, ended, removed.

The server refuses to run as root, so root starts it as another user of the system.
"""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chmlfrp.selfhost.node import ports

PASSWORD = "Canary-database-1"
OWNER = "chml"
READY_S = 30
_numbers = itertools.count()


class Postgres:
    """A running server; `new` is the URL of a new, empty database on it."""

    def __init__(self, programs: Path, port: int) -> None:
        self._programs = programs
        self.port = port

    def new(self) -> str:
        name = f"service_{next(_numbers)}"
        subprocess.run(
            [
                *(self._programs / "createdb", "-h", "127.0.0.1"),
                *("-p", str(self.port), "-U", OWNER, name),
            ],
            env={**os.environ, "PGPASSWORD": PASSWORD},
            check=True,
            capture_output=True,
        )
        return f"postgresql://{OWNER}:{PASSWORD}@127.0.0.1:{self.port}/{name}"


def find() -> Path | None:
    """Return the folder with initdb and postgres, None where there is none."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return debian[-1].parent if debian else None


@contextmanager
def running(programs: Path) -> Iterator[Postgres]:
    """Yield a server with an empty folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="chmlfrp-pg-"))
    user = _other_user()
    try:
        port = ports.choose("127.0.0.1")
        _make(programs, folder, user)
        server = _start(programs, folder, port, user)
        try:
            _wait(programs, port, server)
            yield Postgres(programs, port)
        finally:
            _end(server)
    finally:
        shutil.rmtree(folder)


def _other_user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError("there is no user to run PostgreSQL as")


def _make(programs: Path, folder: Path, user: dict[str, Any]) -> None:
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if user:
        for path in (folder, secret):
            os.chown(path, user["user"], user["group"])
    subprocess.run(
        [
            *(programs / "initdb", "-D", folder / "data", "-U", OWNER, "--no-sync"),
            *("-E", "UTF8", "--locale=C", "-A", "scram-sha-256"),
            f"--pwfile={secret}",
        ],
        check=True,
        capture_output=True,
        cwd=folder,
        **user,
    )


def _start(
    programs: Path, folder: Path, port: int, user: dict[str, Any]
) -> subprocess.Popen[bytes]:
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
        "max_connections": 100,
    }
    said = [
        part for key, value in settings.items() for part in ("-c", f"{key}={value}")
    ]
    return subprocess.Popen(
        [programs / "postgres", "-D", folder / "data", *said],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        **user,
    )


def _wait(programs: Path, port: int, server: subprocess.Popen[bytes]) -> None:
    argv = [programs / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-t", "1"]
    for _ in range(READY_S * 10):
        if subprocess.run(argv, capture_output=True, check=False).returncode == 0:
            return
        try:
            server.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    raise RuntimeError("PostgreSQL did not start")


def _end(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # SIGTERM would wait for its clients
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
