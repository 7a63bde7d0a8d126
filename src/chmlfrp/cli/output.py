"""What reaches the terminal: answers on stdout, the rest on stderr.

Texts of the service, the node and frpc can hold anything. Control characters are shown
as escapes here, in the one place that prints, so that nobody can move the cursor or turn
the text around.
"""

import os
import re
import sys
from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import combining, east_asian_width

import click

_STEERING = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
"""Controls beyond ASCII's own, and what turns the direction of text."""
_CONTROL = re.compile(f"[\x00-\x1f{_STEERING}]")
_CONTROL_IN_JSON = re.compile(f"[{_STEERING}]")


class Paint(NamedTuple):
    """A text in a colour, which never is the only sign of what it means."""

    text: str
    colour: str


Part = str | Paint


def clean(text: str) -> str:
    """Return the text with everything that could steer a terminal made visible."""
    return _CONTROL.sub(_visible, text.replace("\r\n", " ").replace("\n", " "))


def can_ask() -> bool:
    """Whether a person sits here who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def out(*parts: Part) -> None:
    """Print a line of the answer."""
    click.echo(_line(parts))


def err(*parts: Part) -> None:
    """Print a line beside the answer."""
    click.echo(_line(parts), err=True)


def out_json(answer: object) -> None:
    """Print the answer as one line of JSON, in UTF-8 whatever the terminal speaks."""
    import msgspec

    text = msgspec.json.encode(answer).decode()
    click.echo(_CONTROL_IN_JSON.sub(_as_json, text).encode())


def out_table(head: Sequence[str], rows: Sequence[Sequence[Part]]) -> None:
    """Print rows under their heads, aligned by what a terminal cell is."""
    for line in table([head, *rows]):
        out(*line)


def out_fields(pairs: Sequence[tuple[str, Part]]) -> None:
    """Print names and values, a pair a line."""
    for line in table(pairs):
        out(*line)


def table(rows: Sequence[Sequence[Part]]) -> list[list[Part]]:
    """Return the rows with blanks between their parts that make columns line up."""
    if not rows:
        return []
    sizes = [[_cells(part) for part in row] for row in rows]
    widths = [max(column) for column in zip(*sizes, strict=True)]
    return [
        [
            piece
            for part, size, width in zip(row, line, widths, strict=True)
            for piece in (part, " " * (width - size + 2))
        ][:-1]
        for row, line in zip(rows, sizes, strict=True)
    ]


def _cells(part: Part) -> int:
    """Return how many terminal cells the text takes: Chinese letters take two."""
    text = clean(_text(part))
    return sum(
        0 if combining(letter) else 1 + (east_asian_width(letter) in "WF")
        for letter in text
    )


def _line(parts: Sequence[Part]) -> str:
    return "".join(map(_painted, parts)).rstrip()


def _painted(part: Part) -> str:
    if isinstance(part, Paint) and _has_colours():
        return click.style(clean(part.text), fg=part.colour)
    return clean(_text(part))


def _text(part: Part) -> str:
    return part.text if isinstance(part, Paint) else part


def _has_colours() -> bool:
    """Whether colours are wanted; a stream that is no terminal loses them later."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    if found[0] == "\t":
        return " "
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _as_json(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
