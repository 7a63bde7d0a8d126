"""Dialogs and states of the window as scenes; to add one, add a line to `SCENES`."""

from collections.abc import Callable
from contextlib import suppress
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec
from PySide6.QtCore import QTimer

from chmlfrp.control.account import TokenConsequences
from chmlfrp.control.knock import PageView
from chmlfrp.control.protocol import KnownAccount, SessionState
from chmlfrp.desktop.account import changes, signin
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.guard.knockform import KnockForm
from chmlfrp.desktop.link import Connection, Standing
from chmlfrp.desktop.settings.about import LicencesDialog
from chmlfrp.errors import ServiceUnreachable, VersionMismatch
from chmlfrp.local.paths import Home
from chmlfrp.model.reason import Code, Reason
from support.crowd import crowd
from support.many import filled_daemon, view
from support.new_tunnel import ready
from support.scripted_daemon import ALICE, IN, OUT, ScriptedDaemon
from support.scripted_inspect import some_requests
from support.scripted_knock import knock_links

Act = Callable[[Desktop, ScriptedDaemon], object]


class Scene(NamedTuple):
    """What is seen on a page, in a dialog or above the page, after something was done."""

    name: str
    page: str
    what: str = ""
    act: Act = lambda *_: None
    daemon: Callable[[], ScriptedDaemon] = lambda: ready(filled_daemon(9))


def page(desktop: Desktop) -> Any:
    """Return the page that is seen."""
    return desktop.window.page


def press(name: str) -> Act:
    """Return the act of pressing a button of the page: `delete`, `detail.settings.save`."""
    return lambda desktop, _: attrgetter(name)(page(desktop)).click()


def do(name: str) -> Act:
    """Return the act of a method of the page."""
    return lambda desktop, _: attrgetter(name)(page(desktop))()


def link(text: str) -> Act:
    """Return the act of a link that was opened elsewhere."""
    return lambda desktop, _: desktop.take_link(f"chmlfrp://{text}")


def edit(desktop: Desktop, _: ScriptedDaemon) -> None:
    """Change two fields of the tunnel and save."""
    settings = page(desktop).detail.settings
    settings.record.lines["name"].setText("minecraft_2")
    settings.record.lines["local_port"].setText("25566")
    settings.save.click()


def edit_wrongly(desktop: Desktop, _: ScriptedDaemon) -> None:
    """Write what cannot be and save."""
    settings = page(desktop).detail.settings
    settings.record.lines["name"].setText("a name")
    settings.record.lines["local_port"].setText("70000")
    settings.save.click()


def publish(**session: object) -> Act:
    """Return the act of the daemon telling of another session."""
    told = msgspec.structs.replace(IN, **session)
    return lambda _, daemon: daemon.call(lambda: daemon.publish(session=told))


def go_away(_: Desktop, daemon: ScriptedDaemon) -> None:
    """End the daemon, unless it has ended."""
    with suppress(RuntimeError):
        daemon.call(daemon.ending.set)


def say(desktop: Desktop, _: ScriptedDaemon) -> None:
    """Say something with an action."""
    desktop.window.toast.say("minecraft_00", "blog_01", lambda: None)


def visited() -> ScriptedDaemon:
    """Return a daemon whose first tunnel has visitors."""
    daemon = filled_daemon(9)
    crowd(daemon)
    return daemon


def knocked() -> ScriptedDaemon:
    """Return a daemon whose first tunnel has knock links."""
    daemon = visited()
    daemon.knock.there = knock_links()
    return daemon


def unpublished() -> ScriptedDaemon:
    """Return a daemon whose knock page nobody reaches."""
    daemon = visited()
    daemon.knock.place = PageView()
    return daemon


def knock_room(desktop: Desktop, _: ScriptedDaemon) -> None:
    """Show the room of knock links."""
    page(desktop).detail.guard.show_room("knock")


def looked_at() -> ScriptedDaemon:
    """Return a daemon whose web site's requests are kept."""
    daemon = filled_daemon(9)
    blog = view(1)
    guard = msgspec.structs.replace(blog.options.guard, is_on=True, inspects=True)
    options = msgspec.structs.replace(blog.options, guard=guard)
    daemon.publish({1: msgspec.structs.replace(blog, options=options)})
    daemon.inspect.rows, daemon.inspect.details = some_requests()
    return daemon


def requests_room(desktop: Desktop, _: ScriptedDaemon) -> None:
    """Show the room of requests, and one of them."""
    guard = page(desktop).detail.guard
    guard.show_room("requests")
    QTimer.singleShot(200, lambda: guard.requests.list.selectRow(0))


def knock_form(desktop: Desktop, daemon: ScriptedDaemon) -> None:
    """Open the form that makes one, with a password."""
    knock_room(desktop, daemon)
    page(desktop).detail.guard.knock.make()
    form = desktop.window.findChild(KnockForm)
    assert form is not None
    form.kind.box.setCurrentIndex(1)


