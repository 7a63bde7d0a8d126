"""Every colour, distance and size, once; light and dark have the same names."""

from dataclasses import dataclass
from enum import StrEnum

XS, S, M, L, XL = 4, 8, 12, 16, 24
"""Distances, in device-independent pixels."""
RADIUS = 8
CAPTION, BODY, HEADING, TITLE, CODE = 12, 14, 16, 22, 30
"""Heights of letters, in device-independent pixels."""
ICON = 18
ROW = 68
SIDEBAR = 208

FAMILIES = [
    "Segoe UI",
    "Noto Sans",
    "Noto Sans CJK SC",
    "Microsoft YaHei UI",
    "PingFang SC",
    "sans-serif",
]
FIXED_FAMILIES = [
    "Cascadia Mono",
    "Menlo",
    "Noto Sans Mono CJK SC",
    "DejaVu Sans Mono",
    "monospace",
]


class Tone(StrEnum):
    """What a colour means."""

    GOOD = "good"
    BUSY = "busy"
    BAD = "bad"
    IDLE = "idle"
    ACCENT = "accent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The colours of one theme, as #rrggbb."""

    is_dark: bool
    window: str
    sidebar: str
    card: str
    card_hover: str
    field: str
    line: str
    text: str
    text_soft: str
    text_faint: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    good: str
    good_soft: str
    busy: str
    busy_soft: str
    bad: str
    bad_soft: str
    idle: str
    idle_soft: str
    track: str
    """A switch that is off, a bar that is empty."""

    def ink(self, tone: Tone) -> str:
        """Return the colour of text and dots of that meaning."""
        return str(getattr(self, tone))

    def wash(self, tone: Tone) -> str:
        """Return the colour behind such text."""
        return str(getattr(self, f"{tone}_soft"))


LIGHT = Tokens(
    is_dark=False,
    window="#f3f4f9",
    sidebar="#fbfbfd",
    card="#ffffff",
    card_hover="#f8f9fd",
    field="#ffffff",
    line="#e3e5ec",
    text="#16181f",
    text_soft="#565c6b",
    text_faint="#6e7482",
    accent="#3461e8",
    accent_hover="#2a52cc",
    accent_soft="#e6edff",
    on_accent="#ffffff",
    good="#0d7a38",
    good_soft="#e2f4e8",
    busy="#9a5400",
    busy_soft="#fdf0da",
    bad="#c01f37",
    bad_soft="#fde5e8",
    idle="#646a78",
    idle_soft="#eff0f4",
    track="#8d93a3",
)

DARK = Tokens(
    is_dark=True,
    window="#131419",
    sidebar="#191b23",
    card="#1d1f26",
    card_hover="#24272f",
    field="#1a1c23",
    line="#2c2f39",
    text="#eef0f5",
    text_soft="#a9afbd",
    text_faint="#868d9c",
    accent="#5b8cff",
    accent_hover="#78a0ff",
    accent_soft="#1d2746",
    on_accent="#0b0d13",
    good="#35c76b",
    good_soft="#1a3325",
    busy="#f5a524",
    busy_soft="#38290f",
    bad="#ff6678",
    bad_soft="#3e1d25",
    idle="#9198a6",
    idle_soft="#282b34",
    track="#5d6372",
)
