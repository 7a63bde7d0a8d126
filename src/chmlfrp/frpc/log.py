"""A line of frpc's output -> an event, for upstream (0.65, 0.70) and the ChmlFrp fork.

The two dialects never say the same words with another meaning, so one table serves both.
Where a line was written in the source is never looked at: it differs between versions.
"""

import re
from collections.abc import Callable

from chmlfrp.frpc.events import (
    AdminFailed,
    AdminListening,
    ConfigError,
    Connecting,
    GaveUp,
    LinkLost,
    LocalServiceDown,
    LogEvent,
    LoggedIn,
    LoginFailed,
    Noise,
    Other,
    Panicked,
    ProxiesAdded,
    ProxiesRemoved,
    ProxyFailed,
    ProxyStarted,
    Reloaded,
    ReloadRefused,
    Said,
)
from chmlfrp.frpc.lines import LONGEST_LINE, clean
from chmlfrp.frpc.reasons import (
    config_reason,
    link_reason,
    plain_reason,
    proxy_reason,
)
from chmlfrp.model.reason import Code

__all__ = ["LogEvent", "bare_name", "parse_line"]

_LEVELS = {"T": "trace", "D": "debug", "I": "info", "W": "warning", "E": "error"}

_HEAD = re.compile(
    r"\d{4}[-/]\d\d[-/]\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? "
    r"\[([TDIWE])\] (?:\[[^\]\s]{1,128}\] )?"
)
_BRACKET = re.compile(r"\[([^\]]{1,512})\] ")
_RUN_ID = re.compile(r"(?:[^.]*-)?[0-9a-f]{16}")
_PANIC = re.compile(r"(?:panic|fatal error): ")
_USUAL_PANIC = "negative WaitGroup counter"

_Build = Callable[[re.Match[str], "_Line"], LogEvent]


class _Line:
    """A line taken apart; builders make events of it."""

    __slots__ = ("is_in_session", "level", "name", "text")

    def __init__(self, text: str, level: str, segments: list[str]) -> None:
        self.text = text
        self.level = level
        proxies = [s for s in segments if not _RUN_ID.fullmatch(s)]
        self.is_in_session = len(proxies) < len(segments)
        self.name = bare_name(proxies[0]) if proxies else None

    def said(self) -> Said:
        return Said(level=self.level, text=self.text, tunnel=self.name)


def parse_line(line: str | bytes) -> LogEvent:
    """Return what the line means; never raises, whatever the line is.

    Lines come masked (`lines.Masker`). Beyond that, tunnel names and run ids lose the
    token that frpc puts before them.
    """
    if isinstance(line, bytes):
        line = line.decode("utf-8", errors="replace")
    text = clean(line[:LONGEST_LINE]).replace("\n", " ").strip()
    head = _HEAD.match(text)
    if head is None:
        return _unframed(text)
    segments, message = _segments(text[head.end() :])
    found = _Line(message, _LEVELS[head[1]], segments)
    for pattern, build in _FRAMED:
        if match := pattern.fullmatch(message):
            return build(match, found)
    return Other(level=found.level, text=message, tunnel=found.name)


def bare_name(name: str) -> str:
    """Return a tunnel's own name from `<user>.<name>`; our names have no dot."""
    return name.rpartition(".")[2]


def _segments(rest: str) -> tuple[list[str], str]:
    """Split off `[run id] [user.tunnel] `, of which each may be missing."""
    segments: list[str] = []
    while len(segments) < 2 and (match := _BRACKET.match(rest)):
        segments.append(match[1])
        rest = rest[match.end() :]
    return segments, rest


def _unframed(text: str) -> LogEvent:
    if not text or text.startswith("WARNING: ini format is deprecated"):
        return Noise(text=text)
    if _PANIC.match(text):
        return Panicked(level="error", text=text, is_usual=_USUAL_PANIC in text)
    if gave_up := _GAVE_UP.fullmatch(text):
        return GaveUp(level="error", text=text, reason=link_reason(gave_up[1]))
    if _CONFIG_ERROR.search(text):
        return ConfigError(level="error", text=text, reason=config_reason(text))
    return Other(text=text, is_framed=False)


_GAVE_UP = re.compile(r"login to the server failed: (.*?)(?:\. With loginFailExit .*)?")
_CONFIG_ERROR = re.compile(
    r"^open .*: |permission denied|^failed to parse |^parse |^json: |^template: "
    r"|^yaml: |^toml: |^error converting YAML|^invalid (log level|configuration)"
    r"|^listen tcp |: bind: |获取配置文件失败|^proxy \S+: "
)


def _connecting(_: re.Match[str], line: _Line) -> LogEvent:
    return Connecting(level=line.level, text=line.text, again=line.is_in_session)


def _reconnecting(_: re.Match[str], line: _Line) -> LogEvent:
    return Connecting(level=line.level, text=line.text, again=True)


def _logged_in(match: re.Match[str], line: _Line) -> LogEvent:
    run_id = match[1].rpartition("-")[2]
    text = line.text.replace(match[1], run_id) if run_id else line.text
    return LoggedIn(level=line.level, text=text, run_id=run_id)


def _login_failed(match: re.Match[str], line: _Line) -> LogEvent:
    return LoginFailed(
        level=line.level, text=line.text, reason=link_reason(_before_wait(match[1]))
    )


