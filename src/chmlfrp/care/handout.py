"""Visitors written to a file that is handed on: addresses are masked as usual."""

import csv
import io
import ipaddress
from collections.abc import Sequence
from pathlib import Path

import msgspec

from chmlfrp.control.guard import VisitorView
from chmlfrp.errors import InvalidInput

_KEPT_BITS = {4: 24, 6: 48}
"""What is left of an address: the network, not the subscriber."""


def masked(view: VisitorView) -> VisitorView:
    """Return the visitor without what would tell who it is."""
    address = ipaddress.ip_address(view.address)
    network = ipaddress.ip_network((address, _KEPT_BITS[address.version]), strict=False)
    return msgspec.structs.replace(view, address=str(network), host="", players={})


def write(path: Path, views: Sequence[VisitorView]) -> None:
    """Write them as CSV or JSON, by the file's name; raises InvalidInput."""
    match path.suffix.lower():
        case ".csv":
            text = _csv(views)
        case ".json":
            text = msgspec.json.format(msgspec.json.encode(views), indent=2).decode()
        case _:
            raise InvalidInput(
                f"{path.name!r} is neither .csv nor .json",
                hint="the name of the file says how it is written",
                field="file",
            )
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise InvalidInput(
            f"{path} cannot be written: {error.strerror}", field="file"
        ) from error


def _csv(views: Sequence[VisitorView]) -> str:
    file = io.StringIO()
    names = [field.name for field in msgspec.structs.fields(VisitorView)]
    rows = csv.DictWriter(file, names)
    rows.writeheader()
    for view in views:
        summed = {
            "refused": sum(view.refused.values()),
            "players": _cell(" ".join(view.players)),
        }
        rows.writerow({name: _cell(getattr(view, name)) for name in names} | summed)
    return file.getvalue()


def _cell(value: object) -> object:
    """Return it so that no spreadsheet takes it for a formula."""
    text = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t"))
    return f"'{value}" if text else value
