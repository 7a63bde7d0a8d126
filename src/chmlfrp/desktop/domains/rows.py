"""The account's names as rows."""

from collections.abc import Mapping, Sequence

from chmlfrp.control.domain import DomainView
from chmlfrp.desktop.design.table import Rows


class DomainRows(Rows[DomainView]):
    """One name in each, with the tunnels that use it."""

    columns = (
        "domains.name",
        "domains.type",
        "domains.target",
        "domains.ttl",
        "domains.tunnels",
    )

    def __init__(self) -> None:
        super().__init__()
        self.tunnels: Mapping[int, str] = {}
        """Names by number."""

    def take_views(self, views: Sequence[DomainView]) -> None:
        """Show these, by name."""
        self.take(
            sorted(views, key=lambda view: (view.record.domain, view.record.record))
        )

    def cell(self, row: DomainView, column: int) -> str:
        """Return one of its facts."""
        record = row.record
        match column:
            case 0:
                return record.name
            case 1:
                return str(record.type)
            case 2:
                return record.target
            case 3:
                return str(record.ttl_s)
        return ", ".join(self.tunnels.get(i, str(i)) for i in row.used_by) or "-"
