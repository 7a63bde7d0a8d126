"""Passwords: argon2id, made and checked in threads."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Passwords:
    """Hashes and verifies without holding up the event loop.

    One hash takes 64 MiB; `parallel` of them run at a time, the rest wait.
    """

    def __init__(
        self, *, parallel: int = 2, hasher: PasswordHasher | None = None
    ) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(parallel)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """Return the encoded hash with its salt and cost."""
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def is_right(self, password: str, encoded: str | None) -> bool:
        """Return whether `password` is the one behind `encoded`.

        Without `encoded` it takes as long to say no.
        """
        async with self._slots:
            if encoded is None:
                await asyncio.to_thread(self._verify_nothing, password)
                return False
            return await asyncio.to_thread(self._verify, encoded, password)

    def _verify_nothing(self, password: str) -> None:
        if self._nobody is None:
            self._nobody = self._hasher.hash(secrets.token_urlsafe())
        self._verify(self._nobody, password)

    def _verify(self, encoded: str, password: str) -> bool:
        try:
            return self._hasher.verify(encoded, password)
        except (VerificationError, InvalidHashError):
            return False
