"""Mailed codes: one per purpose and address, for a while, for a few tries, once."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.store.locked import locked
from chmlfrp.selfhost.store.people import MailCode


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRules:
    """How long and how often a code can be used."""

    lifetime_ms: int
    cooldown_ms: int
    tries: int


async def make(
    session: AsyncSession, purpose: str, address: str, rules: CodeRules, *, now_ms: int
) -> tuple[str, int]:
    """Return a new code of six digits, or "" and the milliseconds until there may be one.

    The one before can no longer be used.
    """
    row = await locked(session, MailCode, purpose=purpose, address=address)
    wait_ms = row.sent_ms + rules.cooldown_ms - now_ms
    if wait_ms > 0:
        return "", wait_ms
    code = f"{secrets.randbelow(10**6):06}"
    row.salt = secrets.token_hex(16)
    row.code_hash = _hash(row.salt, code)
    row.sent_ms = now_ms
    row.tries = 0
    return code, 0


async def take(
    session: AsyncSession,
    purpose: str,
    address: str,
    code: str,
    rules: CodeRules,
    *,
    now_ms: int,
) -> bool:
    """Return whether this is the code, which is used up by that; else counts a try."""
    row = await session.get(MailCode, (purpose, address), with_for_update=True)
    given = _hash(row.salt if row else "", code)
    if row is None or not row.code_hash:
        return False
    row.tries += 1
    is_right = (
        row.tries <= rules.tries
        and now_ms < row.sent_ms + rules.lifetime_ms
        and hmac.compare_digest(given, row.code_hash)
    )
    if is_right:
        row.code_hash = ""
    return is_right


def _hash(salt: str, code: str) -> str:
    return hashlib.sha256(f"{salt}:{code}".encode()).hexdigest()
