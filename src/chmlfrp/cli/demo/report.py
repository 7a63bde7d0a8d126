"""What the demo did, for people as it happens and as JSON at the end."""

import sys
import time

import msgspec

from chmlfrp.control.protocol import TunnelView
from chmlfrp.model.ladder import RUNGS
from chmlfrp.words.ladder import word_rung
from chmlfrp.words.language import say

_WORTH_A_RATE = 1 << 20
"""Bytes."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done, and how long it took."""

    name: str
    seconds: float


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that went through a tunnel and came back."""

    tunnel: str
    type: str
    address: str
    sent_bytes: int
    returned_bytes: int
    seconds: float

    @property
    def is_whole(self) -> bool:
        """Whether every byte came back."""
        return self.sent_bytes == self.returned_bytes > 0


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The whole demo."""

    ok: bool
    steps: list[Step]
    transfers: list[Transfer]
    error: str = ""


class Report:
    """Collects the outcome; unless it is wanted as JSON, shows each step at once."""

    def __init__(self, *, as_json: bool) -> None:
        self._is_quiet = as_json
        self._steps: list[Step] = []
        self._transfers: list[Transfer] = []
        self._since = time.perf_counter()

    def step(self, name: str, text: str) -> None:
        """Note that this is done."""
        now = time.perf_counter()
        self._steps.append(Step(name=name, seconds=round(now - self._since, 3)))
        self.show(f"  ✓ {text}  ({now - self._since:.2f} s)")
        self._since = time.perf_counter()

    def ladder(self, view: TunnelView) -> None:
        """Show how a tunnel stands, rung by rung."""
        rungs = " → ".join(
            word_rung(name, getattr(view.ladder, name).state) for name in RUNGS[:-1]
        )
        self.show(f"    {view.name:<10} {rungs}  {view.address or ''}")

    def transfer(self, done: Transfer) -> None:
        """Note bytes that went through."""
        self._transfers.append(done)
        mark = "✓" if done.is_whole else "✗"
        came_back = say("送出 {} 字节，返回 {} 字节", "{} bytes sent, {} returned")
        text = came_back.format(done.sent_bytes, done.returned_bytes)
        self.show(f"  {mark} {done.type:<4} {done.address}  {text}  ({_rate(done)})")
        self._since = time.perf_counter()

    def show(self, line: str) -> None:
        """Print a line for people; never into the JSON."""
        if not self._is_quiet:
            print(line, flush=True)  # noqa: T201 - the demo's answer

    def end(self, error: str = "") -> bool:
        """Print the JSON if it is wanted; return whether all went well."""
        whole = len(self._transfers) > 0 and all(t.is_whole for t in self._transfers)
        outcome = Outcome(
            ok=whole and not error,
            steps=self._steps,
            transfers=self._transfers,
            error=error,
        )
        if self._is_quiet:
            sys.stdout.write(msgspec.json.encode(outcome).decode() + "\n")
        return outcome.ok


def _rate(done: Transfer) -> str:
    """Return how fast it was; of a few bytes only the time says something."""
    if done.returned_bytes < _WORTH_A_RATE:
        return f"{done.seconds * 1000:.0f} ms"
    return f"{done.returned_bytes / 2**20 / done.seconds:.1f} MiB/s"
