"""Values out of JSON that does not keep to its own types.

Booleans come as true, "true", "yes" or 1; numbers as strings; absent, null and empty
mean the same. Whatever cannot be read is ServiceGarbled, naming the field and the
JSON type found, never the value.
"""

import math
import re

from chmlfrp.errors import ServiceGarbled

_NUMBER = re.compile(r"[+-]?\d{1,19}(\.\d{1,19})?", re.ASCII)
_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0", "null"})
_LIMIT = 2**63
"""Larger integers fit neither the control protocol nor any counter."""


class Row:
    """One JSON object; `what` names it in errors.

    A reader with a default returns it where the field is absent, null or empty;
    without a default such a field is garbled.
    """

    __slots__ = ("_fields", "_what")

    def __init__(self, value: object, what: str) -> None:
        if not isinstance(value, dict):
            raise garbled(what, "an object", value)
        self._fields: dict[object, object] = value
        self._what = what

    def value(self, *names: str) -> object:
        """Return the first of the fields that is neither absent, null nor empty."""
        found = (self._fields.get(name) for name in names)
        return next(
            (value for value in found if value is not None and value != ""), None
        )

    def has(self, name: str) -> bool:
        """Return whether the field is there, even as null."""
        return name in self._fields

    def text(self, *names: str, default: str | None = None) -> str:
        """Return a text; a number is taken as its digits."""
        value = self.value(*names)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self._garbled(names, "a text", value)
        return str(value)

    def whole(self, *names: str, default: int | None = None) -> int:
        """Return an integer; a fraction is cut off."""
        value = self.value(*names)
        if value is None and default is not None:
            return default
        number = _number(value)
        if number is None or not -_LIMIT <= number < _LIMIT:
            raise self._garbled(names, "a number", value)
        return int(number)

    def real(self, *names: str, default: float | None = None) -> float:
        """Return a finite float."""
        value = self.value(*names)
        if value is None and default is not None:
            return default
        number = _number(value)
        if number is None or not -_LIMIT <= number < _LIMIT:
            raise self._garbled(names, "a number", value)
        return float(number)

    def flag(self, *names: str, default: bool | None = None) -> bool:
        """Return a boolean of any of the service's dialects."""
        value = self.value(*names)
        if value is None and default is not None:
            return default
        truth = flag(value)
        if truth is None:
            raise self._garbled(names, "a yes or no", value)
        return truth

    def _garbled(
        self, names: tuple[str, ...], expected: str, value: object
    ) -> ServiceGarbled:
        return garbled(f"{self._what}, field {names[0]}", expected, value)


def rows(value: object, what: str) -> list[Row]:
    """Return the objects of a list; null is an empty list."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise garbled(f"{what} list", "a list", value)
    return [Row(item, what) for item in value]


def flag(value: object) -> bool | None:
    """Return what the value means as a boolean, None if it means none."""
    word = str(value).strip().lower()
    if isinstance(value, bool | int | float | str):
        return True if word in _TRUE else False if word in _FALSE else None
    return None


def garbled(what: str, expected: str, value: object) -> ServiceGarbled:
    """Return the error for a value of the wrong type; it holds only the type."""
    return ServiceGarbled(
        f"unreadable answer: {what}: expected {expected}, got {_json_type(value)}"
    )


def _number(value: object) -> int | float | None:
    """Return the value as a finite number, None if it is none."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        text = value.strip()
        return float(text) if "." in text else int(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, int) or math.isfinite(value) else None


def _json_type(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a boolean"}
    return "nothing" if value is None else names.get(type(value), "a number")
