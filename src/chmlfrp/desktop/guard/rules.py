"""The rules as a form, in the order in which they are asked."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from chmlfrp.desktop.design.form import Entry, Form, whole
from chmlfrp.desktop.design.tokens import M
from chmlfrp.desktop.design.widgets import column, label, line, rule
from chmlfrp.desktop.text import t
from chmlfrp.desktop.tunnel.hours import HoursEditor, checked_windows
from chmlfrp.errors import InvalidInput
from chmlfrp.model.guard import (
    LARGEST,
    LIMITS,
    Ban,
    Guard,
    Rule,
    parse_country,
    parse_network,
)

LISTS = ("deny", "allow", "ban.spare")
COUNTRIES = ("deny_countries", "allow_countries")
BANS = ("after", "within_s", "shorter_s", "fewer_bytes", "minutes")
LIST_HEIGHT = 76
COUNTED: Mapping[Rule, str] = {
    Rule.DENY: "deny",
    Rule.ALLOW: "allow",
    Rule.DENY_COUNTRY: "deny_countries",
    Rule.ALLOW_COUNTRY: "allow_countries",
    Rule.KNOCK: "knock_hours",
    Rule.HOURS: "hours",
    Rule.MAX_CONNECTIONS: "max_connections",
    Rule.MAX_PER_ADDRESS: "max_per_address",
    Rule.NEW_PER_MINUTE: "new_per_minute",
    Rule.BANNED: "ban",
}
"""At which field a rule's refusals stand."""
SAMPLE_NETWORKS = "203.0.113.7\n2001:db8::/32"
SAMPLE_COUNTRIES = "CN, DE, US"


class RulesForm(Form):
    """Lists, countries, hours, limits and bans; empty means without limit."""

    def __init__(self) -> None:
        super().__init__()
        for name in LISTS:
            self._add_list(name)
        for name in COUNTRIES:
            self._add_line(name, SAMPLE_COUNTRIES, parse=_countries)
        self._add_line("asleep", t("guard.rule.asleep.sample"), parse=str.strip)
        for name in LIMITS:
            parse = whole(name, most=LARGEST, may_be_none=True)
            self._add_line(name, t("opt.off"), parse=parse)
        self.hours = HoursEditor(t("guard.hours.none"))
        self._add("hours", self.hours, parse=checked_windows)
        self.bans = QCheckBox(t("guard.rule.ban"))
        self._add("ban", self.bans)
        for name in BANS:
            field = f"ban.{name}"
            self._add_line(field, "", parse=whole(field, most=LARGEST))
        self.bans.toggled.connect(lambda _: self._show_parts())
        self._arrange()
        self._show_parts()

    def show_guard(self, guard: Guard) -> None:
        """Show these rules."""
        ban = guard.ban
        values: dict[str, object] = {name: getattr(guard, name) for name in LIMITS}
        values |= {
            "deny": "\n".join(guard.deny),
            "allow": "\n".join(guard.allow),
            "deny_countries": ", ".join(guard.deny_countries),
            "allow_countries": ", ".join(guard.allow_countries),
            "hours": guard.hours,
            "asleep": guard.asleep,
            "ban": ban.after is not None,
            "ban.after": ban.after or 5,
            "ban.spare": "\n".join(ban.spare),
        }
        values |= {f"ban.{name}": getattr(ban, name) for name in BANS[1:]}
        self.put(values)

    def show_own(self, *, is_own: bool) -> None:
        """Show what only a tunnel's own rules may hold, or leave it out."""
        for name in OWN:
            self.entries[name].setVisible(is_own)
            if not is_own:
                self.put({name: ""})

    def wanted(self, base: Guard) -> Guard | None:
        """Return the rules as they are in the form; None if they cannot be."""
        unused = () if self.bans.isChecked() else [f"ban.{name}" for name in BANS]
        values = self.values(name for name in self.entries if name not in unused)
        if values is None:
            return None
        fields = ("deny", "allow", *COUNTRIES, *LIMITS, "hours", "asleep")
        said = {name: values[name] for name in fields}
        guard = msgspec.structs.replace(base, **said, ban=self._ban(base.ban, values))
        try:
            guard.check()
        except InvalidInput as error:
            self.fail(error)
            return None
        return guard

    def show_refusals(self, counts: Mapping[Rule, int]) -> None:
        """Say at each rule how many it turned away."""
        for counted, name in COUNTED.items():
            count = counts.get(counted, 0)
            self.entries[name].say_note(t("guard.turned", n=count) if count else "")

    def _ban(self, base: Ban, values: Mapping[str, Any]) -> Ban:
        spare = values["ban.spare"]
        if not self.bans.isChecked():
            return msgspec.structs.replace(base, after=None, spare=spare)
        said = {name: values[f"ban.{name}"] for name in BANS}
        return msgspec.structs.replace(base, **said, spare=spare)

    def _show_parts(self) -> None:
        self.ban_parts.setVisible(self.bans.isChecked())

    def _add(
        self,
        name: str,
        holder: QWidget,
        *,
        parse: Callable[[Any], Any] | None = None,
    ) -> Entry:
        title = t(f"guard.rule.{name}")
        hint = t(f"guard.rule.{name}.hint") if name in HINTED else ""
        return self.add(name, title, holder, hint=hint, parse=parse)

    def _add_list(self, name: str) -> None:
        field = QPlainTextEdit()
        field.setPlaceholderText(SAMPLE_NETWORKS)
        field.setFixedHeight(LIST_HEIGHT)
        field.setTabChangesFocus(True)
        self._add(name, field, parse=lambda text: _networks(text, name))

    def _add_line(self, name: str, sample: str, *, parse: Callable[[Any], Any]) -> None:
        field = QLineEdit()
        field.setPlaceholderText(sample)
        self._add(name, field, parse=parse)

    def _arrange(self) -> None:
        each = self.entries
        self.ban_parts = QWidget()
        ban = column(
            line(each["ban.after"], each["ban.within_s"], spacing=M),
            line(each["ban.shorter_s"], each["ban.fewer_bytes"], spacing=M),
            each["ban.minutes"],
            each["ban.spare"],
            spacing=M,
        )
        self.ban_parts.setLayout(ban)
        body = column(
            label(t("guard.order_of_rules"), "caption", wraps=True),
            label(t("guard.section.who"), "heading"),
            each["deny"],
            each["allow"],
            line(each["deny_countries"], each["allow_countries"], spacing=M),
            each["knock_hours"],
            rule(),
            label(t("guard.section.when"), "heading"),
            each["hours"],
            rule(),
            label(t("guard.section.much"), "heading"),
            line(each["max_connections"], each["max_per_address"], spacing=M),
            each["new_per_minute"],
            line(each["bytes_per_second"], each["idle_timeout_s"], spacing=M),
            each["asleep"],
            rule(),
            label(t("guard.section.ban"), "heading"),
            each["ban"],
            self.ban_parts,
            spacing=M,
        )
        self.setLayout(body)


HINTED = ("allow", "allow_countries", "knock_hours", "asleep", "ban")
OWN = ("knock_hours", "asleep")
"""What each tunnel's rules hold alone."""


def _networks(text: str, field: str) -> tuple[str, ...]:
    parts = text.replace(",", " ").replace("，", " ").split()
    return tuple(dict.fromkeys(str(parse_network(part, field=field)) for part in parts))


def _countries(text: str) -> tuple[str, ...]:
    parts = text.replace(",", " ").replace("，", " ").split()
    return tuple(dict.fromkeys(parse_country(part) for part in parts))
