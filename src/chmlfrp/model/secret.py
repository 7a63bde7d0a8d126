"""A text that must not be seen."""

from typing import Final


class Secret:
    """Holds a token or password; only `reveal` gives it out.

    It cannot be formatted, pickled or encoded by accident: `repr`, `str` and format
    show `***`, and msgspec does not know the type.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text: Final = text

    def reveal(self) -> str:
        """Return the text itself; the caller must not log or store it."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> str:
        raise TypeError("a Secret cannot be pickled")


def mask(text: str, *secrets: Secret) -> str:
    """Return `text` with every one of the secrets replaced by `***`."""
    for secret in secrets:
        if secret:
            text = text.replace(secret.reveal(), "***")
    return text
