"""What stands on the settings' page, once: the page, its search and its tests read it.

A setting's texts are `set.KEY`, its explanation `set.KEY.hint` and its choices
`set.KEY.CHOICE`; a section's title is `set.NAME`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import get_args

from chmlfrp.desktop.text import t
from chmlfrp.desktop.texts import TEXTS
from chmlfrp.local.settings import DECLARED


class Kind(StrEnum):
    """How a setting is shown."""

    CHOICE = "choice"
    FLAG = "flag"
    TEXT = "text"
    NUMBER = "number"
    PANEL = "panel"
    """A part with its own ways; it finds out by itself how things stand."""


class Effect(StrEnum):
    """When a change counts."""

    NOW = "now"
    NEXT_WINDOW = "next_window"
    NEXT_DAEMON = "next_daemon"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing of a section; `key` is the one in the settings, or the panel's name."""

    key: str
    kind: Kind
    effect: Effect = Effect.NOW

    @property
    def title(self) -> str:
        """What it is called."""
        return t(f"set.{self.key}")

    @property
    def hint(self) -> str:
        """What it means; empty where the title says it all."""
        code = f"set.{self.key}.hint"
        return t(code) if code in TEXTS else ""

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be chosen, as it stands in the file."""
        if self.kind is not Kind.CHOICE:
            return ()
        return tuple(get_args(DECLARED[self.key].type))

    def choice_text(self, choice: str) -> str:
        """Return what a choice is called."""
        return t(f"set.{self.key}.{choice}")

    @property
    def words(self) -> str:
        """All that a search may hit."""
        found = [self.title, self.hint, self.key, *map(self.choice_text, self.choices)]
        return "\n".join(found).casefold()


@dataclass(frozen=True, kw_only=True)
class Section:
    """What belongs together."""

    name: str
    glyph: str
    entries: tuple[Entry, ...]

    @property
    def title(self) -> str:
        """What it is called."""
        return t(f"set.{self.name}")


SECTIONS: tuple[Section, ...] = (
    Section(
        name="look",
        glyph="theme",
        entries=(
            Entry(key="ui.theme", kind=Kind.CHOICE),
            Entry(key="ui.language", kind=Kind.CHOICE, effect=Effect.NEXT_WINDOW),
        ),
    ),
    Section(
        name="start",
        glyph="start",
        entries=(Entry(key="startup", kind=Kind.PANEL),),
    ),
    Section(
        name="notify",
        glyph="bell",
        entries=(
            Entry(key="notify.level", kind=Kind.CHOICE),
            Entry(key="notify.desktop", kind=Kind.FLAG),
            Entry(key="notify.quiet", kind=Kind.TEXT),
        ),
    ),
    Section(
        name="network",
        glyph="domains",
        entries=(
            Entry(key="service.url", kind=Kind.TEXT, effect=Effect.NEXT_DAEMON),
            Entry(key="core.tls", kind=Kind.CHOICE, effect=Effect.NEXT_DAEMON),
            Entry(key="core.proxy", kind=Kind.TEXT, effect=Effect.NEXT_DAEMON),
            Entry(key="core.protocol", kind=Kind.CHOICE, effect=Effect.NEXT_DAEMON),
            Entry(key="core.log_level", kind=Kind.CHOICE, effect=Effect.NEXT_DAEMON),
            Entry(key="guard.new_tunnels", kind=Kind.FLAG, effect=Effect.NEXT_DAEMON),
            Entry(key="guard.keep_visitors_days", kind=Kind.NUMBER),
        ),
    ),
    Section(
        name="core",
        glyph="core",
        entries=(
            Entry(key="cores", kind=Kind.PANEL),
            Entry(key="core.source", kind=Kind.CHOICE, effect=Effect.NEXT_DAEMON),
            Entry(key="core.path", kind=Kind.TEXT, effect=Effect.NEXT_DAEMON),
        ),
    ),
    Section(
        name="data",
        glyph="archive",
        entries=(Entry(key="data", kind=Kind.PANEL),),
    ),
    Section(
        name="about",
        glyph="info",
        entries=(Entry(key="about", kind=Kind.PANEL),),
    ),
)
