"""Sentences on the terminal, Chinese and English, on stderr: stdout is for answers."""

import sys
from typing import TextIO


class Stop(Exception):
    """Nothing more can be done; the sentences say why and what helps."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(english)
        self.chinese = chinese
        self.english = english


def say(chinese: str, english: str) -> None:
    """Print one line in both languages."""
    print(f"» {chinese}  |  {english}", file=sys.stderr, flush=True)


def any_letter(*streams: TextIO) -> None:
    """Let terminals that do not know Chinese show question marks instead of failing."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")
