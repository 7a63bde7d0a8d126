"""What is the matter with daemon, service and sign-in, as one strip above the page."""

from chmlfrp.control.protocol import SessionState
from chmlfrp.desktop.design.views import Banner
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.link import Connection
from chmlfrp.desktop.text import error_title, span, t


def show_trouble(banner: Banner, desk: Desk) -> None:
    """Show the gravest matter, or hide the strip if all is well."""
    mirror = desk.mirror
    standing = mirror.standing
    if mirror.is_restarting:
        banner.say(t("banner.restarting"), tone="accent", glyph="restart")
        return
    match standing.connection:
        case Connection.OTHER_VERSION:
            banner.say(
                t("banner.other_version"),
                tone="bad",
                action=t("do.restart_daemon"),
                do=mirror.restart_daemon,
            )
        case Connection.AWAY:
            age = mirror.age_s
            if age is None:
                why = error_title(standing.error) if standing.error else ""
                text = t("banner.away_first", why=why)
            else:
                text = t("banner.away", age=span(age))
            banner.say(
                text,
                tone="bad",
                glyph="away",
                action=t("do.retry"),
                do=mirror.retry,
            )
        case Connection.FINDING:
            _show_finding(banner, mirror.age_s)
        case Connection.LIVE:
            _show_session(banner, desk)


def _show_finding(banner: Banner, age: float | None) -> None:
    if age is None:
        banner.say(t("banner.finding_first"), tone="accent", glyph="info")
    else:
        text = t("banner.finding", age=span(age))
        banner.say(text, tone="idle", glyph="history")


def _show_session(banner: Banner, desk: Desk) -> None:
    snapshot = desk.mirror.snapshot
    session = snapshot.session if snapshot else None
    if session is not None and session.state is SessionState.REFUSED:
        banner.say(
            t("banner.session"),
            tone="bad",
            action=t("account.log_in"),
            do=lambda: desk.go("account", ""),
        )
    elif session is not None and session.trouble is not None:
        banner.say(
            t("banner.service"),
            tone="busy",
            glyph="away",
            action=t("do.retry"),
            do=lambda: desk.mirror.call(lambda client: client.refresh()),
        )
    else:
        banner.hide()
