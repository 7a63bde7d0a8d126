"""Texts without the values of fields that let somebody in: JSON, XML, addresses, forms.

Each form is looked for anywhere, as one often stands within another. What has no end, as
the body was cut, ends with the text.
"""

import re
from urllib.parse import quote, unquote_plus

from chmlfrp.guard.veilnames import is_secret, is_secret_parameter

VEILED = "***"
_DEEPEST = 4
"""Addresses in parameters of addresses; below, what is still written in % is taken out."""

_COLON = re.compile(r'(?<!\\)(\\{0,15})"\s*:\s*')
_LONGEST_KEY = 120
_BARE = re.compile(r"-?\d[\d.eE+-]*|'[^'\n]*'?")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"?', re.S)

_SIGNED = re.compile(r"\beyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)?")
"""A JSON web token, wherever it stands (RFC 7519: it begins with `{"`)."""
_USER = re.compile(r"""(:(?:\\?/){2})[^/?#\s"'<>]*@""")
_PARAMETER = re.compile(
    r"""((?:^|[?&;#]|\\u0026)[ \t]?)([^=&;?#\s"<>{}\\]{1,200})="""
    r"""("[^"]*"?|(?:(?!\\u0026)[^&;#\s"<>])*)""",
    re.M | re.I,
)
_PAIR = re.compile(r"((?:^|&)([^=&]*)=)([^&]*)")

_ATTRIBUTE = re.compile(
    r"""(?<![\w.:-])([\w.:-]{1,100})(\s{0,8}=\s{0,8})(?:"[^"]*"?|'[^']*'?)"""
)
_TAG = re.compile(r"<([\w.:-]{1,100})((?:\s[^<>]{0,4000})?)(?:>|\Z)")
_NAMED = re.compile(r"""(?i)\s(?:name|key|id|property)\s*=\s*["']?([^\s"'<>]+)""")
_HOLDER = re.compile(r"""(?i)\s(?:name|key)\s*=\s*["']?([^\s"'<>]+)""")
_VALUE = re.compile(
    r"""(?i)(\s(?:value|content)\s*=\s*)(?:"[^"]*"?|'[^']*'?|[^\s"'/<>]+)"""
)
_VOID = frozenset({"input", "meta", "link", "img", "br", "hr"})


def veil_text(text: str) -> str:
    """Return a text of whatever form without what lets somebody in."""
    for veil in (_json, _tags, _elements, _attributes):
        text = veil(text)
    return veil_address(text)


def veil_form(text: str) -> str:
    """Return a form as a body has it (`a=1&b=2`) without such fields."""
    return _PAIR.sub(lambda found: found[1] + _of(found[2], found[3], 0), text)


def veil_address(text: str, *, depth: int = 0) -> str:
    """Return addresses without such parameters and without who asks."""
    text = _SIGNED.sub(VEILED, text)
    text = _USER.sub(lambda found: f"{found[1]}{VEILED}@", text)

    def veil(found: re.Match[str]) -> str:
        if found[1].startswith("#") and not is_secret(found[2]):
            return found[0]
        return f"{found[1]}{found[2]}={_of(found[2], found[3], depth)}"

    return _PARAMETER.sub(veil, text)


def _of(name: str, value: str, depth: int) -> str:
    """Return a parameter's value; texts that stand in it are veiled too."""
    if is_secret_parameter(name):
        return VEILED
    if "%" not in value:
        return value
    if depth == _DEEPEST:
        return VEILED
    plain = unquote_plus(value, errors="surrogateescape")
    veiled = veil_address(_elements(_tags(_json(plain))), depth=depth + 1)
    if veiled == plain:
        return value
    return quote(veiled, safe="*", errors="surrogateescape")


def _json(text: str) -> str:
    """Take out the fields of JSON, also where it stands in a string of JSON."""
    found, after = [], 0
    for colon in _COLON.finditer(text):
        if colon.start() < after or not is_secret(_key(text, colon)):
            continue
        start = colon.end()
        escape = "" if text.startswith('"', start) else colon[1]
        stop = _json_end(text, start, escape)
        if stop > start:
            found += [text[after:start], f'{escape}"{VEILED}{escape}"']
            after = stop
    return "".join((*found, text[after:]))


def _key(text: str, colon: re.Match[str]) -> str:
    """Return the name before a colon; the quotes in it are escaped."""
    stop = at = colon.start()
    first = max(0, stop - _LONGEST_KEY)
    while (at := text.rfind(f'{colon[1]}"', first, at)) > 0:
        if text[at - 1] != "\\":
            break
    return text[max(at, first) : stop]


def _json_end(text: str, start: int, escape: str) -> int:
    """Return where a value ends; its start for what says nothing: true, false, null."""
    if text.startswith(("[", "{"), start):
        return _nested_end(text, start, escape)
    form = _string(escape)
    found = form.match(text, start) or _BARE.match(text, start)
    return found.end() if found else start


def _string(escape: str) -> re.Pattern[str]:
    if not escape:
        return _STRING
    mark = re.escape(escape) + '"'
    return re.compile(rf"{mark}.*?(?:(?<!\\){mark}|\Z)", re.S)


def _nested_end(text: str, start: int, escape: str) -> int:
    depth = 0
    part = re.compile(rf"(?:{_string(escape).pattern})|[\[{{]|[\]}}]", re.S)
    for found in part.finditer(text, start):
        depth += (found[0] in "[{") - (found[0] in "]}")
        if depth == 0:
            return found.end()
    return len(text)


def _tags(text: str) -> str:
    """Take the value out of tags that name a field: `<input name="token" value=...>`."""

    def veil(found: re.Match[str]) -> str:
        if not any(is_secret(name) for name in _NAMED.findall(found[2])):
            return found[0]
        return _VALUE.sub(rf'\1"{VEILED}"', found[0])

    return _TAG.sub(veil, text)


def _elements(text: str) -> str:
    """Take out what stands between the tags of such elements."""
    found, after = [], 0
    for tag in _TAG.finditer(text):
        if tag.start() < after or not _holds_secret(tag):
            continue
        found += [text[after : tag.end()], VEILED]
        after = _element_end(text, tag)
    return "".join((*found, text[after:]))


def _holds_secret(tag: re.Match[str]) -> bool:
    if tag[2].endswith("/") or tag[1].lower() in _VOID:
        return False
    return any(is_secret(name) for name in (tag[1], *_HOLDER.findall(tag[2])))


def _element_end(text: str, tag: re.Match[str]) -> int:
    """Return where the element's end tag begins."""
    depth = 1
    name = re.escape(tag[1])
    part = rf"<!\[CDATA\[.*?(?:\]\]>|\Z)|<(\\?/)?{name}(?:\s[^<>]*)?>"
    for found in re.compile(part, re.S | re.I).finditer(text, tag.end()):
        if found[0].startswith("<![") or found[0].endswith("/>"):
            continue
        depth += -1 if found[1] else 1
        if depth == 0:
            return found.start()
    return len(text)


def _attributes(text: str) -> str:
    """Take out what is written `password="..."`."""

    def veil(found: re.Match[str]) -> str:
        return f'{found[1]}{found[2]}"{VEILED}"' if is_secret(found[1]) else found[0]

    return _ATTRIBUTE.sub(veil, text)
