"""The account's page: every way in, what can be changed, and no secret left behind."""

import logging

import msgspec
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from chmlfrp.control.account import AttendanceView, EditProfile, TokenConsequences
from chmlfrp.control.device import CodeApproved, CodeFailed, CodeShown
from chmlfrp.control.protocol import KnownAccount, Problem
from chmlfrp.desktop.account.fields import MailedField
from chmlfrp.desktop.account.form import FormDialog
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.pages.account import AccountPage
from chmlfrp.errors import RateLimited, SignInRequired
from chmlfrp.local.settings import SERVICE, load
from chmlfrp.model.account import Attendance
from chmlfrp.model.identity import MailPurpose, Registration
from desktop.conftest import PATIENCE_MS, Opened
from support.many import view
from support.scripted_account import secrets_in
from support.scripted_daemon import IN, OUT, ScriptedDaemon

CANARY = "c4nary-Pass-8"
OTHER = "c4nary-New-9"
SHOWN = CodeShown(
    url="https://a.example/device",
    user_code="WDJB-MJHT",
    full_url="https://a.example/device?user_code=WDJB-MJHT",
    expires_in_s=600,
)


@pytest.fixture(autouse=True)
def nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def page_of(desktop: Desktop) -> AccountPage:
    desktop.window.go("account")
    page = desktop.window.page
    assert isinstance(page, AccountPage)
    return page


def write(field: QWidget, text: str) -> None:
    proxy = field.focusProxy()
    assert isinstance(proxy, QLineEdit)
    proxy.clear()
    QTest.keyClicks(proxy, text)


def until(qtbot: QtBot, daemon: ScriptedDaemon, command: str) -> None:
    qtbot.waitUntil(lambda: bool(daemon.asked_for(command)), timeout=PATIENCE_MS)


def dialog_of(desktop: Desktop, qtbot: QtBot) -> FormDialog:
    found: list[FormDialog] = []

    def is_open() -> bool:
        dialogs = desktop.window.findChildren(FormDialog)
        found[:] = [dialog for dialog in dialogs if dialog.isVisible()]
        return bool(found)

    qtbot.waitUntil(is_open, timeout=PATIENCE_MS)
    return found[0]


def choose(qtbot: QtBot, desktop: Desktop, text: str) -> None:
    """Press the button of that text in the box that is open."""

    def boxes() -> list[QMessageBox]:
        found = desktop.window.findChildren(QMessageBox)
        return [box for box in found if box.isVisible()]

    qtbot.waitUntil(lambda: bool(boxes()), timeout=PATIENCE_MS)
    buttons: list[QAbstractButton] = boxes()[0].buttons()
    next(button for button in buttons if button.text() == text).click()


