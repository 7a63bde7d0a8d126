"""What every route is handed: the store, what the owner set, the password slots."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from litestar.enums import HttpMethod

from chmlfrp.selfhost.captcha import Anybody, Verifier
from chmlfrp.selfhost.mail.send import Mailer, NoMail
from chmlfrp.selfhost.password import Passwords
from chmlfrp.selfhost.picture import PictureCheck
from chmlfrp.selfhost.settings import ServiceSettings
from chmlfrp.selfhost.store.database import Database

SIGN_INS = 4
"""How many passwords a worker looks at together: no more guesses can be in flight."""

METHODS = [HttpMethod.GET, HttpMethod.POST]
"""Clients of different ages read with either."""


@dataclass(slots=True, kw_only=True)
class Context:
    """The parts of a running service that requests need."""

    database: Database
    passwords: Passwords = field(default_factory=Passwords)
    settings: ServiceSettings = field(default_factory=ServiceSettings)
    mailer: Mailer = field(default_factory=NoMail)
    captcha: Verifier = field(default_factory=Anybody)
    clock: Callable[[], float] = time.time
    sign_ins: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(SIGN_INS)
    )

    @property
    def now_ms(self) -> int:
        """The Unix time in milliseconds."""
        return int(self.clock() * 1000)

    @property
    def pictures(self) -> PictureCheck:
        return PictureCheck(self.settings.pictures)

    def day(self) -> date:
        """Return the date where the service says its days begin."""
        now = datetime.fromtimestamp(self.clock(), UTC)
        return now.astimezone(self.settings.zone()).date()

    def today(self) -> str:
        """Return the local date; a node counts traffic by its own midnight."""
        return datetime.now().astimezone().date().isoformat()
