"""Where tokens are kept: the system's keyring, or a private file where there is none."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Literal, Protocol, TypeVar

from chmlfrp.errors import LocalError
from chmlfrp.local.files import load_state, write_private
from chmlfrp.local.paths import Home
from chmlfrp.model.secret import Secret

logger = logging.getLogger(__name__)

T = TypeVar("T")
Tokens = dict[str, dict[str, str]]
"""Service address -> account -> token."""

PATIENCE_S = 10.0
"""A locked keyring asks its owner first, who may not be there."""


class SecretStore(Protocol):
    """Keeps one secret per service and account."""

    @property
    def kind(self) -> Literal["keyring", "file"]:
        """What to tell people."""
        ...

    async def get(self, service: str, account: str) -> Secret | None: ...

    async def set(self, service: str, account: str, secret: Secret) -> None: ...

    async def delete(self, service: str, account: str) -> None:
        """Forget it; harmless if there is none."""
        ...


class Keyring(Protocol):
    """What is used of a keyring backend."""

    def get_password(self, service: str, username: str, /) -> str | None: ...

    def set_password(self, service: str, username: str, password: str, /) -> None: ...

    def delete_password(self, service: str, username: str, /) -> None: ...


async def open_secrets(home: Home, *, patience_s: float = PATIENCE_S) -> SecretStore:
    """Return the keyring if there is a usable one; a throw-away home has its own file."""
    in_file = FileSecrets(home)
    if home.is_throwaway:
        return in_file
    try:
        backend = await Patient(patience_s)(find_keyring)
    except LocalError:
        return in_file
    if backend is None:
        return in_file
    return KeyringSecrets(backend, before=in_file, patience_s=patience_s)


def find_keyring() -> Keyring | None:
    """Return the system's keyring, None if there is none that encrypts.

    May take long: backends look for their services.
    """
    import keyring

    backend = keyring.get_keyring()
    return backend if backend.priority >= 1 else None


class FileSecrets:
    """Tokens in a file that only its owner may read."""

    kind: Literal["file"] = "file"

    def __init__(self, home: Home) -> None:
        self._path = home.secrets_file
        self._turn = asyncio.Lock()

    async def get(self, service: str, account: str) -> Secret | None:
        tokens = await asyncio.to_thread(self._read)
        token = tokens.get(service, {}).get(account)
        return None if token is None else Secret(token)

    async def set(self, service: str, account: str, secret: Secret) -> None:
        async with self._turn:
            await asyncio.to_thread(self._put, service, account, secret)

    async def delete(self, service: str, account: str) -> None:
        async with self._turn:
            await asyncio.to_thread(self._drop, service, account)

    def _read(self) -> Tokens:
        found = load_state(self._path, Tokens)
        for aside in found.kept_aside:
            logger.warning("%s was damaged and is kept as %s", self._path, aside)
        return found.value or {}

    def _put(self, service: str, account: str, secret: Secret) -> None:
        tokens = self._read()
        tokens.setdefault(service, {})[account] = secret.reveal()
        self._write(tokens)

    def _drop(self, service: str, account: str) -> None:
        tokens = self._read()
        if tokens.get(service, {}).pop(account, None) is not None:
            self._write({name: kept for name, kept in tokens.items() if kept})

    def _write(self, tokens: Tokens) -> None:
        """Write without a backup: a token that was deleted must be gone."""
        import msgspec

        write_private(self._path, msgspec.json.encode(tokens))


class KeyringSecrets:
    """Tokens in the keyring.

    A token that was kept in the file while there was no keyring is still found, and
    moves when it is written again.
    """

    kind: Literal["keyring"] = "keyring"

    def __init__(
        self,
        backend: Keyring,
        *,
        before: SecretStore,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._backend = backend
        self._before = before
        self._call = Patient(patience_s)

    async def get(self, service: str, account: str) -> Secret | None:
        name = _entry(service)
        token = await self._call(lambda: self._backend.get_password(name, account))
        if token is None:
            return await self._before.get(service, account)
        return Secret(token)

    async def set(self, service: str, account: str, secret: Secret) -> None:
        name = _entry(service)
        await self._call(
            lambda: self._backend.set_password(name, account, secret.reveal())
        )
        await self._before.delete(service, account)

    async def delete(self, service: str, account: str) -> None:
        await self._before.delete(service, account)
        await self._call(lambda: self._forget(_entry(service), account))

    def _forget(self, name: str, account: str) -> None:
        if self._backend.get_password(name, account) is not None:
            self._backend.delete_password(name, account)


class Patient:
    """Calls a keyring in a thread of its own, for so long and no longer.

    A pool would be waited for at exit, and a locked keyring may hang for ever. One call
    at a time: while one hangs, the next ones fail at once.
    """

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._turn = asyncio.Lock()
        self._thread: threading.Thread | None = None

    async def __call__(self, work: Callable[[], T]) -> T:
        """Return what the work returns.

        Raises:
            LocalError: it failed, or did not come back in time.
        """
        async with self._turn:
            if self._thread is not None and self._thread.is_alive():
                raise _unanswered()
            try:
                async with asyncio.timeout(self._patience_s):
                    return await self._in_thread(work)
            except TimeoutError:
                raise _unanswered() from None

    async def _in_thread(self, work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._thread = threading.Thread(
            target=_answer, args=(work, loop, answer), name="keyring", daemon=True
        )
        self._thread.start()
        result = await answer
        self._thread = None
        return result


def _answer(
    work: Callable[[], T],
    loop: asyncio.AbstractEventLoop,
    answer: "asyncio.Future[T]",
) -> None:
    try:
        result = work()
    except Exception as exc:  # noqa: BLE001 - backends raise what their systems raise
        kind = type(exc).__name__
        error = LocalError(
            f"the keyring refused: {kind}", hint="Unlock the keyring.", field="keyring"
        )
        _tell(loop, answer, lambda: answer.set_exception(error))
    else:
        _tell(loop, answer, lambda: answer.set_result(result))


def _tell(
    loop: asyncio.AbstractEventLoop,
    answer: "asyncio.Future[T]",
    settle: Callable[[], None],
) -> None:
    """Hand the result over, unless nobody waits any more."""

    def arrive() -> None:
        if not answer.done():
            settle()

    with contextlib.suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(arrive)


def _unanswered() -> LocalError:
    return LocalError(
        "the keyring does not answer",
        hint="It may be locked: unlock it and try again.",
        field="keyring",
    )


def _entry(service: str) -> str:
    return f"chmlfrp {service}"