def test_a_password_signs_in_with_enter_and_leaves_no_trace(
    opened: Opened, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    daemon = ScriptedDaemon(session=OUT)
    page = page_of(opened(daemon))
    form = page.sign_in.password
    secret = form.fields["password"]
    write(form.fields["name"], "alice")
    write(secret, CANARY)
    assert secret.input.displayText() != CANARY
    QTest.keyClick(secret.input, Qt.Key.Key_Return)
    until(qtbot, daemon, "sign_in")
    (command,) = daemon.asked_for("sign_in")
    assert (command.name, secrets_in(command)) == ("alice", [CANARY])
    qtbot.waitUntil(page.profile.isVisible, timeout=PATIENCE_MS)
    assert secret.input.text() == ""
    assert page.profile.name.text() == "alice"
    assert CANARY not in caplog.text + repr(command) + repr(vars(form))


def test_what_the_service_says_to_a_wrong_password_stands_beside(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = ScriptedDaemon(session=OUT)
    daemon.fails["sign_in"] = SignInRequired(
        "no", service_code=401, service_message="密码错误"
    )
    form = page_of(opened(daemon)).sign_in.password
    form.submit.click()
    assert form.fields["name"].error.isVisible()
    assert daemon.asked_for("sign_in") == []
    write(form.fields["name"], "alice")
    write(form.fields["password"], CANARY)
    form.submit.click()
    qtbot.waitUntil(form.error.isVisible, timeout=PATIENCE_MS)
    assert "密码错误" in form.error.text()
    assert "chmlfrp " not in form.error.text()
    assert form.submit.isEnabled()


def test_a_token_signs_in_and_can_be_revealed_before(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = ScriptedDaemon(session=OUT)
    sign_in = page_of(opened(daemon)).sign_in
    sign_in.tabs.setCurrentIndex(2)
    field = sign_in.token.fields["token"]
    write(field, CANARY)
    (reveal,) = field.findChildren(QAbstractButton)
    reveal.click()
    assert field.input.displayText() == CANARY
    sign_in.token.submit.click()
    until(qtbot, daemon, "sign_in")
    assert secrets_in(daemon.asked_for("sign_in")[0]) == [CANARY]


def test_a_secret_is_forgotten_when_the_page_is_left(opened: Opened) -> None:
    desktop = opened(ScriptedDaemon(session=OUT))
    field = page_of(desktop).sign_in.password.fields["password"]
    write(field, CANARY)
    desktop.window.go("overview")
    assert field.input.text() == ""


def test_a_code_is_shown_opened_and_given_up(
    opened: Opened, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    visited: list[str] = []

    def visit(url: QUrl) -> bool:
        visited.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", visit)
    daemon = ScriptedDaemon(session=OUT)
    daemon.code_frames, daemon.is_code_open = [SHOWN], True
    sign_in = page_of(opened(daemon)).sign_in
    sign_in.tabs.setCurrentIndex(1)
    panel = sign_in.by_code
    panel.begin.click()
    qtbot.waitUntil(panel.code.isVisible, timeout=PATIENCE_MS)
    assert panel.code.text() == SHOWN.user_code
    assert panel.left.text()
    middle = panel.qr.grab().toImage()
    colours = {middle.pixelColor(x, 60).name() for x in range(middle.width())}
    assert {"#000000", "#ffffff"} <= colours
    panel.open.click()
    assert visited == [SHOWN.full_url]
    panel.stop.click()
    assert panel.begin.isVisible()
    until(qtbot, daemon, "code_ended")


@pytest.mark.parametrize("is_approved", [True, False])
def test_a_code_ends_with_what_was_decided(
    opened: Opened, qtbot: QtBot, is_approved: bool
) -> None:
    daemon = ScriptedDaemon(session=OUT)
    problem = Problem(code="service.sign_in_denied", message="denied")
    end = CodeApproved(session=IN) if is_approved else CodeFailed(problem=problem)
    daemon.code_frames = [SHOWN, end]
    page = page_of(opened(daemon))
    page.sign_in.tabs.setCurrentIndex(1)
    page.sign_in.by_code.begin.click()
    shown = page.profile if is_approved else page.sign_in.by_code.error
    qtbot.waitUntil(shown.isVisible, timeout=PATIENCE_MS)


def test_the_other_pages_lead_to_the_sign_in(opened: Opened) -> None:
    window = opened(ScriptedDaemon(session=OUT)).window
    for name in ("overview", "tunnels"):
        window.go(name)
        offers = [
            one
            for one in window.page.findChildren(QAbstractButton)
            if one.isVisible() and one.text() == "Log in"
        ]
        offers[0].click()
        assert window.page.name == "account"


def test_another_service_is_written_down_and_the_daemon_restarted(
    opened: Opened, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = opened(ScriptedDaemon(session=OUT))
    restarts: list[str] = []
    monkeypatch.setattr(
        desktop.mirror, "restart_daemon", lambda: restarts.append("restart")
    )
    row = page_of(desktop).sign_in.service
    write(row.address, "nonsense")
    row.use.click()
    qtbot.waitUntil(row.address.error.isVisible, timeout=PATIENCE_MS)
    row.choice.setCurrentIndex(0)
    row.choice.activated.emit(0)
    path = desktop.home.settings_file
    qtbot.waitUntil(lambda: restarts == ["restart"], timeout=PATIENCE_MS)
    assert load(path).settings.service.url == SERVICE


def test_registering_asks_for_a_code_and_counts_down(
    opened: Opened, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    daemon = ScriptedDaemon(session=OUT)
    desktop = opened(daemon)
    page_of(desktop).sign_in.register.click()
    dialog = dialog_of(desktop, qtbot)
    fields = dialog.form.fields
    code = fields["code"]
    assert isinstance(code, MailedField)
    code.send.click()
    assert code.error.isVisible()
    write(fields["email"], "ada@example.com")
    code.send.click()
    until(qtbot, daemon, "account.mail_code")
    assert daemon.asked_for("account.mail_code")[0].purpose is MailPurpose.REGISTER
    qtbot.waitUntil(lambda: "60" in code.send.text(), timeout=PATIENCE_MS)
    assert not code.send.isEnabled()
    for name, text in (("name", "ada"), ("code", "123456"), ("qq", "12345")):
        write(fields[name], text)
    write(fields["password"], CANARY)
    QTest.keyClick(fields["password"].input, Qt.Key.Key_Return)
    until(qtbot, daemon, "account.register")
    (new,) = daemon.asked_for("account.register")
    assert isinstance(new, Registration)
    assert new.password.reveal() == CANARY
    assert CANARY not in caplog.text


def test_a_letter_that_is_refused_can_be_asked_for_again(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = ScriptedDaemon(session=OUT)
    daemon.fails["account.mail_code"] = RateLimited("no", service_message="太频繁")
    desktop = opened(daemon)
    page_of(desktop).sign_in.forgotten.click()
    fields = dialog_of(desktop, qtbot).form.fields
    code = fields["code"]
    assert isinstance(code, MailedField)
    write(fields["email"], "ada@example.com")
    code.send.click()
    qtbot.waitUntil(code.error.isVisible, timeout=PATIENCE_MS)
    assert "太频繁" in code.error.text()
    assert code.send.isEnabled()


def test_only_what_differs_of_the_profile_is_sent(opened: Opened, qtbot: QtBot) -> None:
    daemon = ScriptedDaemon()
    desktop = opened(daemon)
    page_of(desktop).profile.edit.click()
    dialog = dialog_of(desktop, qtbot)
    write(dialog.form.fields["qq"], "12345678")
    dialog.form.submit.click()
    until(qtbot, daemon, "account.edit")
    assert daemon.asked_for("account.edit") == [EditProfile(qq="12345678")]


def test_another_password_is_set_and_escape_forgets(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = ScriptedDaemon()
    desktop = opened(daemon)
    profile = page_of(desktop).profile
    profile.password.click()
    dialog = dialog_of(desktop, qtbot)
    old = dialog.form.fields["old"]
    write(old, CANARY)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert old.input.text() == ""
    profile.password.click()
    dialog = dialog_of(desktop, qtbot)
    write(dialog.form.fields["old"], CANARY)
    write(dialog.form.fields["new"], OTHER)
    dialog.form.submit.click()
    until(qtbot, daemon, "account.change_password")
    (command,) = daemon.asked_for("account.change_password")
    assert secrets_in(command) == [CANARY, OTHER]


def test_the_consequences_of_another_token_are_said_before(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = ScriptedDaemon()
    daemon.account.consequences = TokenConsequences(running=(1, 2))
    desktop = opened(daemon)
    page_of(desktop).profile.token.click()
    dialog = dialog_of(desktop, qtbot)
    assert "2 tunnels" in dialog.text.text()
    assert daemon.asked_for("account.renew_token") == []
    dialog.form.submit.click()
    until(qtbot, daemon, "account.renew_token")


@pytest.mark.parametrize(
    ("answer", "stops"),
    [("Log out, keep them up", 0), ("Stop them and log out", 1)],
)
def test_signing_out_asks_what_becomes_of_tunnels(
    opened: Opened, qtbot: QtBot, answer: str, stops: int
) -> None:
    daemon = ScriptedDaemon(view(0))
    desktop = opened(daemon)
    page = page_of(desktop)
    page.profile.out.click()
    choose(qtbot, desktop, "Cancel")
    assert daemon.asked_for("sign_out") == []
    page.profile.out.click()
    choose(qtbot, desktop, answer)
    until(qtbot, daemon, "sign_out")
    assert len(daemon.asked_for("stop")) == stops
    qtbot.waitUntil(page.sign_in.isVisible, timeout=PATIENCE_MS)


def test_visits_are_counted_and_lead_to_the_official_page(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = ScriptedDaemon()
    daemon.account.attendance_view = AttendanceView(
        attendance=Attendance(times=41, points=900), page="https://panel.example.cn"
    )
    profile = page_of(opened(daemon)).profile
    qtbot.waitUntil(profile.visit.isVisible, timeout=PATIENCE_MS)
    assert "41" in profile.visits.text()


BOB = KnownAccount(id=8, name="bob")
SEVERAL = msgspec.structs.replace(IN, others=(BOB,))


def test_another_account_is_a_click_away_and_one_more_can_come(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = ScriptedDaemon(session=SEVERAL)
    page = page_of(opened(daemon))
    page.profile.others.add.click()
    assert page.sign_in.back.isVisible()
    page.sign_in.back.click()
    assert page.profile.isVisible()
    named(page.profile.others, "Switch to bob").click()
    until(qtbot, daemon, "use_account")
    qtbot.waitUntil(lambda: page.profile.name.text() == "bob", timeout=PATIENCE_MS)
    back = named(page.profile.others, "Switch to alice")
    qtbot.waitUntil(back.isVisible, timeout=PATIENCE_MS)


def test_an_account_is_removed_once_that_is_sure(opened: Opened, qtbot: QtBot) -> None:
    daemon = ScriptedDaemon(session=msgspec.structs.replace(OUT, others=(BOB,)))
    desktop = opened(daemon)
    page = page_of(desktop)
    named(page.sign_in.others, "Remove bob").click()
    assert not daemon.asked_for("forget_account")
    choose(qtbot, desktop, "Remove")
    until(qtbot, daemon, "forget_account")
    qtbot.waitUntil(lambda: not page.sign_in.others.isVisible(), timeout=PATIENCE_MS)


def named(holder: QWidget, name: str) -> QAbstractButton:
    found = holder.findChildren(QAbstractButton)
    return next(b for b in found if b.accessibleName() == name)
