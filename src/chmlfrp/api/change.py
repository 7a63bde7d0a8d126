"""Changes to a tunnel: some fields new, all others as they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

import msgspec

from chmlfrp.errors import InvalidInput
from chmlfrp.model.tunnel import SPEC_FIELDS, Tunnel, TunnelSpec, TunnelType


class Changes(TypedDict, total=False):
    """The fields that may change; what is left out stays."""

    name: str
    node: str
    type: TunnelType
    local_host: str
    local_port: int
    remote_port: int | None
    domain: str | None
    encryption: bool
    compression: bool
    extra: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """A tunnel after an update, and what that changed."""

    tunnel: Tunnel
    difference: Mapping[str, tuple[Any, Any]]
    """Old and new value by field; empty if the tunnel was like that already."""


def changed(before: TunnelSpec, changes: Mapping[str, Any]) -> TunnelSpec:
    """Return the whole spec with the changes in it.

    A tunnel that becomes a web site loses its remote port, and the other way round.

    Raises:
        InvalidInput: no tunnel has a field of that name.
    """
    for field in changes:
        if field not in SPEC_FIELDS:
            raise InvalidInput(
                f"no tunnel has a field {field}",
                hint=f"take one of {', '.join(SPEC_FIELDS)}",
                field=field,
            )
    values = {name: getattr(before, name) for name in SPEC_FIELDS}
    kind = TunnelType(changes.get("type", before.type))
    if kind.is_web is not before.type.is_web:
        values["remote_port" if kind.is_web else "domain"] = None
    return TunnelSpec(**{**values, **changes, "type": kind})


def difference(before: TunnelSpec, after: TunnelSpec) -> dict[str, tuple[Any, Any]]:
    """Return old and new value of every field that differs."""
    old, new = msgspec.structs.asdict(before), msgspec.structs.asdict(after)
    return {f: (old[f], new[f]) for f in SPEC_FIELDS if old[f] != new[f]}