def nodes_fail() -> ScriptedDaemon:
    """Return a daemon that cannot ask for nodes."""
    daemon = filled_daemon(9)
    daemon.fails["nodes"] = ServiceUnreachable("HTTP 502 Bad Gateway")
    return daemon


def broken_settings() -> ScriptedDaemon:
    """Return a daemon beside a file of settings that cannot be read."""
    home = Home.locate()
    home.prepare()
    home.settings_file.write_text("[service\nurl = ", "utf-8")
    return filled_daemon(9)


def other_version(desktop: Desktop, _: ScriptedDaemon) -> None:
    """Hear that the daemon that was found speaks another protocol."""
    error = VersionMismatch("the daemon is version 0.0.9")
    desktop.mirror._stand(Standing(Connection.OTHER_VERSION, error))


UNREACHABLE = Reason(Code.SERVICE_UNREACHABLE, "HTTP 502 Bad Gateway")
OTHERS = (KnownAccount(id=8, name="bob"), KnownAccount(id=9, name="游戏服务器"))

SCENES = (
    Scene("tunnels-delete", "tunnels", "0", press("delete")),
    Scene("tunnels-diff", "tunnels", "0:settings", edit),
    Scene("tunnels-wrong", "tunnels", "0:settings", edit_wrongly),
    Scene("tunnels-share", "tunnels", "0", press("detail.status.share")),
    Scene("tunnels-failed", "tunnels", "4"),
    Scene("tunnels-waiting", "tunnels", "6"),
    Scene("tunnels-traffic-guarded", "tunnels", "0:traffic", daemon=visited),
    Scene("tunnels-guard", "tunnels", "0:guard", daemon=visited),
    Scene("tunnels-requests", "tunnels", "1:guard", requests_room, daemon=looked_at),
    Scene("tunnels-knock", "tunnels", "0:guard", knock_room, daemon=knocked),
    Scene("tunnels-knock-none", "tunnels", "0:guard", knock_room, daemon=unpublished),
    Scene("tunnels-knock-new", "tunnels", "0:guard", knock_form, daemon=knocked),
    Scene("account-others", "account", "", publish(others=OTHERS)),
    Scene("account-add", "account", "", press("profile.others.add")),
    Scene(
        "account-edit",
        "account",
        "",
        lambda d, _: changes.edit_dialog(d.window, d.window.desk, ALICE).open(),
    ),
    Scene(
        "account-password",
        "account",
        "",
        lambda d, _: changes.password_dialog(d.window, d.window.desk).open(),
    ),
    Scene(
        "account-token",
        "account",
        "",
        lambda d, _: changes.token_dialog(
            d.window, d.window.desk, ALICE, TokenConsequences(running=(1, 2))
        ).open(),
    ),
    Scene("account-out", "account", "", press("profile.out")),
    Scene(
        "account-register",
        "account",
        "",
        lambda d, _: signin.register_dialog(d.window, d.window.desk).open(),
        daemon=lambda: ScriptedDaemon(session=OUT),
    ),
    Scene(
        "account-reset",
        "account",
        "",
        lambda d, _: signin.reset_dialog(d.window, d.window.desk).open(),
        daemon=lambda: ScriptedDaemon(session=OUT),
    ),
    Scene("account-signed-out", "account", daemon=lambda: ScriptedDaemon(session=OUT)),
    Scene("domains-new", "domains", "", do("take_new")),
    Scene("domains-edit", "domains", "0", do("edit_chosen")),
    Scene("domains-delete", "domains", "0", do("ask_delete")),
    Scene("nodes-failed", "nodes", daemon=nodes_fail),
    Scene(
        "settings-licences",
        "settings",
        "about",
        lambda d, _: LicencesDialog(d.window).open(),
    ),
    Scene("link-start", "tunnels", "", link("tunnel/1?do=start")),
    Scene("link-refused", "tunnels", "", link("new?token=abc")),
    Scene("link-new", "tunnels", "", link("new?type=tcp&local_port=25565&name=mc")),
    Scene(
        "link-new-whole",
        "tunnels",
        "",
        link("new?type=tcp&local_port=3389&node=上海电信-1&name=pc"),
    ),
    Scene("new-file-empty", "tunnels", "", lambda d, _: d.window.import_tunnels()),
    Scene("quit", "tunnels", "", lambda d, _: d.quit()),
    Scene("state-refused", "overview", "", publish(state=SessionState.REFUSED)),
    Scene("state-service-down", "tunnels", "", publish(trouble=UNREACHABLE)),
    Scene("state-signed-out", "overview", daemon=lambda: ScriptedDaemon(session=OUT)),
    Scene("state-toast", "tunnels", "", say),
    Scene("state-away", "tunnels", "0", go_away),
    Scene("state-other-version", "tunnels", "", other_version),
    Scene("state-settings-broken", "settings", daemon=broken_settings),
)
