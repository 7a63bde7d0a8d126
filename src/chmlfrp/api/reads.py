"""Equal reads at one time are one, and some answers are good for a while."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")

FRESH_FOR_S = 30.0


class Aged(list[T]):
    """A list that knows when the service gave it."""

    def __init__(
        self, values: Iterable[T], *, seen_at: float, now: Callable[[], float]
    ) -> None:
        super().__init__(values)
        self._seen_at = seen_at
        self._now = now

    @property
    def age_s(self) -> float:
        """Seconds since the service gave it."""
        return self._now() - self._seen_at


class Reads:
    """What is being asked now, and what was answered lately.

    A read never joins one that was asked before the last change of ours was answered:
    who has changed something sees the change.
    """

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._flying: dict[tuple[int, Hashable], asyncio.Future[Any]] = {}
        self._kept: dict[Hashable, tuple[float, Any]] = {}
        self._changes = 0

    def changed(self) -> None:
        """Note that the account is not what it was."""
        self._changes += 1

    async def one(self, key: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        """Return the answer to `ask`, or to an equal one that is on its way.

        If whoever asks is cancelled, one of the others asks.
        """
        flight = (self._changes, key)
        while (other := self._flying.get(flight)) is not None:
            await asyncio.wait([other])
            if not other.cancelled():
                answer: T = other.result()
                return answer
        mine = self._flying[flight] = asyncio.get_running_loop().create_future()
        try:
            answer = await ask()
        except asyncio.CancelledError:
            mine.cancel()
            raise
        except BaseException as error:
            mine.set_exception(error)
            mine.exception()  # nobody else may have waited for it
            raise
        else:
            mine.set_result(answer)
            return answer
        finally:
            del self._flying[flight]

    async def kept(
        self, key: Hashable, ask: Callable[[], Awaitable[list[T]]], *, max_age_s: float
    ) -> Aged[T]:
        """Return an answer that is at most so old, asked for if there is none."""
        seen_at, values = self._kept.get(key, (float("-inf"), []))
        if self.now() - seen_at >= max_age_s:
            values = await self.one(key, ask)
            seen_at = self.now()
            self._kept[key] = (seen_at, values)
        return Aged(values, seen_at=seen_at, now=self.now)
