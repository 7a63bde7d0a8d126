"""What routes say of the parameters that they read, for the description of the API.

A parameter has one name and one shape in all routes; where it has another, the route
says so. `params` reads them, whatever is said here.
"""

from collections.abc import Mapping
from typing import Any

from chmlfrp.selfhost.captcha import FIELDS
from chmlfrp.selfhost.mail.letter import PURPOSES
from chmlfrp.selfhost.params import LARGEST
from chmlfrp.selfhost.rules import domain, tunnel
from chmlfrp.selfhost.rules.rate import RATE

Shape = Mapping[str, Any]
"""A schema in JSON."""

TAKES = "takes"
"""The name under which a route says what it reads."""
FORM_ONLY = "form_only"
"""The name under which a route says that it reads nothing but forms."""

TEXT: Shape = {"type": "string", "maxLength": 4096}
NUMBER: Shape = {"type": "integer", "minimum": 0, "maximum": LARGEST}
PORT: Shape = {"type": "integer", "minimum": 1, "maximum": 65535}
SWITCH: Shape = {"type": "boolean"}
MAIL: Shape = {"type": "string", "format": "email", "maxLength": 254}
TIME: Shape = {**TEXT, "description": "Unix milliseconds, or a date (ISO 8601)."}

SHAPES: Mapping[str, Shape] = {
    "token": {**TEXT, "description": "User or access token, if not in a header."},
    "mail": MAIL,
    "email": MAIL,
    "qq": {"type": "string", "pattern": "^[1-9][0-9]{4,11}$"},
    "new_qq": {"type": "string", "pattern": "^[1-9][0-9]{4,11}$"},
    "new_userimg": {**TEXT, "format": "uri"},
    "tunnelid": NUMBER,
    "tunnel_id": NUMBER,
    "tunnelname": {"type": "string", "pattern": "^[A-Za-z0-9_]{1,32}$"},
    "porttype": {"type": "string", "enum": list(tunnel.TYPES)},
    "localport": PORT,
    "remoteport": {**PORT, "description": "Of tcp and udp alone."},
    "banddomain": {**TEXT, "description": "Of http and https alone."},
    "encryption": SWITCH,
    "compression": SWITCH,
    "tunnel_names": {**TEXT, "description": "With commas between; empty for all."},
    "page": {"type": "integer", "minimum": 1},
    "size": {"type": "integer", "minimum": 1, "maximum": 100},
    "priority": {"type": "integer", "minimum": 0, "maximum": 3},
    "start_time": TIME,
    "end_time": TIME,
    "time": {"type": "integer", "minimum": 1, "description": "Days."},
    "ttl": {"type": "string", "enum": list(domain.TTLS)},
}
"""All that is more than a text."""

PURPOSE: Shape = {"type": "string", "enum": list(PURPOSES)}
RECORD_TYPE: Shape = {"type": "string", "enum": list(domain.TYPES)}
CAPTCHA = tuple(f"{name}?" for name in FIELDS)
"""Only where the service has a captcha."""


def takes(*names: str, **shapes: Shape) -> dict[str, Any]:
    """Return what a route puts into its `opt`; a name with `?` may be left out."""
    own = {
        name: shapes[name.rstrip("?")] for name in names if name.rstrip("?") in shapes
    }
    return {TAKES: {name: own.get(name) or _shape(name) for name in names}}


def costly(*names: str, **shapes: Shape) -> dict[str, Any]:
    """Return the same for a route that costs more than others."""
    return {RATE: "costly", **takes(*names, **shapes)}


def form(*names: str, **shapes: Shape) -> dict[str, Any]:
    """Return the same for a route that reads forms only."""
    return {FORM_ONLY: True, **takes(*names, **shapes)}


def _shape(name: str) -> Shape:
    return SHAPES.get(name.rstrip("?"), TEXT)
