"""The output of frpc: bytes cut into lines, secrets taken out."""

import re
from collections.abc import Iterable

from chmlfrp.model.secret import Secret

LONGEST_LINE = 8192
"""Bytes of a line that are kept; frpc's own lines have some hundred."""

_CUT_TAIL = 512
_WHOLE_WORD_BELOW = 8
_ESCAPE = re.compile(r"\x1b\[[0-9;?]{0,32}[A-Za-z]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def clean(text: str) -> str:
    """Return the text without colours and control characters."""
    return _CONTROL.sub("", _ESCAPE.sub("", text))


class LineSplitter:
    """Bytes in any pieces in, whole clean lines out; memory is bounded."""

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        self._longest = longest
        self._open = bytearray()
        self._is_cut = False

    def feed(self, chunk: bytes) -> list[str]:
        """Return the lines that this chunk completes."""
        *whole, rest = chunk.split(b"\n")
        lines = []
        for piece in whole:
            self._keep(piece)
            lines.append(self._take())
        self._keep(rest)
        return lines

    def end(self) -> list[str]:
        """Return the line without an end that is left, if any."""
        return [self._take()] if self._open else []

    def _keep(self, piece: bytes) -> None:
        room = self._longest - len(self._open)
        self._open += piece[:room]
        self._is_cut = self._is_cut or len(piece) > room

    def _take(self) -> str:
        text = clean(self._open.decode("utf-8", errors="replace"))
        if self._is_cut:
            text = _without_cut_word(text)
        self._open.clear()
        self._is_cut = False
        return text


class Masker:
    """Replaces secrets by `***`.

    Short secrets are replaced only as whole words, or the lines could not be read any
    more. Half a secret at the end of a cut line does not come this far.
    """

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        words = {secret.reveal() for secret in secrets if secret}
        patterns = [_pattern(w) for w in sorted(words, key=len, reverse=True)]
        self._pattern = re.compile("|".join(patterns)) if patterns else None

    def __call__(self, text: str) -> str:
        return self._pattern.sub("***", text) if self._pattern else text


def _pattern(word: str) -> str:
    escaped = re.escape(word)
    if len(word) >= _WHOLE_WORD_BELOW:
        return escaped
    return rf"(?<![A-Za-z0-9]){escaped}(?![A-Za-z0-9])"


def _without_cut_word(text: str) -> str:
    """Drop the last word, which may be the first half of a secret."""
    head, blank, _ = text.rpartition(" ")
    if not blank or len(text) - len(head) > _CUT_TAIL:
        head = text[:-_CUT_TAIL]
    return f"{head} …"
