"""What travels about frpc itself: which there are, and the course of an installation."""

from typing import Literal

from chmlfrp.control.protocol import Message, Problem


class CoreView(Message, frozen=True, kw_only=True):
    """One frpc that was installed here."""

    label: str
    """What it is called here; a version, with a number where there are two of it."""
    version: str
    """As it says itself."""
    source: str
    sha256: str
    size: int
    installed_at: float
    """Seconds since 1970."""
    is_chosen: bool = False
    trouble: str = ""
    """`gone` or `changed` since it was installed; empty if it is as it was."""


class CoreInUse(Message, frozen=True, kw_only=True):
    """The frpc that the next start runs."""

    path: str
    version: str
    origin: str
    """configured, managed, demo or path."""


class CoresView(Message, frozen=True, kw_only=True):
    """All of them."""

    installed: tuple[CoreView, ...] = ()
    in_use: CoreInUse | None = None
    problem: Problem | None = None
    """Why there is none to run."""


class CoreOffer(Message, frozen=True, kw_only=True):
    """A version that can be fetched."""

    version: str
    source: str
    is_for_this_machine: bool


class InstallCore(Message, frozen=True, kw_only=True):
    """Fetch a version and keep it."""

    version: str | None = None
    """None: the newest."""
    source: Literal["official", "upstream"] | None = None
    """None: as the settings say."""
    choose: bool = True
    """Run it from the next start on."""


class UseCore(Message, frozen=True, kw_only=True):
    """Run this one from the next start on."""

    label: str


class CoreChosen(Message, frozen=True, kw_only=True, tag="chosen"):
    """How an installation or a choice ended well."""

    core: CoreView
    was_there: bool = False
    """Nothing had to be fetched."""
    running: tuple[int, ...] = ()
    """Tunnels that go on with the frpc from before until they are started anew."""


class CoreProgress(Message, frozen=True, kw_only=True, tag="progress"):
    """How far an installation is."""

    stage: Literal["list", "download", "check"]
    version: str = ""
    bytes: int = 0
    total: int | None = None


class CoreFailed(Message, frozen=True, kw_only=True, tag="failed"):
    """How an installation ended badly; what was used before still is."""

    problem: Problem


CoreFrame = CoreProgress | CoreChosen | CoreFailed
