"""How two JSON values differ in keys and types, whatever the values are."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

FREE = {"data.results", "data.logs[].extra_data"}
"""Objects whose keys are values: names of nodes, whatever a line tells."""
FRACTIONS = {"cpu_usage", "load1", "load5", "load15", "uptime", "load"}
"""Numbers that are written without a fraction when they have none."""
METRICS = {"cpu", "memory", "steal", "ioLatency", "threadContention"}
NAMES = {dict: "object", list: "list", str: "text", type(None): "null"}


@dataclass
class Shape:
    """What is found at each path, as `data[].id`; items of a list count together."""

    kinds: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    keys: Counter[str] = field(default_factory=Counter)
    objects: Counter[str] = field(default_factory=Counter)

    def is_always(self, path: str) -> bool:
        """Whether each object that could have the key has it."""
        return self.keys[path] == self.objects[_parent(path)]


def differences(mine: object, sample: object) -> set[str]:
    """Return what `mine` has otherwise than the sample, as `PATH: what`.

    A key that only some items of a sample's list have may be missing.
    """
    ours, theirs = _shape(mine), _shape(sample)
    found: set[str] = set()
    for path, kinds in theirs.kinds.items():
        if path in ours.kinds:
            if strange := ours.kinds[path] - _allowed(path, kinds):
                found.add(f"{path}: {_and(strange)} for {_and(kinds)}")
        elif not ours.kinds.get(_parent(path), set()) & {"object", "list"}:
            continue
        elif path.endswith("[]") or theirs.is_always(path):
            found.add(f"{path}: missing")
    for path in ours.kinds.keys() - theirs.kinds.keys():
        if theirs.kinds.get(_parent(path), set()) & {"object", "list"}:
            found.add(f"{path}: added")
    return found


def order(value: object, path: str = "") -> dict[str, list[str]]:
    """Return the keys of each object in their order, of lists the first item's."""
    if isinstance(value, dict):
        found = {path: list(value)}
        for key, item in value.items():
            found |= order(item, f"{path}.{key}")
        return found
    return order(value[0], f"{path}[]") if isinstance(value, list) and value else {}


def _shape(value: object) -> Shape:
    shape = Shape()
    _walk(value, "", shape)
    return shape


def _walk(value: Any, path: str, shape: Shape) -> None:
    shape.kinds[path].add(NAMES.get(type(value), type(value).__name__))
    if isinstance(value, dict):
        shape.objects[path] += 1
        for key, item in value.items():
            below = f"{path}.{'*' if path in FREE else key}".removeprefix(".")
            shape.keys[below] += 1
            _walk(item, below, shape)
    elif isinstance(value, list):
        for item in value:
            _walk(item, f"{path}[]", shape)


def _parent(path: str) -> str:
    if path.endswith("[]"):
        return path.removesuffix("[]")
    return path.rpartition(".")[0]


def _allowed(path: str, kinds: set[str]) -> set[str]:
    is_fraction = path.rpartition(".")[2] in FRACTIONS | METRICS
    if "float" in kinds or ("int" in kinds and is_fraction):
        return kinds | {"int", "float"}
    return kinds


def _and(kinds: set[str]) -> str:
    return " and ".join(sorted(kinds))
