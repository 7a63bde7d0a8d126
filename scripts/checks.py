"""Rules of this project that no linter knows; each says why it exists."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = "src/chmlfrp/"

WIRE_NAMES = re.compile(
    r"\b(dorp|nport|localip|localport|remoteport|porttype|banddomain|tunnelname"
    r"|extraparams|usergroup|userimg|regtime|totalCurConns|tunnelCount|nodegroup"
    r"|nodetoken|fangyu|toowhite|realIp|adminPort)\b"
)
"""Field names of the hosted service that mean nothing anywhere else."""

MACHINE_PATHS = re.compile(
    r"(?<![\w.-])/(?:work|root)/|/Users/\w+/|\.\./shared\b"  # places, not ours to name
)
REGISTRIES = re.compile(
    r"\b(?:files\.python" + r"hosted|(?:test\.)?py" + r"pi\.org/simple"
    r"|registry\.np" + r"mjs|deb\.deb" + r"ian)\b"
)

LONGEST_FILE = 500
SIGN_LENGTH = 100
"""Characters; three sentences are never shorter."""


@dataclass(frozen=True)
class Finding:
    """One place where a rule is broken."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@dataclass(frozen=True)
class File:
    """A text file of the project; the path is relative, with slashes."""

    path: str
    text: str

    def lines(self) -> Iterator[tuple[int, str]]:
        """Return the lines with their numbers."""
        return enumerate(self.text.splitlines(), 1)


Rule = Callable[[File], Iterator[Finding]]


def wire_names_stay_in_the_wire(file: File) -> Iterator[Finding]:
    """The wire files know what the service calls things, so only they change with it."""
    if not file.path.startswith(SOURCE) or file.path.startswith(
        (f"{SOURCE}selfhost/", f"{SOURCE}api/wire")
    ):
        return
    for number, line in file.lines():
        if found := WIRE_NAMES.search(line):
            what = (
                f"{found[0]!r} is a wire name: only api/wire*.py and selfhost know it"
            )
            yield Finding(f"{file.path}:{number}", what)


def rooms_have_a_sign(file: File) -> Iterator[Finding]:
    """Whoever enters a room reads what it is for, what it never does, who calls it."""
    if not re.fullmatch(rf"{SOURCE}\w+/__init__\.py", file.path):
        return
    sign = ast.get_docstring(ast.parse(file.text)) or ""
    if len(sign) < SIGN_LENGTH:
        what = "the room's docstring must say what it is for, never does, who calls it"
        yield Finding(f"{file.path}:1", what)


def nothing_of_one_machine(file: File) -> Iterator[Finding]:
    """What is committed is true on every machine."""
    for number, line in file.lines():
        for pattern in (MACHINE_PATHS, REGISTRIES):
            if found := pattern.search(line):
                what = f"{found[0]!r} belongs to one machine or one registry"
                yield Finding(f"{file.path}:{number}", what)


def locks_name_no_address(file: File) -> Iterator[Finding]:
    """Where packages come from is the user's choice."""
    if not file.path.endswith(".lock"):
        return
    for number, line in file.lines():
        if "http:" in line or "https:" in line:
            yield Finding(f"{file.path}:{number}", "a lock file names no address")


def files_stay_small(file: File) -> Iterator[Finding]:
    """A file that needs scrolling for a minute holds two matters."""
    count = len(file.text.splitlines())
    if file.path.startswith("src/") and count > LONGEST_FILE:
        yield Finding(file.path, f"{count} lines, at most {LONGEST_FILE}: split it")


RULES: tuple[Rule, ...] = (
    wire_names_stay_in_the_wire,
    rooms_have_a_sign,
    nothing_of_one_machine,
    locks_name_no_address,
    files_stay_small,
)


def broken(file: File) -> Iterator[Finding]:
    """Return every finding of every rule."""
    for rule in RULES:
        yield from rule(file)


def project_files(root: Path = ROOT) -> Iterator[File]:
    """Return the text files of the project."""
    for name in sorted(_tracked(root) or _walked(root)):
        try:
            yield File(name, (root / name).read_text(encoding="utf-8"))
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue


def _tracked(root: Path) -> list[str]:
    """Return what git tracks or would track; empty outside of a repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=root, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return [name for name in listed.stdout.decode().split("\0") if name]


def _walked(root: Path) -> list[str]:
    """Return all files but those in hidden folders, as in an unpacked archive."""
    names = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return [
        name.as_posix()
        for name in names
        if not any(part.startswith((".", "__pycache__")) for part in name.parts[:-1])
    ]


def main() -> int:
    """Print every finding; 1 if there is one."""
    findings = [finding for file in project_files() for finding in broken(file)]
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings" if findings else "the project's rules hold")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
