"""Settings: declared once below, read from `settings.toml`, changed with comments kept.

A new setting is a new field: its key is where it stands (`core.tls`), its type is the
rule, what a type cannot say is a rule in `RULES`.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

from chmlfrp.errors import InvalidInput, SettingsBroken
from chmlfrp.local.address import proxy_url, service_url
from chmlfrp.local.files import keep_aside, write_private
from chmlfrp.local.private import unusable
from chmlfrp.model.schedule import format_windows, parse_windows

MANIFEST = "https://cf-v1.uapis.cn/download/frpc/frpc_info.json"
UPSTREAM = "https://api.github.com/repos/fatedier/frp/releases"
SERVICE = "https://cf-v2.uapis.cn"
PANEL = "http://preview.panel.chmlfrp.cn"
ENV_SERVICE = "CHMLFRP_API"


class ServiceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Which service to sign in to."""

    url: str = SERVICE
    panel: str = ""
    """The service's own pages for people; empty: the hosted service's, if it is used."""

    issuer: str = ""
    """Where a sign-in by code goes (OAuth 2); empty: to the service itself."""
    client_id: str = ""
    """As what this program is registered there; none is shipped."""

    @property
    def panel_page(self) -> str:
        """Where a person does what needs a captcha; empty if there is no such page."""
        is_hosted = self.url.rstrip("/") == SERVICE
        return self.panel or (PANEL if is_hosted else "")


class CoreSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Which frpc to run, and how."""

    path: str = ""
    """Empty: the managed one, else what is found on PATH."""
    tls: Literal["prefer", "require", "off"] = "prefer"
    """Between frpc and node; `off` sends the token in clear."""
    source: Literal["official", "upstream"] = "official"
    """Where `core install` looks first: the service's list or frp's own releases."""
    manifest: str = MANIFEST
    """The official list."""
    upstream: str = UPSTREAM
    """Releases of frp, as GitHub's API tells them."""
    mirrors: tuple[str, ...] = ()
    """Addresses to be put before the one of a file that cannot be fetched."""
    log_level: Literal["trace", "debug", "info"] = "info"
    """What frpc tells; with less than `info` nobody would know how a tunnel stands."""
    proxy: str = ""
    """Through which nodes are dialled, as http://host:port or socks5://host:port."""
    protocol: Literal["tcp", "kcp"] = "tcp"
    """Spoken to nodes; kcp goes over UDP and only to nodes that offer it."""


NotifyLevel = Literal["off", "error", "warning"]
"""What people want to hear of when they are not looking."""


class NotifySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told when something is the matter."""

    level: NotifyLevel = "error"
    quiet: str = ""
    """Hours in which nothing is sent, as "23:00-07:00"; what is held is sent after."""
    desktop: bool = False
    targets: tuple[str, ...] = ()
    """Names of mailboxes, webhooks and chats; their addresses are among the secrets."""


class GuardSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the guard remembers, and whom it tells."""

    new_tunnels: bool = True
    """Whether it is on for tunnels that are made from here."""
    keep_visitors_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 90
    """For how long after their last visit visitors are remembered; 0: not at all."""
    metrics_port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    """Where Prometheus reads what tunnels do, on this machine alone; 0: nowhere."""


class UiSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the faces look."""

    language: Literal["auto", "zh", "en"] = "auto"
    theme: Literal["auto", "light", "dark"] = "auto"
    """Colours of the window; `auto` is what the system has."""
    tunnel_order: Literal["name", "state", "node", "group", "traffic"] = "name"
    """By what the window's list of tunnels is sorted."""
    is_tray_told: bool = False
    """Whether it was said that tunnels go on without the window."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting, by section."""

    service: ServiceSettings = ServiceSettings()
    core: CoreSettings = CoreSettings()
    notify: NotifySettings = NotifySettings()
    guard: GuardSettings = GuardSettings()
    ui: UiSettings = UiSettings()


def _quiet_hours(text: str) -> str:
    return format_windows(parse_windows(text))


