"""The account's names: taken with advice, pointed elsewhere, given back and had again."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from chmlfrp.control.domain import CreateDomain, DomainView, EditDomain
from chmlfrp.desktop.account.form import FormDialog
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.domains.forms import NameForm
from chmlfrp.desktop.pages.domains import DomainsPage
from chmlfrp.errors import DomainTaken, ServiceUnreachable
from chmlfrp.model.advice import RecordAdvice
from chmlfrp.model.domain import RecordType, Subdomain
from desktop.conftest import PATIENCE_MS, Opened
from support.many import filled_daemon, view
from support.scripted_daemon import ScriptedDaemon

BLOG = DomainView(
    record=Subdomain(
        id=7,
        domain="example.cn",
        record="blog",
        type=RecordType.CNAME,
        target="n1.frp.example",
        ttl_s=600,
    ),
    used_by=(0,),
)


@pytest.fixture
def daemon() -> ScriptedDaemon:
    daemon = filled_daemon(2)
    daemon.domains.views = [BLOG]
    return daemon


def page_of(desktop: Desktop) -> DomainsPage:
    desktop.window.go("domains")
    page = desktop.window.page
    assert isinstance(page, DomainsPage)
    return page


def filled(desktop: Desktop, qtbot: QtBot) -> DomainsPage:
    page = page_of(desktop)
    qtbot.waitUntil(lambda: bool(page.rows.rows), timeout=PATIENCE_MS)
    page.choose("blog.example.cn")
    return page


def form_of(page: DomainsPage, qtbot: QtBot) -> FormDialog:
    found: list[FormDialog] = []

    def is_open() -> bool:
        found[:] = [d for d in page.findChildren(FormDialog) if d.isVisible()]
        return bool(found)

    qtbot.waitUntil(is_open, timeout=PATIENCE_MS)
    return found[0]


def name_form(page: DomainsPage, qtbot: QtBot) -> NameForm:
    page.take_new()
    dialog = form_of(page, qtbot)
    assert isinstance(dialog, NameForm)
    return dialog


def test_one_form_opens_however_often_it_is_asked_for(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    page = filled(opened(daemon), qtbot)
    for _ in range(3):
        page.new.click()
    form_of(page, qtbot)
    assert len(daemon.asked_for("domains.offers")) <= 1
    qtbot.waitUntil(page.new.isEnabled, timeout=PATIENCE_MS)
    assert len(page.findChildren(NameForm)) == 1


def test_names_are_there_with_the_tunnels_that_use_them(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    page = filled(opened(daemon), qtbot)
    said = [str(page.rows.index(0, column).data()) for column in range(5)]
    assert said == ["blog.example.cn", "CNAME", "n1.frp.example", "600", view(0).name]
    page.copy.click()
    assert QGuiApplication.clipboard().text() == "blog.example.cn"


def test_a_name_is_taken_as_is_advised_for_a_tunnel(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    daemon.domains.ways = [
        RecordAdvice(type=RecordType.SRV, target="0 5 25 n1.example")
    ]
    page = filled(opened(daemon), qtbot)
    dialog = name_form(page, qtbot)
    assert dialog.domain.box.currentText() == "example.cn (filed)"
    dialog.tunnel.box.setCurrentIndex(dialog.tunnel.box.findData(1))
    QTest.keyClicks(dialog.record.input, "mc")
    qtbot.waitUntil(
        lambda: ("domains.advice", (1, "mc.example.cn")) in daemon.asked,
        timeout=PATIENCE_MS,
    )
    qtbot.waitUntil(lambda: "SRV" in dialog.advice.text(), timeout=PATIENCE_MS)

    dialog.form.submit.click()

    wanted = CreateDomain(domain="example.cn", record="mc", tunnel=1)
    qtbot.waitUntil(
        lambda: daemon.asked_for("domains.create") == [wanted], timeout=PATIENCE_MS
    )
    qtbot.waitUntil(
        lambda: len(daemon.asked_for("domains.list")) == 2, timeout=PATIENCE_MS
    )


@pytest.mark.parametrize(
    ("record", "kind", "target", "field"),
    [
        ("two words", None, "n1.example", "record"),
        ("mc", None, "", "target"),
        ("mc", RecordType.A, "n1.example", "target"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_sent(
    opened: Opened,
    daemon: ScriptedDaemon,
    qtbot: QtBot,
    record: str,
    kind: RecordType | None,
    target: str,
    field: str,
) -> None:
    dialog = name_form(filled(opened(daemon), qtbot), qtbot)
    dialog.record.input.setText(record)
    dialog.target.input.setText(target)
    dialog.kind.box.setCurrentIndex(dialog.kind.box.findData(kind))

    dialog.form.submit.click()

    assert dialog.form.fields[field].error.isVisible()
    assert daemon.asked_for("domains.create") == []


def test_a_name_that_is_taken_is_told_in_the_services_words(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    daemon.fails["domains.create"] = DomainTaken(
        "taken", service_code=400, service_message="该域名已被使用"
    )
    dialog = name_form(filled(opened(daemon), qtbot), qtbot)
    dialog.record.input.setText("mc")
    dialog.target.input.setText("n1.example")
    dialog.form.submit.click()
    qtbot.waitUntil(
        lambda: any(
            "该域名已被使用" in said.text()
            for said in (dialog.form.error, dialog.record.error)
        ),
        timeout=PATIENCE_MS,
    )
    assert dialog.record.text == "mc"


def test_only_what_is_different_is_sent(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    page = filled(opened(daemon), qtbot)
    page.edit.click()
    dialog = form_of(page, qtbot)
    dialog.form.fields["target"].input.setText("n2.frp.example")
    dialog.form.submit.click()
    wanted = ("example.cn", "blog", EditDomain(target="n2.frp.example"))
    qtbot.waitUntil(
        lambda: daemon.asked_for("domains.edit") == [wanted], timeout=PATIENCE_MS
    )


def test_a_name_is_given_back_after_asking_and_can_be_had_again(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    desktop = opened(daemon)
    page = filled(desktop, qtbot)
    page.delete.click()
    (box,) = [b for b in page.findChildren(QMessageBox) if b.isVisible()]
    assert view(0).name in box.informativeText()
    assert daemon.asked_for("domains.delete") == []
    next(b for b in box.buttons() if b.text() == "Give back").click()
    qtbot.waitUntil(
        lambda: daemon.asked_for("domains.delete") == [("example.cn", "blog")],
        timeout=PATIENCE_MS,
    )
    undo: list[QPushButton] = []

    def is_offered() -> bool:
        buttons = desktop.window.findChildren(QPushButton)
        undo[:] = [b for b in buttons if b.isVisible() and b.text() == "Undo"]
        return bool(undo)

    qtbot.waitUntil(is_offered, timeout=PATIENCE_MS)
    undo[0].click()
    qtbot.waitUntil(
        lambda: bool(daemon.asked_for("domains.create")), timeout=PATIENCE_MS
    )
    (again,) = daemon.asked_for("domains.create")
    assert (again.record, again.target, again.ttl_s) == ("blog", "n1.frp.example", 600)


def test_every_control_of_the_form_has_a_name(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    dialog = name_form(filled(opened(daemon), qtbot), qtbot)
    boxes = dialog.findChildren(QComboBox)
    assert len(boxes) == 3
    assert all(box.accessibleName() for box in boxes)


def test_trouble_is_no_empty_list(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    daemon.fails["domains.list"] = ServiceUnreachable("GET: nobody answers")
    page = page_of(opened(daemon))
    qtbot.waitUntil(
        lambda: page.stage.currentWidget() is page.stage.error, timeout=PATIENCE_MS
    )
    del daemon.fails["domains.list"]
    page.stage.error.action.click()
    qtbot.waitUntil(lambda: bool(page.rows.rows), timeout=PATIENCE_MS)
