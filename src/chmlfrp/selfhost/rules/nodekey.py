"""The keys that a node's agent shows: one to join with, once, and one to stay."""

import hashlib
import secrets
import string

JOIN_PREFIX = "join-"
AGENT_PREFIX = "node-"
_ALPHABET = string.ascii_letters + string.digits


def new_key(prefix: str) -> str:
    """Return a random key."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(40))


def digest(key: str) -> str:
    """Return what is stored of a key; as it is random, a plain hash will do."""
    return hashlib.sha256(key.encode()).hexdigest()
