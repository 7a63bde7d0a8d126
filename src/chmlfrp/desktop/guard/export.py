"""Visitors written to a file that a person names."""

import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from chmlfrp.care.handout import masked, write
from chmlfrp.control.guard import VisitorView
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import t, whole_error


def export(
    parent: QWidget, desk: Desk, views: Sequence[VisitorView], *, is_masked: bool
) -> None:
    """Ask where to, and write them; masked, networks stand in the place of addresses."""
    path = _ask_path(parent)
    if path is None:
        return

    def work() -> None:
        write(path, [masked(view) for view in views] if is_masked else views)

    folder = QUrl.fromLocalFile(os.fspath(path.parent))
    desk.mirror.aside(
        lambda: asyncio.to_thread(work),
        done=lambda _: desk.toast(
            t("guard.said.exported", n=len(views), path=path),
            t("set.data.open"),
            lambda: QDesktopServices.openUrl(folder),
        ),
        failed=lambda error: desk.toast(whole_error(error), "", None),
        owner=parent,
    )


def _ask_path(parent: QWidget) -> Path | None:
    day = time.strftime("%Y%m%d")
    start = Path.home() / f"chmlfrp-visitors-{day}.csv"
    found, _ = QFileDialog.getSaveFileName(
        parent, t("guard.export"), os.fspath(start), t("guard.export.kinds")
    )
    return Path(found) if found else None
