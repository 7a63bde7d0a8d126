"""Draws the README's picture: what `chmlfrp demo --check` prints, as it was printed."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from rich.cells import cell_len

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "make demo ARGS=--check"
CELL, LINE, MARGIN = 7.4, 22, 22
INK, GREEN, BLUE, TEAL = "#1f2937", "#15803d", "#2563eb", "#0e7490"
COLOURS = ((r"[✓✗]", GREEN), (r"https?://[\w.:/-]+|127\.0\.0\.1:\d+", TEAL))
WORDS = re.compile(r"\S+(?: \S+)*")
FRAME = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<style>text {{ font: 14px "Noto Sans Mono CJK SC", "Sarasa Mono SC", Consolas, Menlo,
monospace; }}</style>
<rect x="0.5" y="0.5" width="{inner_width}" height="{inner_height}" rx="10"
 fill="#fafbfd" stroke="#d6dae1"/>
{body}
</svg>
"""


def main() -> int:
    """Run the demo and write docs/demo.svg; return the demo's exit status."""
    command = [sys.executable, "-m", "chmlfrp", "demo", "--check"]
    done = subprocess.run(command, stdout=subprocess.PIPE, cwd=ROOT, check=False)
    lines = [f"$ {COMMAND}", *done.stdout.decode("utf-8").splitlines()]
    (ROOT / "docs" / "demo.svg").write_text(picture(lines), "utf-8")
    return done.returncode


def picture(lines: list[str]) -> str:
    """Return the lines as a picture, each word where a terminal would put it."""
    width = round(max(map(cell_len, lines)) * CELL + 2 * MARGIN)
    height = len(lines) * LINE + 2 * MARGIN
    rows = (
        _text(line, start, colour, MARGIN + number * LINE + 15)
        for number, line in enumerate(lines)
        for line, start, colour in _pieces(line, is_command=number == 0)
    )
    return FRAME.format(
        width=width,
        height=height,
        inner_width=width - 1,
        inner_height=height - 1,
        body="\n".join(rows),
    )


def _pieces(line: str, *, is_command: bool) -> Iterator[tuple[str, int, str]]:
    """Yield runs of one colour with the cell that each begins at."""
    if is_command:
        yield line, 0, BLUE
        return
    either = re.compile("|".join(f"({pattern})" for pattern, _ in COLOURS))
    at = 0
    for found in either.finditer(line):
        yield from _words(line, at, found.start())
        colour = COLOURS[(found.lastindex or 1) - 1][1]
        yield found[0], cell_len(line[: found.start()]), colour
        at = found.end()
    yield from _words(line, at, len(line))


def _words(line: str, first: int, last: int) -> Iterator[tuple[str, int, str]]:
    for found in WORDS.finditer(line, first, last):
        yield found[0], cell_len(line[: found.start()]), INK


def _text(text: str, start: int, colour: str, baseline: int) -> str:
    x, length = MARGIN + start * CELL, cell_len(text) * CELL
    weight = ' font-weight="bold"' if colour in (BLUE, GREEN) else ""
    return (
        f'<text x="{x:.1f}" y="{baseline}" fill="{colour}"{weight}'
        f' textLength="{length:.1f}">{escape(text)}</text>'
    )


if __name__ == "__main__":
    sys.exit(main())
