"""The tools' page: the doctor with ways out, tries of addresses, the bundle seen first."""

import asyncio
import socket
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from chmlfrp.care.chain import Facts, Item
from chmlfrp.control.core import CoresView
from chmlfrp.control.protocol import Problem
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.design.widgets import IconButton
from chmlfrp.desktop.pages.tools import ToolsPage
from chmlfrp.desktop.tools import bundle as bundle_module
from chmlfrp.desktop.tools import doctor as doctor_module
from chmlfrp.desktop.tools.tries import TRIES
from chmlfrp.local.bundle import Bundle, make_bundle
from chmlfrp.local.masking import Mask
from chmlfrp.local.paths import Home
from chmlfrp.model.network import NetworkState
from desktop.conftest import PATIENCE_MS, Opened
from support.many import filled_daemon

NET = NetworkState(is_up=True, has_default_route=True, addresses=("10.0.0.2",))
MISSING = Problem(code="frpc.missing", message="there is no frpc on this machine")


def page_of(desktop: Desktop) -> ToolsPage:
    desktop.window.go("tools")
    page = desktop.window.page
    assert isinstance(page, ToolsPage)
    return page


def said(page: ToolsPage) -> str:
    return "\n".join(label.text() for label in page.doctor.findChildren(QLabel))


def test_the_doctor_shows_each_link_and_leads_to_where_it_is_mended(
    opened: Opened, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = opened(filled_daemon(3))
    page = page_of(desktop)

    async def around(_: Home) -> AsyncIterator[Item | Facts]:
        yield Item.SERVICE
        yield Facts(
            network=NET,
            snapshot=desktop.mirror.snapshot,
            cores=CoresView(problem=MISSING),
            is_api_open=True,
        )

    monkeypatch.setattr(doctor_module, "looking_around", around)
    qtbot.mouseClick(page.doctor.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.doctor.results.count() > 0, timeout=PATIENCE_MS)
    qtbot.waitUntil(page.doctor.run.isEnabled, timeout=PATIENCE_MS)
    assert "not well" in page.doctor.verdict.text()
    assert "no frpc" in said(page)
    assert "chmlfrp core" not in said(page)
    ways = [
        b
        for b in page.doctor.findChildren(IconButton)
        if b.accessibleName() == "Install frpc"
    ]
    ways[0].click()
    assert desktop.window.page.name == "settings"


def test_the_doctor_says_what_it_looks_at_and_can_be_given_up(
    opened: Opened, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_left = []

    async def around(_: Home) -> AsyncIterator[Item | Facts]:
        try:
            yield Item.NETWORK
            await asyncio.Event().wait()
        finally:
            is_left.append(True)

    monkeypatch.setattr(doctor_module, "looking_around", around)
    page = page_of(opened(filled_daemon(1)))
    page.doctor.run.click()
    loading = page.doctor.stage.loading
    qtbot.waitUntil(lambda: "network" in loading.text.text(), timeout=PATIENCE_MS)
    qtbot.mouseClick(page.doctor.cancel, Qt.MouseButton.LeftButton)
    assert page.doctor.run.isEnabled()
    assert page.doctor.stage.currentWidget() is page.doctor.stage.empty
    qtbot.waitUntil(lambda: bool(is_left), timeout=PATIENCE_MS)


def lines(page: ToolsPage) -> str:
    rows = page.reach.lines
    return "\n".join(rows.item(n).text() for n in range(rows.count()))


def try_it(page: ToolsPage, qtbot: QtBot, name: str, address: str) -> None:
    page.choose("reach")
    names = [one.name for one in TRIES]
    page.reach.kind.setCurrentIndex(names.index(name))
    page.reach.address.setText(address)
    qtbot.keyClick(page.reach.address, Qt.Key.Key_Return)
    qtbot.waitUntil(page.reach.go.isEnabled, timeout=PATIENCE_MS)


def test_addresses_are_tried_and_what_cannot_be_one_is_said_at_the_field(
    opened: Opened, qtbot: QtBot
) -> None:
    page = page_of(opened(filled_daemon(1)))
    try_it(page, qtbot, "tcp", "")
    assert page.reach.error.isVisible()
    try_it(page, qtbot, "tcp", "nohost")
    assert "example.com:25565" in page.reach.error.text()
    assert page.reach.lines.count() == 0
    with socket.create_server(("127.0.0.1", 0)) as door:
        number = door.getsockname()[1]
        try_it(page, qtbot, "tcp", f"127.0.0.1:{number}")
        assert lines(page).count(" ms") == 4
        try_it(page, qtbot, "port", str(number))
        assert "127.0.0.1" in lines(page).splitlines()[-1]
    try_it(page, qtbot, "http", f"http://127.0.0.1:{number}")
    assert "refused" in lines(page)
    assert not page.reach.error.isVisible()


def test_a_bundle_is_seen_masked_before_it_is_saved(
    opened: Opened, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def gathered(_: Home) -> Bundle:
        mask = Mask(secrets=[], persons=["alice"])
        return make_bundle({"a.log": "by alice", "b.log": "nothing"}, mask)

    path = tmp_path / "out.zip"
    monkeypatch.setattr(bundle_module, "gathered", gathered)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    page = page_of(opened(filled_daemon(1)))
    page.choose("bundle")
    tab = page.bundle
    assert not tab.save.isEnabled()
    qtbot.mouseClick(tab.gather, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(tab.save.isEnabled, timeout=PATIENCE_MS)
    assert "names of people 1" in tab.masked.text()
    assert "<person 1>" in tab.text.toPlainText()
    tab.files.setCurrentRow(1)
    assert tab.text.toPlainText() == "nothing"
    assert not path.exists()
    qtbot.mouseClick(tab.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)
    with zipfile.ZipFile(path) as archive:
        assert b"alice" not in archive.read("a.log")
