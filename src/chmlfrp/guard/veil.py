"""Takes out of HTTP messages what lets somebody in: passwords, tokens, cookies."""

import re

from chmlfrp.guard.message import Headers
from chmlfrp.guard.veilnames import is_secret, is_secret_parameter
from chmlfrp.guard.veiltext import VEILED, veil_address, veil_form, veil_text

_SOURCES = re.compile(r"forwarded|real-ip|client-ip", re.I)
_RULES = "access-control-"
"""Headers of CORS say what may be sent, and hold nothing of it."""
_MEDIA = re.compile(r"(?:image|audio|video|font)/(?!.*\+xml)")
_TEXTUAL = re.compile(
    r"text/|application/(?:[\w.-]*\+)?(?:json|xml|yaml)$"
    r"|application/(?:x-www-form-urlencoded|(?:x-)?javascript|x-ndjson|graphql)$"
    r"|image/.*\+xml"
)
_FORM = "application/x-www-form-urlencoded"
_MAYBE_FORM = ("", "text/plain")
_LIKE_FORM = re.compile(r"""\s*[^\s=&<>{}"':/?]+=""")
_LIKE_ASCII = re.compile(
    r"(?:$|utf-?8|us-ascii|ascii|iso-?8859|latin|windows-|cp125|gb|big5|euc-|shift|koi8)"
)
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff]")
_CUT_CHARACTER = re.compile(r"[\udc00-\udfff]{1,3}\Z")
_CHARSET = re.compile(r';\s*charset\s*=\s*["\']?([^\s"\';]*)', re.I)
_BOUNDARY = re.compile(r';\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;]*))', re.I)
_NAME = re.compile(r'(?<!\w)name\*?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))', re.I)
_PART_KIND = re.compile(r"^content-type:\s*([^\r\n]*)", re.I | re.M)
_FIRST_LINE = re.compile(r"\s*--([^\r\n]{1,200}?)[ \t]*\r?\n")
_HEAD_END = re.compile(r"\r?\n\r?\n")
_PACKED_PART = re.compile(r"(?im)^content-transfer-encoding:\s*(?:base64|quoted)")


def veil_headers(headers: Headers) -> Headers:
    """Return them with the values that let somebody in taken out."""
    return [(name, _header(name, value)) for name, value in headers]


def veil_sources(headers: Headers) -> Headers:
    """Return them without visitors' addresses."""
    return [
        (name, VEILED if _SOURCES.search(name) else value) for name, value in headers
    ]


def veil_target(target: str) -> str:
    """Return a path or address with such parameters taken out."""
    return veil_address(target)


def veil_body(body: str, *, kind: str = "") -> str:
    """Return a form, its parts, JSON, XML or other text with such fields taken out.

    kind: of its header `content-type`.
    """
    main, _, boundary = _kind(kind)
    if not boundary or f"--{boundary}" not in body:
        first = _FIRST_LINE.match(body)
        boundary = first[1] if first else ""
    if boundary and (not main or main.startswith("multipart/")):
        return _parts(body, boundary)
    if main == _FORM or (main in _MAYBE_FORM and _LIKE_FORM.match(body)):
        body = veil_form(body)
    return veil_text(body)


def veil_bytes(body: bytes, *, coding: str = "", kind: str = "") -> bytes:
    """Return a body of whatever kind with such fields taken out.

    All of it is taken out where it may hide what cannot be found in it: packed, two bytes
    a letter, or of a form that is not known.

    coding: how it is still packed, empty if it is not.
    kind: of its header `content-type`.
    """
    if not body:
        return body
    text = body.decode(errors="surrogateescape")
    is_parts = _kind(kind)[0].startswith("multipart/") and _FIRST_LINE.match(text)
    if coding or not (is_parts or _is_readable(text, kind)):
        return VEILED.encode()
    return veil_body(text, kind=kind).encode(errors="surrogateescape")


def _header(name: str, value: str) -> str:
    if is_secret(name) and not name.lower().startswith(_RULES):
        return VEILED
    return veil_text(value)


def _kind(header: str) -> tuple[str, str, str]:
    """Return the media type, the charset and the boundary of a `content-type`."""
    main = header.partition(";")[0].strip().lower()
    charset, boundary = _CHARSET.search(header), _BOUNDARY.search(header)
    return (
        main,
        charset[1].lower() if charset else "",
        (boundary[1] or boundary[2] or "") if boundary else "",
    )


def _is_readable(text: str, kind: str) -> bool:
    """Whether fields stand in the text as they are named."""
    main, charset, _ = _kind(kind)
    if not _LIKE_ASCII.match(charset):
        return False
    if _MEDIA.match(main):
        return True
    if _TEXTUAL.match(main):
        return "\0" not in text
    return not _UNREADABLE.search(_CUT_CHARACTER.sub("", text))


def _parts(body: str, boundary: str) -> str:
    """Return the parts of a form, each without its content where its name says so."""
    mark = rf"(\r?\n)(?=--{re.escape(boundary)})"
    return "".join(map(_part, re.split(mark, body)))


def _part(part: str) -> str:
    end = _HEAD_END.search(part)
    if not end:
        return veil_text(part)
    head, content = part[: end.end()], part[end.end() :]
    name, kind = _NAME.search(head), _PART_KIND.search(head)
    if (name and is_secret_parameter(name[1] or name[2])) or _PACKED_PART.search(head):
        return head + VEILED
    shown = kind[1] if kind else ""
    is_field = not kind and "filename" not in head.lower()
    if not _is_readable(content, "text/plain" if is_field else shown):
        return head + VEILED
    return head + veil_body(content, kind=shown)
