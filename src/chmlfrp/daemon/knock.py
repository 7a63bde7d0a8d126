"""Links that let whoever opens them connect for a while: kept on disk, hashed."""

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import msgspec

from chmlfrp.daemon.knocklink import (
    LONGEST_PASSWORD,
    MOST_GRANTS,
    Grant,
    Kept,
    Link,
    Wanted,
    check,
    passes,
    taken,
    tidied,
    without,
)
from chmlfrp.daemon.options import load
from chmlfrp.errors import InvalidInput
from chmlfrp.guard.guesses import Guesses
from chmlfrp.local.files import save_state
from chmlfrp.model.guard import Address
from chmlfrp.model.secret import Secret

MOST_LINKS = 200
_ID_BYTES = 8
_TOKEN_BYTES = 24
_SALT_BYTES = 16
_AT_ONCE = 2
"""Passwords that are looked at; each costs 16 MiB and some 50 ms."""
_SCRYPT = {"n": 1 << 14, "r": 8, "p": 1}


class Outcome(StrEnum):
    """What came of a knock."""

    OPENED = "opened"
    WRONG = "wrong"
    WAIT = "wait"
    GONE = "gone"
    """No such link, or no more."""


class Answer(NamedTuple):
    """To one who knocked."""

    outcome: Outcome
    until: float = 0.0
    """OPENED."""
    wait_s: float = 0.0
    """WAIT, WRONG."""
    link: Link | None = None


