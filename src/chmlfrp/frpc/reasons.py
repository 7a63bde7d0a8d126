"""The texts of frpc and frps, as reasons that the engine acts on.

frps writes most of these, in English for both dialects; network errors come from Go and
on Windows from the system, in its language.
"""

import re

from chmlfrp.model.reason import Code, Reason

_LONGEST = 500

_Table = tuple[tuple[re.Pattern[str], Code], ...]


def _table(*rows: tuple[str, Code]) -> _Table:
    return tuple((re.compile(pattern), code) for pattern, code in rows)


_LINK = _table(
    (r" in login doesn't match |^节点TOKEN错误", Code.NODE_TOKEN_WRONG),
    (r"\blookup \S", Code.LINK_DNS),
    (r"connection refused|actively refused|积极拒绝", Code.LINK_REFUSED),
    (
        r"network is unreachable|no route to host|unreachable (host|network)|无法访问",
        Code.LINK_NO_ROUTE,
    ),
    (
        r"i/o timeout|i/o deadline reached|connection write timeout|heartbeat timeout"
        r"|context deadline exceeded|did not properly respond|心跳超时|keepalive timeout",
        Code.LINK_TIMEOUT,
    ),
    (
        r"^EOF$|: EOF$|unexpected EOF|session shutdown|stream closed|broken pipe"
        r"|connection reset|forcibly closed|强迫关闭|closed network connection"
        r"|^tls: |: tls: |x509: ",
        Code.LINK_CLOSED,
    ),
    (r"^(dial|read|write) (tcp|udp)", Code.UNKNOWN),
)

_PROXY = _table(
    (r"^port (already used|unavailable)|^no available port", Code.PORT_IN_USE),
    (r"^port not allowed", Code.PORT_NOT_ALLOWED),
    (
        r"^proxy (name )?\[.*\] (already exists|is already in use)",
        Code.NAME_IN_USE,
    ),
    (r"router config conflict", Code.DOMAIN_IN_USE),
    (r"^exceed the max_ports_per_client", Code.TOO_MANY),
    (r"^type \[\w*\] not supported when ", Code.TYPE_NOT_SUPPORTED),
    (r"不匹配", Code.CONFIG_MISMATCH),
)

_CONFIG = _table(
    (
        r"bind: |address already in use|Only one usage of each socket address",
        Code.CORE_WOULD_NOT_START,
    ),
)
"""The admin port was taken between choosing and using it: another one will do."""


def link_reason(text: str) -> Reason:
    """Return why a login or link failed; what is no network error is a refusal."""
    return _reason(_LINK, text, Code.LOGIN_REFUSED)


def proxy_reason(text: str) -> Reason:
    """Return why a proxy was not opened."""
    return _reason(_PROXY, text, Code.PROXY_REFUSED)


def config_reason(text: str) -> Reason:
    """Return why the core did not start with its file."""
    return _reason(_CONFIG, text, Code.CONFIG_REFUSED)


def plain_reason(code: Code, text: str) -> Reason:
    """Return a reason whose code is known, with a text of bounded length."""
    return Reason(code, text[:_LONGEST])


def _reason(table: _Table, text: str, default: Code) -> Reason:
    text = text[:_LONGEST]
    code = next((code for pattern, code in table if pattern.search(text)), default)
    return Reason(code, text)
