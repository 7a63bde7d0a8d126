"""Signing in with a code that a person approves on another screen."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from chmlfrp.api.oauth import Registration, SignInByDevice
from chmlfrp.control.device import CodeApproved, CodeFailed, CodeFrame, CodeShown
from chmlfrp.control.problem import to_problem
from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.local.settings import load

Frames = asyncio.Queue[CodeFrame | None]


class CodeDesk:
    """Asks the authorisation server of the settings; no client id is shipped."""

    def __init__(self, account: AccountKeeper, settings_file: Path, url: str) -> None:
        self._account = account
        self._settings_file = settings_file
        self._url = url

    @contextlib.asynccontextmanager
    async def sign_in(
        self, settle: Callable[[], Awaitable[None]]
    ) -> AsyncIterator[AsyncIterator[CodeFrame]]:
        """Give the code, and then how it ended; who stops reading ends the wait.

        settle: waited for once the account is another.
        """
        frames: Frames = asyncio.Queue()
        async with asyncio.TaskGroup() as tasks:
            work = tasks.create_task(self._told(frames, settle))
            yield _drain(frames)
            work.cancel()

    async def _told(
        self, frames: Frames, settle: Callable[[], Awaitable[None]]
    ) -> None:
        try:
            await self._ask(frames, settle)
        except ChmlFrpError as error:
            frames.put_nowait(CodeFailed(problem=to_problem(error)))
        finally:
            frames.put_nowait(None)

    async def _ask(self, frames: Frames, settle: Callable[[], Awaitable[None]]) -> None:
        registration = await asyncio.to_thread(self._registration)
        async with SignInByDevice(registration) as server:
            code = await server.start()
            frames.put_nowait(
                CodeShown(
                    url=code.url,
                    user_code=code.user_code,
                    full_url=code.full_url,
                    expires_in_s=code.expires_in_s,
                )
            )
            credentials = await server.wait(code)
        view = await self._account.sign_in_by_code(registration, credentials)
        await settle()
        frames.put_nowait(CodeApproved(session=view))

    def _registration(self) -> Registration:
        """Return it as the settings are now, without a new start of the daemon."""
        service = load(self._settings_file).settings.service
        if not service.client_id:
            raise InvalidInput(
                "a sign-in by code needs a client id, and none is shipped",
                hint="register this program with the service and write client_id "
                "under [service] into settings.toml",
                field="service.client_id",
            )
        return Registration(
            issuer=service.issuer or self._url, client_id=service.client_id
        )


async def _drain(frames: Frames) -> AsyncIterator[CodeFrame]:
    while (frame := await frames.get()) is not None:
        yield frame
