"""Writes docs/promise.md from runs of the fault tests: `python -m support.promise`."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from support.promises import OURS, PROMISES, RECORD, RUNNERS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "promise.md"
RUNS = 3
TESTS = "tests/faults"
NETWORK, COMPARED = f"{TESTS}/test_network.py", f"{TESTS}/test_compared.py"

OURS_PARTS = (
    (NETWORK, "-m", "not long"),
    (TESTS, f"--ignore={NETWORK}", f"--ignore={COMPARED}"),
)
"""Run side by side: they mostly wait."""
OTHERS_PARTS = ((COMPARED,),)
"""Beside the first run."""
LONG_PART = (TESTS, f"--ignore={COMPARED}", "-m", "long")
"""Waits for ten minutes, beside all the others."""

Seconds = list[float | None]
"""None: it never came back."""

HEAD = """\
# What is promised, and what was measured

Written by `make promise` from {runs} run{s} of `tests/faults`; do not edit. Each row breaks
something for real and measures the seconds from the fault (for an outage: from its end)
until bytes pass through the public port again: least / median / most.

In every row it is also checked that nothing is lost (the account's tunnels, what is
wanted), no frpc is left over, the token is in no log and no command line, and live
connections through tunnels of other nodes survive where the fault leaves them a network.
"""

TAIL = """\

- **frpc 0.65 alone**: one frpc with a config file, started by hand. It never ends itself.
- **the fork alone**: the same with the core that the service ships. It ends when its first
  login fails, and 35 s after a link that it knows to be lost. Stood in for by a program
  that speaks, waits and ends as the fork's source says (`tests/support/fake_frpc.py`).
- **restarted every 3 s**: as other clients do it: one process per tunnel, its config asked
  of the service at each start, started again 3 s after its end, with the fork's core.
- "never": it ended and nobody starts it, or it did not come back within 45 s (12 s where
  the service is down).
- "–" does not apply or was not measured in this run.

Measured on {cores} cores, Linux, Python {python}, frp 0.65.0, with other work beside; a
machine at rest is faster.
"""


def main() -> int:
    """Run the tests so many times and write the page; return pytest's worst code."""
    parser = argparse.ArgumentParser(prog="promise", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--quick", action="store_true", help="one run, no long rows")
    parser.add_argument("--read", type=Path, help="write from a record; run nothing")
    given = parser.parse_args()
    if given.read:
        PAGE.write_text(page(read(given.read), runs=given.runs), "utf-8")
        return 0
    runs = 1 if given.quick else given.runs
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder, "record.jsonl")
        code = _measure(kept, runs=runs, is_quick=given.quick)
        found = read(kept)
        if given.quick and PAGE.exists():
            print(page(found, runs=runs))
        else:
            PAGE.write_text(page(found, runs=runs), "utf-8")
            print(f"wrote {PAGE.relative_to(ROOT)}")
    return code


def _measure(kept: Path, *, runs: int, is_quick: bool) -> int:
    """Have everything measured and return the worst exit code."""
    late = [] if is_quick else [_begun(kept, LONG_PART)]
    codes = []
    for parts in ((*OURS_PARTS, *OTHERS_PARTS), *[OURS_PARTS] * (runs - 1)):
        codes += [process.wait() for process in [_begun(kept, p) for p in parts]]
    return max(codes + [process.wait() for process in late])


def _begun(kept: Path, part: Sequence[str]) -> "subprocess.Popen[bytes]":
    argv = [sys.executable, "-m", "pytest", "-q", "--timeout=900", *part]
    return subprocess.Popen(argv, cwd=ROOT, env={**os.environ, RECORD: str(kept)})


def read(kept: Path) -> Mapping[tuple[str, str], Seconds]:
    """Return the seconds by fault and runner."""
    found: dict[tuple[str, str], Seconds] = defaultdict(list)
    for line in kept.read_text("utf-8").splitlines():
        row = json.loads(line)
        found[row["fault"], row["runner"]].append(row["s"])
    return found


def page(found: Mapping[tuple[str, str], Seconds], *, runs: int) -> str:
    """Return the page for these measurements."""
    head = ["fault", "promise", *RUNNERS.values()]
    lines = [HEAD.format(runs=runs, s="" if runs == 1 else "s")]
    lines += ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for name, row in PROMISES.items():
        cells = [shown(found.get((name, runner), [])) for runner in RUNNERS]
        came = [s for s in found.get((name, OURS), []) if s is not None]
        if row.aim_s is not None and came and max(came) > row.aim_s:
            cells[0] += " (**missed**)"
        if any(cell != "–" for cell in cells):
            lines.append("| " + " | ".join([row.fault, row.promise, *cells]) + " |")
    python = ".".join(map(str, sys.version_info[:2]))
    return "\n".join(lines) + "\n" + TAIL.format(cores=os.cpu_count(), python=python)


def shown(seconds: Seconds) -> str:
    """Return least / median / most, or one number where they are one."""
    came = sorted(s for s in seconds if s is not None)
    if not seconds:
        return "–"
    if not came:
        return "never"
    if never := len(seconds) - len(came):
        return f"never in {never} of {len(seconds)}"
    if came[-1] == 0:
        return "not away"
    numbers = (came[0], statistics.median(came), came[-1])
    texts = [f"{n:.2f}" if n < 10 else f"{n:.1f}" for n in numbers]
    return " / ".join(texts) if len(came) > 1 else texts[0]


if __name__ == "__main__":
    sys.exit(main())