def _before_wait(text: str) -> str:
    """Cut `, 等待 5s 后重试` off."""
    head, found, tail = text.rpartition(", 等待 ")
    return head if found and tail.endswith(" 后重试") else text


def _gave_up(_: re.Match[str], line: _Line) -> LogEvent:
    return GaveUp(level="error", text=line.text)


def _link_lost(_: re.Match[str], line: _Line) -> LogEvent:
    reason = plain_reason(Code.LINK_LOST, line.text)
    return LinkLost(level=line.level, text=line.text, reason=reason)


def _link_refused(match: re.Match[str], line: _Line) -> LogEvent:
    return LinkLost(level=line.level, text=line.text, reason=link_reason(match[1]))


def _proxy_started(_: re.Match[str], line: _Line) -> LogEvent:
    if line.name is None:
        return Other(level=line.level, text=line.text)
    return ProxyStarted(
        level=line.level, text=line.text, tunnel=line.name, name=line.name
    )


def _proxy_failed(match: re.Match[str], line: _Line) -> LogEvent:
    if line.name is None:
        return Other(level=line.level, text=line.text)
    return ProxyFailed(
        level=line.level,
        text=line.text,
        tunnel=line.name,
        name=line.name,
        reason=proxy_reason(match[1]),
    )


def _local_service_down(match: re.Match[str], line: _Line) -> LogEvent:
    if line.name is None:
        return Other(level=line.level, text=line.text)
    return LocalServiceDown(
        level=line.level,
        text=line.text,
        tunnel=line.name,
        name=line.name,
        reason=plain_reason(Code.LOCAL_SERVICE_DOWN, match[1]),
    )


def _names(match: re.Match[str], line: _Line) -> tuple[tuple[str, ...], str]:
    """Return the bare names, and the text with them in place of the full ones."""
    names = tuple(bare_name(name) for name in match[1].split())
    return names, line.text.replace(match[1], " ".join(names)) if names else line.text


def _proxies_added(match: re.Match[str], line: _Line) -> LogEvent:
    names, text = _names(match, line)
    return ProxiesAdded(level=line.level, text=text, names=names)


def _proxies_removed(match: re.Match[str], line: _Line) -> LogEvent:
    names, text = _names(match, line)
    return ProxiesRemoved(level=line.level, text=text, names=names)


def _reloaded(_: re.Match[str], line: _Line) -> LogEvent:
    return Reloaded(level=line.level, text=line.text)


def _reload_refused(match: re.Match[str], line: _Line) -> LogEvent:
    reason = plain_reason(Code.CONFIG_REFUSED, match[1])
    return ReloadRefused(level=line.level, text=line.text, reason=reason)


def _admin_listening(match: re.Match[str], line: _Line) -> LogEvent:
    return AdminListening(level=line.level, text=line.text, address=match[1])


def _admin_failed(match: re.Match[str], line: _Line) -> LogEvent:
    return AdminFailed(level="warning", text=line.text, detail=match[1])


def _config_error(_: re.Match[str], line: _Line) -> LogEvent:
    return ConfigError(level="error", text=line.text, reason=config_reason(line.text))


def _noise(_: re.Match[str], line: _Line) -> LogEvent:
    return Noise(level=line.level, text=line.text)


_FRAMED: tuple[tuple[re.Pattern[str], _Build], ...] = tuple(
    (re.compile(pattern, re.DOTALL), build)
    for pattern, build in (
        (r"(?:[Hh]ttp|api) (?:put |get )?(?:request|response) \[/api/.*", _noise),
        (r"start proxy success", _proxy_started),
        (r"映射启动成功, 感谢您使用ChmlFrp!", _proxy_started),
        (r"(?:start error|启动失败): (.*)", _proxy_failed),
        (r"connect to local service (.*)", _local_service_down),
        (r"try to connect to server\.\.\.", _connecting),
        (r"login to server success, get run id \[([^\]]*)\].*", _logged_in),
        (r"成功登录至服务器, 获取到RunID \[([^\]]*)\].*", _logged_in),
        (r"(?:connect to server error|无法连接至服务器|重连失败): (.*)", _login_failed),
        (r"第 \d+ 次重连.*|尝试重新连接至服务器.*|等待 \S+ 后重连.*", _reconnecting),
        (r"重连已失败 \d+ 次，客户端即将退出", _gave_up),
        (r"正在和服务器断开链接\.\.\.", _link_lost),
        (r"(heartbeat timeout|心跳超时)", _link_refused),
        (r"(?:pong message contains error|Pong包含错误): (.*)", _link_refused),
        (r"(?:proxy added|已(?:启动|添加)隧道): \[(.*)\]", _proxies_added),
        (r"(?:proxy removed|已删除隧道): \[(.*)\]", _proxies_removed),
        (r"success reload conf", _reloaded),
        (r"reload frpc proxy config error: (.*)", _reload_refused),
        (r"(?:admin server listen on|管理服务器侦听) (.*)", _admin_listening),
        (r"(?:运行管理服务器错误|run admin server error): (.*)", _admin_failed),
        (r"获取配置文件失败.*", _config_error),
        (r"从ChmlFrp API获取配置文件\.\.\.", _noise),
        (r"欢迎使用ChmlFrp映射客户端!", _noise),
        (r"启动配置文件的frpc服务 \[.*\]", _noise),
        (r"gracefully shutdown visitor manager", _noise),
    )
)
