"""`service.toml`: what the owner decides about the service, declared once."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost import network
from chmlfrp.selfhost.hidden import Hidden
from chmlfrp.selfhost.rules.account import FREE, GROUPS

FILE_NAME = "service.toml"

Count = Annotated[int, Meta(ge=1, le=1_000_000)]
Whole = Annotated[int, Meta(ge=0, le=1_000_000)]

_AT = re.compile(r"(?P<why>.*) - at `\$\.?(?P<field>[^`]*)`", re.DOTALL)


class Section(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, frozen=True):
    """A table of the file; a name that is not declared is an error."""


class Accounts(Section, frozen=True):
    """How people come to an account."""

    registration: bool = True
    """Whether anybody with a mail address may register."""
    group: str = FREE
    """The group of those who register."""
    retoken_needs_code: bool = False
    """Whether a new user token takes a code from the mail; else a given one counts."""
    daily_points_least: Whole = 1
    daily_points_most: Whole = 20


class Guard(Section, frozen=True):
    """When guessing is stopped."""

    account_tries: Count = 5
    """Wrong passwords until an account is closed for a while."""
    address_tries: Count = 20
    """Wrong passwords and codes from one address until it is."""
    window_minutes: Count = 15
    ban_minutes: Count = 10
    mails_per_hour: Count = 20
    """Mails that one address may ask for."""


class Limits(Section, frozen=True):
    """How many requests are answered in a minute; 0 is no limit.

    Costly is what takes a password, a mail, another server or a new row.
    """

    address_requests: Whole = 1200
    account_requests: Whole = 600
    address_costly: Whole = 120
    account_costly: Whole = 60
    exempt: tuple[str, ...] = ("127.0.0.0/8", "::1")
    """Addresses and networks that are never stopped."""


class Mail(Section, frozen=True):
    """Where mail goes: an SMTP server, or a folder of the service."""

    url: Hidden = msgspec.field(default_factory=Hidden)
    """`smtp://`, `starttls://` or `smtps://`, `USER:PASSWORD@HOST:PORT`; empty: folder."""
    sender: str = "ChmlFrp <noreply@localhost>"
    code_minutes: Count = 10
    cooldown_seconds: Whole = 60
    code_tries: Count = 5


class Captcha(Section, frozen=True):
    """Who tells people from programs at sign-in for points and at mail codes."""

    kind: Literal["off", "geetest"] = "off"
    id: str = ""
    key: Hidden = msgspec.field(default_factory=Hidden)
    url: str = "https://gcaptcha4.geetest.com/validate"
    when_down: Literal["open", "closed"] = "closed"
    """What becomes of a request while the verifier does not answer."""


class OAuth(Section, frozen=True):
    """The authorisation server; times in seconds unless said."""

    access_seconds: Count = 599
    refresh_days: Count = 30
    device_seconds: Count = 300
    interval: Count = 5
    allow_http: bool = False
    """Whether `public_url` may be plain http on other addresses than loopback."""


class Pictures(Section, frozen=True):
    """How a link to an avatar is looked at."""

    check: bool = True
    private_hosts: bool = False
    """Whether the service may look at addresses of its own network."""


class Link(Section, frozen=True):
    """A line of the panel's list of friends."""

    name: str
    url: str
    description: str | None = None


class Nodes(Section, frozen=True):
    """What holds for all nodes."""

    silent_seconds: Annotated[int, Meta(ge=3, le=3600)] = 30
    """A node that reported nothing for so long counts as offline."""
    banned_domains: tuple[str, ...] = ("frp.one",)
    """No tunnel may have these or names below them."""


class Downloads(Section, frozen=True):
    """Programs to hand out: files named `frpc_OS_ARCH`, as `frpc_linux_amd64`."""

    folder: str = ""
    version: str = ""
    notes: tuple[str, ...] = ()


class ServiceSettings(Section, frozen=True):
    """All of the file."""

    name: str = "ChmlFrp selfhost"
    public_url: str = ""
    """The address people use, for links and tokens; empty: that of the request."""
    time_zone: str = ""
    """Where a day begins, as `Asia/Shanghai`; empty: as on this machine."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks whose `X-Forwarded-For` is believed."""
    accounts: Accounts = Accounts()
    guard: Guard = Guard()
    limits: Limits = Limits()
    mail: Mail = msgspec.field(default_factory=Mail)
    captcha: Captcha = msgspec.field(default_factory=Captcha)
    oauth: OAuth = OAuth()
    pictures: Pictures = Pictures()
    nodes: Nodes = Nodes()
    downloads: Downloads = Downloads()
    links: tuple[Link, ...] = ()

    def zone(self) -> ZoneInfo | None:
        """Return the zone, None for this machine's own."""
        return ZoneInfo(self.time_zone) if self.time_zone else None


def load(folder: Path) -> ServiceSettings:
    """Return what `service.toml` in `folder` says, or the defaults without one.

    Raises:
        InvalidInput: the file cannot be read, or a field cannot be what it is.
    """
    path = folder / FILE_NAME
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return ServiceSettings()
    except (OSError, UnicodeDecodeError) as exc:
        raise InvalidInput(
            f"{FILE_NAME} cannot be read",
            hint="make it a text file in UTF-8 that its owner can read",
            field=FILE_NAME,
        ) from exc
    return parse(text)


def parse(text: str) -> ServiceSettings:
    """Return the settings in `text`.

    Raises:
        InvalidInput: it is no TOML, or a field cannot be what it is; names the field.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise InvalidInput(
            f"{FILE_NAME} is no valid TOML: {exc}", field=FILE_NAME
        ) from exc
    try:
        settings = msgspec.convert(raw, ServiceSettings, dec_hook=_read)
    except msgspec.ValidationError as exc:
        found = _AT.fullmatch(str(exc))
        field = (found and found["field"]) or FILE_NAME
        raise _wrong(field, found["why"] if found else str(exc)) from exc
    _check(settings)
    return settings


def _read(kind: type, value: Any) -> Any:
    if kind is Hidden and isinstance(value, str):
        return Hidden(value)
    raise TypeError("Expected `str`")


def _check(settings: ServiceSettings) -> None:
    accounts, captcha = settings.accounts, settings.captcha
    if accounts.group not in GROUPS:
        raise _wrong("accounts.group", "Expected one of " + ", ".join(GROUPS))
    if accounts.daily_points_least > accounts.daily_points_most:
        raise _wrong("accounts.daily_points_least", "Expected no more than the most")
    if captcha.kind == "geetest" and not (captcha.id and captcha.key):
        raise _wrong("captcha.id", "Expected the id and key of the captcha")
    if settings.public_url and not re.fullmatch(
        r"https?://[^/?#\s]+", settings.public_url
    ):
        raise _wrong("public_url", "Expected http(s)://HOST without a path")
    _check_networks("trusted_proxies", settings.trusted_proxies)
    _check_networks("limits.exempt", settings.limits.exempt)
    _check_zone(settings)


def _check_networks(field: str, texts: tuple[str, ...]) -> None:
    try:
        network.networks(texts)
    except ValueError as exc:
        why = "Expected addresses or networks such as 10.0.0.0/8"
        raise _wrong(field, why) from exc


def _check_zone(settings: ServiceSettings) -> None:
    try:
        settings.zone()
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise _wrong("time_zone", "Expected a name such as Asia/Shanghai") from exc


def _wrong(field: str, why: str) -> InvalidInput:
    return InvalidInput(
        f"{FILE_NAME}: {field} cannot be used: {why}",
        hint="correct the field, or take it out for the default",
        field=field,
    )
