"""What is decided about a tunnel beyond its record: when it runs, where to, who comes."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import msgspec
from PySide6.QtWidgets import QCheckBox, QCompleter, QLineEdit

from chmlfrp.desktop.design.form import Form, whole
from chmlfrp.desktop.design.tokens import M
from chmlfrp.desktop.design.widgets import column, label, line, rule, set_tone
from chmlfrp.desktop.settings.rows import Choice
from chmlfrp.desktop.text import t
from chmlfrp.desktop.tunnel.hours import HoursEditor, checked_windows
from chmlfrp.errors import InvalidInput
from chmlfrp.model.guard import PassOn
from chmlfrp.model.options import LONGEST_GROUP, LONGEST_REMARK, TunnelOptions
from chmlfrp.model.schedule import (
    LONGEST_IDLE_MIN,
    Schedule,
    Window,
    parse_moment,
)
from chmlfrp.words.field import word_field
from chmlfrp.words.options import word_coming

LABELS = {"group": LONGEST_GROUP, "remark": LONGEST_REMARK}


class OwnForm(Form):
    """Labels, start by itself, hours, and the guard."""

    def __init__(self, *, wall: Callable[[], datetime] = datetime.now) -> None:
        super().__init__()
        self._wall = wall
        for name, most in LABELS.items():
            field = QLineEdit()
            field.setMaxLength(most)
            self.add(name, word_field(name), field)
        self.hours = HoursEditor(t("hours.none"))
        self.pass_on = Choice()
        for each in PassOn:
            self.pass_on.addItem(t(f"opt.pass_on.{each}"), each)
        self._add_running()
        self._add_guard()
        self.coming = label(wraps=True)
        set_tone(self.coming, "accent")
        self.changed.connect(self.show_coming)
        self._arrange()

    def show_groups(self, names: Iterable[str]) -> None:
        """Offer the groups that there are."""
        field = self.entries["group"].holder
        assert isinstance(field, QLineEdit)
        field.setCompleter(QCompleter(sorted(set(names)), field))

    def show_options(self, options: TunnelOptions) -> None:
        """Show these."""
        schedule = options.schedule
        ends = schedule.expires_at
        self.put(
            {
                "group": options.group,
                "remark": options.remark,
                "autostart": options.is_started_with_daemon,
                "probe": options.is_probed,
                "schedule": schedule.windows,
                "idle_stop": schedule.idle_stop_min,
                "expires": f"{ends:%Y-%m-%d %H:%M}" if ends else "",
                "guard": options.guard.is_on,
                "pass_on": options.guard.pass_on,
            }
        )
        self.show_coming()

    def wanted(self, base: TunnelOptions) -> TunnelOptions | None:
        """Return the options with what is in the form; None if that cannot be."""
        values = self.values()
        if values is None:
            return None
        replace = msgspec.structs.replace
        options = replace(
            base,
            group=values["group"],
            remark=values["remark"],
            is_started_with_daemon=values["autostart"],
            is_probed=values["probe"],
            schedule=_schedule(values),
            guard=replace(base.guard, is_on=values["guard"], pass_on=values["pass_on"]),
        )
        try:
            options.check()
        except InvalidInput as error:
            self.fail(error)
            return None
        return options

    def show_coming(self) -> None:
        """Say what the hours in the form do next."""
        try:
            values = {
                name: self._value(name) for name in ("schedule", "idle_stop", "expires")
            }
        except InvalidInput:
            self.coming.clear()
        else:
            self.coming.setText(word_coming(_schedule(values), self._wall()))
        self.coming.setVisible(bool(self.coming.text()))

    def _add_running(self) -> None:
        for name in ("autostart", "probe"):
            box = QCheckBox(t(f"opt.{name}"))
            self.add(name, word_field(name), box, hint=t(f"opt.{name}.hint"))
        self.add("schedule", word_field("schedule"), self.hours, parse=checked_windows)
        idle = QLineEdit()
        idle.setPlaceholderText(t("opt.off"))
        self.add(
            "idle_stop",
            t("opt.idle_stop"),
            idle,
            parse=whole("idle_stop", most=LONGEST_IDLE_MIN, may_be_none=True),
        )
        ends = QLineEdit()
        ends.setPlaceholderText(t("opt.expires.none"))
        self.add("expires", word_field("expires"), ends, parse=_moment)

    def _add_guard(self) -> None:
        box = QCheckBox(t("opt.guard"))
        self.add("guard", word_field("guard"), box, hint=t("opt.guard.hint"))
        self.add(
            "pass_on",
            t("opt.pass_on"),
            self.pass_on,
            hint=t("opt.pass_on.hint"),
            parse=PassOn,
        )

    def _arrange(self) -> None:
        each = self.entries
        self.setLayout(
            column(
                label(t("opt.labels"), "heading"),
                each["group"],
                each["remark"],
                rule(),
                label(t("opt.running"), "heading"),
                each["autostart"],
                each["schedule"],
                self.coming,
                line(each["idle_stop"], each["expires"], spacing=M),
                each["probe"],
                rule(),
                label(t("opt.guarding"), "heading"),
                each["guard"],
                each["pass_on"],
                spacing=M,
            )
        )


def _moment(text: str) -> datetime | None:
    return parse_moment(text) if text else None


def _schedule(values: dict[str, Any]) -> Schedule:
    windows: tuple[Window, ...] = values["schedule"]
    return Schedule(
        windows=windows,
        idle_stop_min=values["idle_stop"],
        expires_at=values["expires"],
    )
