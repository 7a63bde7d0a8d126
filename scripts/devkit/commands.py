"""The subcommands of `scripts/dev.py`."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from devkit.environment import LOCKS, ROOT, Environment, become, hand_over, hear
from devkit.machine import NEEDS, provide, tell_if_no_frpc
from devkit.say import Stop, any_letter, say

Arguments = Sequence[str]
Command = Callable[[Environment, Arguments], int]


def main(argv: Arguments) -> int:
    """Run one subcommand and return its exit code."""
    any_letter(sys.stdout, sys.stderr)
    if not argv or argv[0] not in COMMANDS:
        asked = bool(argv) and argv[0] in ("-h", "--help", "help")
        print(usage(), file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    name, arguments = argv[0], argv[1:]
    environment = Environment()
    # Tests and benchmarks start hundreds of programs: none compiles what another has.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        provide([need for need in NEEDS if need.concerns(name)])
        environment.bring_up_to_date()
        return COMMANDS[name](environment, arguments)
    except Stop as stop:
        say(stop.chinese, stop.english)
        return 1
    except KeyboardInterrupt:
        return 130


def usage() -> str:
    """Return what can be asked for."""
    lines = ["python3 scripts/dev.py COMMAND [ARGS]", ""]
    lines += [f"  {name:8}{does.__doc__}" for name, does in COMMANDS.items()]
    return "\n".join(lines)


def setup(environment: Environment, _: Arguments) -> int:
    """Make .venv and install what is locked."""
    say(f"解释器: {environment.python}", f"Interpreter: {environment.python}")
    return 0


def demo(environment: Environment, arguments: Arguments) -> int:
    """Show the whole chain on this machine; --check ends by itself."""
    tell_if_no_frpc()
    return module(environment, "chmlfrp", "demo", *arguments)


def test(environment: Environment, arguments: Arguments) -> int:
    """Run the tests; ARGS go to pytest."""
    tell_if_no_frpc()
    return module(environment, "pytest", *spread(os.cpu_count()), *arguments)


def spread(cores: int | None) -> tuple[str, ...]:
    """Return how pytest shares the tests out: by file, one worker more than cores.

    Half of the time is spent waiting for real programs, so a spare worker finds room.
    """
    return "-n", str(min((cores or 1) + 1, 8)), "--dist", "loadfile"


def bench(environment: Environment, arguments: Arguments) -> int:
    """Run the benchmarks, all or those named."""
    tell_if_no_frpc()
    return module(environment, "benchmarks", *arguments)


def promise(environment: Environment, arguments: Arguments) -> int:
    """Break things on purpose, and write docs/promise.md; --quick only shows it."""
    tell_if_no_frpc()
    argv = [str(environment.python), "-m", "support.promise", *arguments]
    return become(argv, cwd=ROOT / "tests")


def shots(environment: Environment, arguments: Arguments) -> int:
    """Photograph the window's pages into shots/, all or those named."""
    argv = [str(environment.python), "scripts/shots.py", *arguments]
    return become(argv, cwd=ROOT)


def fix(environment: Environment, arguments: Arguments) -> int:
    """Format, and mend what the linter can mend."""
    ruff = [str(environment.python), "-m", "ruff"]
    left = hand_over([*ruff, "check", "--fix", *arguments], cwd=ROOT)
    return hand_over([*ruff, "format", *arguments], cwd=ROOT) or left


def check(environment: Environment, _: Arguments) -> int:
    """Run every check that needs no tests: format, lint, types, rooms, rules."""
    wanted = checks(environment)
    results = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        outcomes = pool.map(lambda check: hear(check[1], cwd=ROOT), wanted)
        for (name, _), (code, said, seconds) in zip(wanted, outcomes, strict=True):
            print(f"== {name}\n{said}", end="", flush=True)
            results.append((name, code, seconds))
    print("== summary")
    for name, code, seconds in results:
        print(f"{'ok  ' if code == 0 else 'FAIL'} {seconds:6.1f} s  {name}")
    return 1 if any(code for _, code, _ in results) else 0


def checks(environment: Environment) -> list[tuple[str, list[str]]]:
    """Return the checks with their commands, the longest first."""
    python = str(environment.python)
    return [
        ("types: pyright", [python, "-m", "pyright"]),
        ("types: mypy", [python, "-m", "mypy"]),
        ("format", [python, "-m", "ruff", "format", "--check"]),
        ("lint", [python, "-m", "ruff", "check"]),
        ("rooms", [str(environment.tool("lint-imports"))]),
        ("project rules", [python, "scripts/checks.py"]),
    ]


def lock(environment: Environment, arguments: Arguments) -> int:
    """Write the lock files anew with uv; --upgrade takes newer versions."""
    uv = shutil.which("uv", path=str(environment.bin)) or shutil.which("uv")
    if not uv:
        by_hand = f"{environment.python} -m pip install uv"
        raise Stop(f"需要 uv：{by_hand}", f"this needs uv: {by_hand}")
    for argv in lock_commands(uv, arguments):
        if code := hand_over(argv, cwd=ROOT):
            return code
    environment.bring_up_to_date()
    return 0


def lock_commands(uv: str, arguments: Arguments) -> list[list[str]]:
    """Return the commands that write the lock files, for all systems at once."""
    common = [uv, "pip", "compile", "--quiet", "--universal", "--python-version=3.11"]
    common += ["--generate-hashes", "--no-header", *arguments]
    build, dev = LOCKS
    return [
        [*common, "requirements/build.in", "-o", build],
        [*common, "pyproject.toml", "--extra=dev", "-o", dev],
    ]


def module(environment: Environment, name: str, *arguments: str) -> int:
    """Run a module in the environment, in the project's folder."""
    return become([str(environment.python), "-m", name, *arguments], cwd=ROOT)


COMMANDS: dict[str, Command] = {
    "setup": setup,
    "demo": demo,
    "test": test,
    "check": check,
    "fix": fix,
    "bench": bench,
    "promise": promise,
    "shots": shots,
    "lock": lock,
}
