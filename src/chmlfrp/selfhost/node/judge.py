"""Answering frps without making it wait: the service's answers, remembered a while.

A yes may come from memory; a no never does, for what was refused a moment ago may have
been made since. While the service cannot be asked, what it allowed in the last hour goes
on, sessions that are up stay up, and whatever is new is refused.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.desk import Link
from chmlfrp.selfhost.node.kick import USER_PREFIX
from chmlfrp.selfhost.rules import proxy
from chmlfrp.selfhost.rules.proxy import ProxyWish
from chmlfrp.selfhost.talk import Granted, Question, Verdict

FRESH_S = 5.0
"""So old may an answer be that is given without asking."""
STALE_S = 3600.0
"""So old may an answer be that is given because nobody can be asked."""
PATIENCE_S = 3.0
"""So long does frps wait for the service before memory answers."""
NO_SERVICE = "节点暂时无法连接至服务，请稍后再试"

log = logging.getLogger(__name__)


class Judge:
    """Answers for one start of one node's frps."""

    def __init__(
        self,
        link: Link,
        node_id: int,
        *,
        fresh_s: float = FRESH_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._link = link
        self._node_id = node_id
        self._fresh_s = fresh_s
        self._clock = clock
        self._known: dict[str, float] = {}
        self._granted: dict[str, tuple[float, Granted]] = {}
        self.kick_user = f"{USER_PREFIX}{secrets.token_urlsafe(24)}"

    def is_kick(self, user: str) -> bool:
        """Return whether that is our own login that ends another session."""
        return secrets.compare_digest(user.encode(), self.kick_user.encode())

    async def login(self, question: Question) -> str | None:
        """Return why the user may not come in, None if he may."""
        verdict = await self._ask(question)
        if verdict is None:
            age = self._clock() - self._known.get(question.user, -STALE_S)
            return None if age < STALE_S else NO_SERVICE
        self._note_user(question.user, verdict)
        return verdict.reason

    async def ping(self, question: Question) -> str | None:
        """Return why the session must end, None if it goes on."""
        if self._clock() - self._known.get(question.user, -STALE_S) < self._fresh_s:
            return None
        verdict = await self._ask(question)
        if verdict is None:
            return None
        self._note_user(question.user, verdict)
        return verdict.reason

    async def open(self, question: Question, wish: ProxyWish) -> Verdict:
        """Return whether the proxy may open, and which tunnel it is."""
        now = self._clock()
        at, found = self._granted.get(question.proxy_name, (-STALE_S, None))
        remembered = self._from_memory(question, wish, found)
        if remembered is not None and now - at < self._fresh_s:
            return remembered
        verdict = await self._ask(msgspec.structs.replace(question, wish=wish))
        if verdict is not None:
            return verdict
        if remembered is not None and now - at < STALE_S:
            return remembered
        return Verdict(reason=NO_SERVICE)

    def forget(self, user: str) -> None:
        """Ask anew about that user, for something changed."""
        self._known.pop(user, None)
        prefix = f"{user}."
        for name in [n for n in self._granted if n.startswith(prefix)]:
            del self._granted[name]

    def _from_memory(
        self, question: Question, wish: ProxyWish, found: Granted | None
    ) -> Verdict | None:
        if found is None:
            return None
        reason = proxy.judge(
            wish,
            found.record,
            user=question.user,
            node_id=self._node_id,
            run_id=question.run_id,
        )
        return Verdict(tunnel_id=found.tunnel_id) if reason is None else None

    def _note_user(self, user: str, verdict: Verdict) -> None:
        self.forget(user)
        if verdict.reason is not None:
            return
        now = self._clock()
        self._known[user] = now
        for one in verdict.granted:
            self._granted[f"{user}.{one.name}"] = (now, one)

    async def _ask(self, question: Question) -> Verdict | None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._link.ask(question)
        except (SelfhostError, SQLAlchemyError, TimeoutError) as exc:
            log.warning("the service could not be asked: %s", type(exc).__name__)
            return None
