"""Where the store is: a file of the service's folder, or a PostgreSQL by URL.

A URL may hold a password. It comes from the environment or a private file, never from
the command line with one, and is never printed.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost.hidden import Hidden

VARIABLE = "CHMLFRP_DATABASE"
SCHEMES = ("postgresql", "postgres")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the store is; without a URL it is a file of the folder."""

    folder: Path
    url: Hidden = field(default_factory=Hidden)

    @property
    def is_shared(self) -> bool:
        """Whether services in other folders and on other machines may use it too."""
        return bool(self.url)


def find(folder: Path, *, said: str, file: Path | None, environment: str) -> Address:
    """Return what was said on the command line, in a file or in the environment.

    Raises:
        InvalidInput: it is no URL of PostgreSQL, the file cannot be read, or a password
            was on the command line, where everybody on this machine can read it.
    """
    if said and _password(said):
        raise InvalidInput(
            "the database's URL holds a password, which anybody on this machine "
            "could read",
            hint="put the URL into CHMLFRP_DATABASE, into a file for --database-file, "
            "or the password into the file that PGPASSFILE names",
            field="database",
        )
    url = said or (_read(file) if file is not None else environment.strip())
    if url:
        _check(url)
    return Address(folder, Hidden(url))


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise InvalidInput(
            "the file with the database's URL cannot be read",
            hint="name a file that this user may read with --database-file",
            field="database_file",
        ) from exc


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in SCHEMES and (parts.port or 1) > 0
    except ValueError:
        is_right = False
    if not is_right:
        raise InvalidInput(
            "the database's URL is none",
            hint="write it as postgresql://USER@HOST:PORT/NAME; leave it out for a file",
            field="database",
        )


def _password(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "@" in url
    return bool(parts.password or re.search(r"(^|&)password=", parts.query))
