"""Takes out of a text what nobody else should read, and counts what it took.

What is known is replaced wherever it stands. What only looks like a secret is replaced
too: a support bundle that says too little costs a question, one that says too much an
account. Equal addresses and names stay recognisable as equal.
"""

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum

from chmlfrp.model.secret import Secret


class Masked(StrEnum):
    """What was taken out; worded by `words.bundle`."""

    SECRET = "secret"  # noqa: S105 - a kind, not one
    """A token or password that is known here."""
    LOOKS_SECRET = "looks_secret"  # noqa: S105 - as above
    EMAIL = "email"
    ADDRESS = "address"
    """A public IP address."""
    PERSON = "person"
    """Name, QQ number or id of the account, and of the user of this machine."""


_GIVEN = re.compile(
    r"""(?ix)
    ( [\w.-]* (?: token | passw(?:or)?d | passwd | pwd | secret | authorization
      | cookie | api_?key | private_?key ) [\w.-]* ["']? \s* [:=] \s* ["']?
      (?: bearer \s+ )? )
    ( [^\s"',;}\]]+ )
    """
)
_BEARER = re.compile(r"(?i)(bearer\s+)([\w.~+/=-]{4,})")
_IN_ADDRESS = re.compile(r"(?i)([a-z][a-z0-9+.-]*://)[^\s/@]+@")
_RANDOM = re.compile(
    r"(?<![\w-])(?=[\w-]{20,})(?=[\w-]*\d)(?=[\w-]*[A-Za-z])"
    r"(?=[\w-]*[A-Za-z0-9]{12})[\w-]+(?![\w-])",
    re.A,
)
_EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")
_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_HARMLESS = frozenset(
    {"", "null", "none", "true", "false", "***", "<secret>", "file", "keyring"}
)


class Mask:
    """Masks texts of one bundle; `counts` says what was found so far."""

    def __init__(
        self, *, secrets: Iterable[Secret] = (), persons: Iterable[str] = ()
    ) -> None:
        """Know nothing but these.

        Args:
            persons: names of people as they stand in texts; two letters are too few.
        """
        self.counts: Counter[Masked] = Counter()
        self._seen: dict[str, str] = {}
        self._secrets = _any_of(one.reveal() for one in secrets)
        self._persons = _any_of(persons, is_word=True)

    def __call__(self, text: str) -> str:
        """Return the text without what it should not tell."""
        text = self._sub(self._secrets, Masked.SECRET, lambda _: "<secret>", text)
        text = _IN_ADDRESS.sub(self._without_user, text)
        for pattern in (_GIVEN, _BEARER):
            text = pattern.sub(self._given, text)
        text = self._sub(_EMAIL, Masked.EMAIL, self._named("email"), text)
        text = self._sub(_RANDOM, Masked.LOOKS_SECRET, lambda _: "<secret>", text)
        text = self._sub(self._persons, Masked.PERSON, self._named("person"), text)
        for pattern in (_IPV4, _IPV6):
            text = pattern.sub(self._address, text)
        return text

    def _sub(
        self,
        pattern: re.Pattern[str] | None,
        kind: Masked,
        stand_in: Callable[[str], str],
        text: str,
    ) -> str:
        if pattern is None:
            return text

        def replaced(found: re.Match[str]) -> str:
            self.counts[kind] += 1
            return stand_in(found[0])

        return pattern.sub(replaced, text)

    def _named(self, kind: str) -> Callable[[str], str]:
        def stand_in(word: str) -> str:
            known = self._seen.setdefault(f"{kind} {word.lower()}", "")
            if not known:
                number = sum(1 for key in self._seen if key.startswith(f"{kind} "))
                known = self._seen[f"{kind} {word.lower()}"] = f"<{kind} {number}>"
            return known

        return stand_in

    def _given(self, found: re.Match[str]) -> str:
        if found[2].lower() in _HARMLESS or found[2].isdigit():
            return found[0]
        self.counts[Masked.LOOKS_SECRET] += 1
        return f"{found[1]}<secret>"

    def _without_user(self, found: re.Match[str]) -> str:
        self.counts[Masked.LOOKS_SECRET] += 1
        return f"{found[1]}<secret>@"

    def _address(self, found: re.Match[str]) -> str:
        try:
            address = ipaddress.ip_address(found[0])
        except ValueError:
            return found[0]
        if not address.is_global:
            return found[0]
        self.counts[Masked.ADDRESS] += 1
        return self._named("address")(found[0])


def _any_of(words: Iterable[str], *, is_word: bool = False) -> re.Pattern[str] | None:
    """Return a pattern for any of the words, the longest first; None without any."""
    known = sorted({one for one in words if len(one) > 2}, key=len, reverse=True)
    if not known:
        return None
    joined = "|".join(map(re.escape, known))
    edges = (r"(?<![A-Za-z0-9])(?:", r")(?![A-Za-z0-9])") if is_word else ("(?:", ")")
    return re.compile(f"{edges[0]}{joined}{edges[1]}", re.I if is_word else 0)