class Knocks:
    """All links. What is answered is on disk before.

    admit: is told of an address that may come to a tunnel until then.
    settle: puts that on disk.
    has_pass: whether it may still; a pass may have been taken by hand.
    """

    def __init__(
        self,
        path: Path,
        *,
        admit: Callable[[int, Address, float], None],
        settle: Callable[[], Awaitable[None]],
        has_pass: Callable[[int, Address], bool],
        clock: Callable[[], float],
    ) -> None:
        self._path = path
        self._admit = admit
        self._settle = settle
        self._has_pass = has_pass
        self._clock = clock
        self._kept = Kept()
        self._writing = asyncio.Lock()
        self._hashing = asyncio.Semaphore(_AT_ONCE)
        self._guesses = Guesses(clock)

    async def load(self) -> None:
        """Take up what the last daemon knew, and admit again whom it had let in."""
        found = await asyncio.to_thread(lambda: load(self._path, Kept))
        self._kept = found or Kept()
        for tunnel, address, until in passes(self.all()):
            self._admit(tunnel, address, until)

    @property
    def port(self) -> int | None:
        """Where the page is to listen."""
        return self._kept.port

    async def set_port(self, port: int) -> None:
        """Keep where the page listens; raises HomeUnusable."""
        async with self._writing:
            await self._save(msgspec.structs.replace(self._kept, port=port))

    def all(self) -> list[Link]:
        """Return the links that can be opened or still let somebody in."""
        now = self._clock()
        return list(tidied(self._kept.links, now))

    async def make(self, wanted: Wanted) -> tuple[Link, Secret]:
        """Keep a new link; return it and the path that opens it.

        Raises:
            InvalidInput: a value cannot be.
            HomeUnusable: the file cannot be written; there is no link then.
        """
        check(wanted)
        now = self._clock()
        name = _random_name()
        salt, token = b"", secrets.token_urlsafe(_TOKEN_BYTES)
        if wanted.password is not None:
            salt = secrets.token_bytes(_SALT_BYTES)
            digest, path = await self._scrypt(wanted.password.reveal(), salt), name
        else:
            digest, path = _sha(token), f"{name}.{token}"
        link = Link(
            id=name,
            tunnels=tuple(dict.fromkeys(wanted.tunnels)),
            digest=digest,
            salt=salt.hex(),
            made_at=now,
            expires_at=None if wanted.expires_s is None else now + wanted.expires_s,
            lasts_s=wanted.lasts_s,
            uses_left=wanted.uses or (None if salt else 1),
        )
        async with self._writing:
            links = list(tidied(self._kept.links, now))
            if len(links) >= MOST_LINKS:
                raise InvalidInput(
                    f"there are {MOST_LINKS} knock links already",
                    hint="revoke those that nobody needs",
                    field="link",
                )
            await self._keep([*links, link])
        return link, Secret(f"/k/{path}")

    async def revoke(self, text: str) -> tuple[Link, list[Link]]:
        """End the link of that id, or the only one that begins so.

        Returns it and those that are left. Raises InvalidInput, HomeUnusable.
        """
        async with self._writing:
            found = [each for each in self._kept.links if each.id.startswith(text)]
            if not found or not text:
                raise InvalidInput(f"there is no knock link {text}", field="id")
            if len(found) > 1:
                raise InvalidInput(
                    f"several knock links begin with {text}",
                    hint="write more of it",
                    field="id",
                )
            rest = [each for each in self._kept.links if each is not found[0]]
            await self._keep(rest)
            return found[0], rest

    async def forget(self, tunnel: int) -> None:
        """Drop a tunnel that is no more; raises HomeUnusable."""
        async with self._writing:
            if any(tunnel in link.tunnels for link in self._kept.links):
                shrunk = [without(link, tunnel) for link in self._kept.links]
                await self._keep([link for link in shrunk if link.tunnels])

    async def take(self, tunnel: int, address: Address) -> None:
        """Keep that a pass was taken by hand; raises HomeUnusable."""
        async with self._writing:
            links = [taken(link, tunnel, str(address)) for link in self._kept.links]
            if links != [*self._kept.links]:
                await self._keep(links)

    async def tidy(self) -> None:
        """Leave nobody on disk whose pass has ended; raises HomeUnusable."""
        async with self._writing:
            if self._kept.links:
                # And once more, for the file before is kept as well.
                for _ in range(2):
                    await self._keep(self.all())

    def find(self, key: str) -> Link | None:
        """Return the link that a path opens, None if none does, or no more.

        A link that is used up is still found by those whom it let in.
        """
        name, _, token = key.partition(".")
        for link in self.all():
            if hmac.compare_digest(link.id.encode(), name.encode()):
                is_known = link.has_password or _is(_sha(token), link.digest)
                return link if is_known else None
        return None

    async def knock(self, key: str, password: str, address: Address) -> Answer:
        """Let the address in if it may; raises HomeUnusable, and lets nobody in then."""
        wait = self._guesses.wait_s(address)
        if wait > 0:
            return Answer(Outcome.WAIT, wait_s=wait)
        self._guesses.count(address)
        link = self.find(key)
        if link is None:
            return Answer(Outcome.GONE)
        if link.has_password and not await self._fits(link, password):
            return Answer(
                Outcome.WRONG, wait_s=self._guesses.wait_s(address), link=link
            )
        self._guesses.clear(address)
        async with self._writing:
            return await self._grant(key, address)

    async def _grant(self, key: str, address: Address) -> Answer:
        """Let it in, if the link is still there; once it is in that costs no use."""
        now, link = self._clock(), self.find(key)
        if link is None:
            return Answer(Outcome.GONE)
        had = [grant for grant in link.grants if grant.address == str(address)]
        if link.is_over(now) or (had and link.uses_left is not None):
            is_in = any(self._has_pass(tunnel, address) for tunnel in link.tunnels)
            if not had or not is_in:
                return Answer(Outcome.GONE)
            return Answer(Outcome.OPENED, until=had[0].until, link=link)
        grant = Grant(str(address), now + link.lasts_s)
        others = [each for each in link.grants if each not in had]
        after = msgspec.structs.replace(
            link,
            uses_left=None if link.uses_left is None else link.uses_left - 1,
            grants=(*others, grant)[-MOST_GRANTS:],
        )
        await self._keep(
            after if each.id == link.id else each
            for each in tidied(self._kept.links, now)
        )
        for tunnel in link.tunnels:
            self._admit(tunnel, address, grant.until)
        await self._settle()
        return Answer(Outcome.OPENED, until=grant.until, link=after)

    async def _fits(self, link: Link, password: str) -> bool:
        if len(password) > LONGEST_PASSWORD:
            return False
        found = await self._scrypt(password, bytes.fromhex(link.salt))
        return _is(found, link.digest)

    async def _scrypt(self, password: str, salt: bytes) -> str:
        data = password.encode("utf-8", "surrogatepass")
        async with self._hashing:
            found = await asyncio.to_thread(
                lambda: hashlib.scrypt(data, salt=salt, **_SCRYPT)
            )
        return found.hex()

    async def _keep(self, links: Iterable[Link]) -> None:
        await self._save(msgspec.structs.replace(self._kept, links=tuple(links)))

    async def _save(self, kept: Kept) -> None:
        await asyncio.to_thread(save_state, self._path, kept)
        self._kept = kept


def _random_name() -> str:
    """Return an id that nobody guesses, of letters that survive being read out."""
    return base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode().rstrip("=").lower()


def _sha(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _is(given: str, kept: str) -> bool:
    return hmac.compare_digest(given.encode(), kept.encode())
