"""Knock links as rows."""

import time

from chmlfrp.control.knock import KnockView
from chmlfrp.desktop.design.table import Rows
from chmlfrp.desktop.text import t

ID_SHOWN = 6
"""Letters of an id; enough to tell links apart."""


class KnockRows(Rows[KnockView]):
    """One link in each."""

    columns = ("knock.kind", "knock.until", "knock.left", "knock.admitted")

    def cell(self, row: KnockView, column: int) -> str:
        """Return one of its facts."""
        match column:
            case 0:
                kind = "knock.kind.password" if row.has_password else "knock.kind.once"
                return f"{t(kind)} · {row.id[:ID_SHOWN]}"
            case 1:
                if row.expires_at is None:
                    return t("knock.never")
                return time.strftime("%m-%d %H:%M", time.localtime(row.expires_at))
            case 2:
                return "∞" if row.uses_left is None else str(row.uses_left)
        return str(row.admitted)
