"""The keys that access tokens are signed with; kept in the store, for every worker."""

import asyncio
import json
import secrets
import time
from functools import lru_cache
from typing import Any

from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.store.database import Database
from chmlfrp.selfhost.store.grants import SigningKey

BITS = 2048


async def signing_key(database: Database) -> RSAKey:
    """Return the newest key, made at the first call."""
    async with database.read() as session:
        rows = await _rows(session)
    if not rows:
        made = await asyncio.to_thread(_make)
        async with database.write() as session:
            rows = await _rows(session)
            if not rows:
                session.add(made)
                rows = [made]
    return _parsed(rows[0].jwk)


async def known_keys(session: AsyncSession) -> KeySet:
    """Return all keys that a token may be signed with."""
    return KeySet([_parsed(row.jwk) for row in await _rows(session)])


async def published(session: AsyncSession) -> dict[str, Any]:
    """Return the public halves, as RFC 7517 has them."""
    keys = [_parsed(row.jwk).as_dict(private=False) for row in await _rows(session)]
    return {"keys": keys}


async def _rows(session: AsyncSession) -> list[SigningKey]:
    query = select(SigningKey).order_by(SigningKey.made_ms.desc(), SigningKey.kid)
    return list(await session.scalars(query))


def _make() -> SigningKey:
    kid = secrets.token_hex(8)
    key = RSAKey.generate_key(
        BITS, {"kid": kid, "use": "sig", "alg": "RS256"}, private=True
    )
    jwk = json.dumps(key.as_dict(private=True))
    return SigningKey(kid=kid, jwk=jwk, made_ms=int(time.time() * 1000))


@lru_cache(maxsize=16)
def _parsed(jwk: str) -> RSAKey:
    return RSAKey.import_key(json.loads(jwk))
