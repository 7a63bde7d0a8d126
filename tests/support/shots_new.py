"""Photographs of the new-tunnel dialog, step by step."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.new.address import AddressStep
from chmlfrp.desktop.new.dialog import NewTunnel, Room
from chmlfrp.desktop.new.draft import Share, Way
from chmlfrp.desktop.new.review import ReviewStep
from chmlfrp.desktop.new.what import WhatStep
from support.new_tunnel import MACHINE


def photograph_new(
    desktop: Desktop, folder: Path, suffix: str, settle: Callable[[], None]
) -> None:
    """Save each step as `new-STEP-SUFFIX.png`."""
    dialog = NewTunnel(desktop.window.desk, desktop.window, look=MACHINE)
    dialog.open()

    def take(name: str) -> None:
        settle()
        dialog.grab().save(str(folder / f"new-{name}-{suffix}.png"))

    _guided(dialog, take, settle)
    _with_all_fields(dialog, take)
    _out_of_a_file(dialog, take)
    dialog.making.over.emit()
    settle()


def _guided(
    dialog: NewTunnel, take: Callable[[str], None], settle_first: Callable[[], None]
) -> None:
    guide = dialog.guide
    take("1-what")
    guide.forward()
    take("2-service")
    guide.forward()
    take("3-node")
    guide.forward()
    address = guide.step
    assert isinstance(address, AddressStep)
    address.ways[Way.FREE].setChecked(True)
    take("4-address")
    guide.forward()
    take("4-address-wrong")
    address.record.setText("play")
    guide.forward()
    take("5-review")
    review = guide.step
    assert isinstance(review, ReviewStep)
    guide.forward()
    take("6-made")
    dialog.stack.setCurrentIndex(0)
    guide.show_step(0)
    what = guide.step
    assert isinstance(what, WhatStep)
    what.cards[Share.OTHER].setChecked(True)
    guide.forward()
    settle_first()
    service = guide.step
    service.list.selectRow(3)  # type: ignore[attr-defined] - the service's step
    take("2-service-danger")


def _with_all_fields(dialog: NewTunnel, take: Callable[[str], None]) -> None:
    dialog.ways.setCurrentIndex(Room.EXPERT)
    lines = dialog.expert.record.lines
    for name, text in (("node", "上海电信-1"), ("local_port", "6379")):
        lines[name].setText(text)
        lines[name].editingFinished.emit()
    take("7-all")
    lines["name"].setText("my pc")
    dialog.expert.make.click()
    take("7-all-wrong")


def _out_of_a_file(dialog: NewTunnel, take: Callable[[str], None]) -> None:
    dialog.ways.setCurrentIndex(Room.FILE)
    QGuiApplication.clipboard().setText("[common]")
    dialog.file.paste.click()
    take("8-file")
    dialog.file.nodes.setCurrentIndex(1)
    dialog.file.make.click()
    take("8-file-made")