def _each_address(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(service_url(value) for value in values)


def _maybe_address(text: str) -> str:
    return service_url(text) if text else ""


RULES: Mapping[str, Callable[[Any], Any]] = {
    "service.url": service_url,
    "service.panel": _maybe_address,
    "service.issuer": _maybe_address,
    "core.manifest": service_url,
    "core.upstream": service_url,
    "core.mirrors": _each_address,
    "core.proxy": proxy_url,
    "notify.quiet": _quiet_hours,
}
"""Checks beyond the type; each returns the value to use, or raises InvalidInput."""


class Source(StrEnum):
    """Where a value comes from."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One declared setting."""

    key: str
    type: Any
    default: Any

    def read(self, value: object, *, strict: bool = True) -> Any:
        """Return the value in the setting's type.

        strict: a text is not taken for a number or a truth value.

        Raises:
            InvalidInput: with the key as its field.
        """
        try:
            typed = msgspec.convert(value, self.type, strict=strict)
            return RULES[self.key](typed) if self.key in RULES else typed
        except msgspec.ValidationError as exc:
            is_choice = get_origin(self.type) is Literal
            allowed = get_args(self.type) if is_choice else ()
            hint = f"One of: {', '.join(allowed)}." if allowed else ""
            message = f"{self.key} = {value!r}: {exc}"
            raise InvalidInput(message, hint=hint, field=self.key) from exc
        except InvalidInput as exc:
            message = f"{self.key}: {exc.message}"
            raise InvalidInput(message, hint=exc.hint, field=self.key) from exc


def _declared() -> Iterator[Setting]:
    for section in msgspec.structs.fields(Settings):
        for field in msgspec.structs.fields(section.type):
            key = f"{section.name}.{field.name}"
            yield Setting(key=key, type=field.type, default=field.default)


DECLARED: Mapping[str, Setting] = {setting.key: setting for setting in _declared()}
"""All settings by key, in the order of their declaration."""


class LoadedSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings in force and what was found on the way."""

    settings: Settings
    sources: Mapping[str, Source]
    unknown: tuple[str, ...] = ()
    """Keys in the file that this version does not know; they are left in place."""
    broken: SettingsBroken | None = None
    """What is wrong with the file; defaults stand in for what could not be read."""

    def value(self, key: str) -> Any:
        """Return the value of a declared setting."""
        section, _, name = declared(key).key.partition(".")
        return getattr(getattr(self.settings, section), name)


def declared(key: str) -> Setting:
    """Return the setting of that key.

    Raises:
        InvalidInput: there is none.
    """
    if key not in DECLARED:
        hint = f"Known settings: {', '.join(DECLARED)}."
        raise InvalidInput(f"no setting is called {key!r}", hint=hint, field=key)
    return DECLARED[key]


def load(path: Path, *, environ: Mapping[str, str] = os.environ) -> LoadedSettings:
    """Read the settings; a broken file is copied aside and never changed.

    Raises:
        InvalidInput: the environment names a service that cannot be one.
        HomeUnusable: the file is there and cannot be read.
    """
    values = {key: setting.default for key, setting in DECLARED.items()}
    sources = dict.fromkeys(DECLARED, Source.DEFAULT)
    found, faults = _read(path)
    for key in found.keys() & DECLARED.keys():
        try:
            values[key] = DECLARED[key].read(found[key])
            sources[key] = Source.FILE
        except InvalidInput as exc:
            faults.append(exc)
    if chosen := environ.get(ENV_SERVICE, "").strip():
        values["service.url"] = _from_environment(chosen)
        sources["service.url"] = Source.ENVIRONMENT
    return LoadedSettings(
        settings=_assembled(values),
        sources=sources,
        unknown=tuple(key for key in found if key not in DECLARED),
        broken=_broken(path, faults) if faults else None,
    )


def change(path: Path, changes: Mapping[str, object]) -> None:
    """Write settings into the file, or remove those whose value is None.

    Texts are read as the setting's type. Comments and unknown keys stay; the file so
    far stays as `settings.toml.bak`.

    Raises:
        InvalidInput: a key is unknown or a value is not allowed; nothing is written.
        SettingsBroken: the file cannot be understood; it is not touched.
        HomeUnusable: the file cannot be written.
    """
    checked = {declared(key).key: value for key, value in changes.items()}
    wanted = {
        key: None if value is None else declared(key).read(value, strict=False)
        for key, value in checked.items()
    }
    _, faults = _read(path)
    if faults:
        raise _broken(path, faults)
    write_private(path, _edited(path, wanted).encode(), keep_previous=True)


def _edited(path: Path, wanted: Mapping[str, object]) -> str:
    import tomlkit

    document = tomlkit.parse(_text(path))
    for key, value in wanted.items():
        section, _, name = key.partition(".")
        table: Any = document.setdefault(section, tomlkit.table())
        if value is not None:
            table[name] = value
        elif name in table:
            del table[name]
    return tomlkit.dumps(document)


def _read(path: Path) -> tuple[dict[str, object], list[InvalidInput]]:
    """Return what the file says, flat, by key; and what cannot be understood."""
    import tomllib

    try:
        tree = tomllib.loads(_text(path))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        return {}, [InvalidInput(str(exc), field=_line(str(exc)))]
    found: dict[str, object] = {}
    faults = []
    sections = {field.name for field in msgspec.structs.fields(Settings)}
    for name, value in tree.items():
        if isinstance(value, dict):
            found |= {f"{name}.{inner}": item for inner, item in value.items()}
        elif name in sections:
            message = f"{name} = {value!r}: Expected a section, [{name}]"
            faults.append(InvalidInput(message, field=name))
        else:
            found[name] = value
    return found, faults


def _text(path: Path) -> str:
    """Return the file's text, empty if there is none; editors may add a mark."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        return ""
    except OSError as exc:
        raise unusable(path, exc.strerror or str(exc)) from exc


def _line(message: str) -> str:
    found = re.search(r"line \d+", message)
    return found[0] if found else ""


def _broken(path: Path, faults: list[InvalidInput]) -> SettingsBroken:
    aside = keep_aside(path, copy=True)
    what = "; ".join(fault.message for fault in faults)
    hints = " ".join(dict.fromkeys(fault.hint for fault in faults if fault.hint))
    way_out = f"Defaults are used meanwhile. A copy is kept as {aside}."
    return SettingsBroken(
        f"{path}: {what}", hint=f"{hints} {way_out}".strip(), field=faults[0].field
    )


def _from_environment(text: str) -> str:
    try:
        return service_url(text)
    except InvalidInput as exc:
        message = f"{ENV_SERVICE}: {exc.message}"
        raise InvalidInput(message, hint=exc.hint, field=ENV_SERVICE) from exc


def _assembled(values: Mapping[str, Any]) -> Settings:
    tree: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        section, _, name = key.partition(".")
        tree.setdefault(section, {})[name] = value
    return msgspec.convert(tree, Settings)
