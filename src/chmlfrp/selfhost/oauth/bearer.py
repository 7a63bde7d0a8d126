"""Access tokens: making them, and whose they are."""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.oauth import keys
from chmlfrp.selfhost.store.grants import Grant
from chmlfrp.selfhost.store.models import User

AUDIENCE = "chmlfrp-api"
API_SCOPE = "chmlfrp_api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What an access token says."""

    issuer: str
    user_id: int
    grant_id: str
    client_id: str
    scope: str


def looks_like_one(token: str) -> bool:
    """Return whether it is no user token, which has letters and digits only."""
    return token.count(".") == 2


def sign(ticket: Ticket, key: RSAKey, *, seconds: int) -> str:
    """Return an access token that holds for so long (RFC 9068)."""
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": ticket.issuer,
        "aud": AUDIENCE,
        "sub": str(ticket.user_id),
        "client_id": ticket.client_id,
        "scope": ticket.scope,
        "grant": ticket.grant_id,
        "iat": now,
        "exp": now + seconds,
        "jti": secrets.token_hex(16),
    }
    header = {"alg": "RS256", "typ": "at+jwt", "kid": key.kid}
    return jwt.encode(header, claims, key)


def claims_of(token: str, known: KeySet) -> dict[str, Any] | None:
    """Return what a token of ours says while it holds, else None."""
    registry = jwt.JWTClaimsRegistry(
        aud={"essential": True, "value": AUDIENCE},
        exp={"essential": True},
        grant={"essential": True},
    )
    try:
        decoded = jwt.decode(token, known, algorithms=["RS256"])
        registry.validate(decoded.claims)
    except (JoseError, ValueError, TypeError):
        return None
    return dict(decoded.claims)


async def holder(session: AsyncSession, token: str) -> User | None:
    """Return the account of an access token, None if it does not hold any more."""
    claims = claims_of(token, await keys.known_keys(session))
    if claims is None or API_SCOPE not in str(claims.get("scope", "")).split():
        return None
    query = (
        select(User)
        .join(Grant, Grant.user_id == User.id)
        .where(Grant.id == str(claims["grant"]), Grant.revoked_ms.is_(None))
    )
    return await session.scalar(query)
