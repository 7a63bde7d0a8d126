"""Names of headers, fields and parameters whose values let somebody in."""

import re
from functools import lru_cache
from urllib.parse import unquote_plus

_ANYWHERE = re.compile(
    r"passw|passcode|passphrase|passkey|pwd|jwt|credential|cookie|signature|[cx]srf"
    r"|secret(?!ar)|token(?!i[sz])|(?<!ob)(?<!pos)session|sessid"
    r"|(?:api|access|private|signing|encryption|auth)[._-]?key"
    r"|auth(?!or(?!i[sz]))",
    re.I,
)
_WORDS = frozenset({"pass", "pin", "sig", "otp", "totp", "sid", "cvv", "cvc"})
"""Of a name's words, as in `cardPin`; within other words they say nothing: `pinned`."""
_PARAMETERS = frozenset({"code", "key"})
"""Whole names; in JSON and XML they are ordinary."""
_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")
_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z]+")
_LONGEST = 300


@lru_cache(maxsize=4096)
def is_secret(name: str) -> bool:
    """Whether a field of that name lets somebody in; its escapes are read."""
    name = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), name)
    name = unquote_plus(name[:_LONGEST])
    if _ANYWHERE.search(name):
        return True
    return any(word.lower() in _WORDS for word in _BORDER.split(name))


def is_secret_parameter(name: str) -> bool:
    """Whether a parameter of an address or a form lets somebody in."""
    return is_secret(name) or unquote_plus(name).strip().lower() in _PARAMETERS
