"""Extra parameters of a tunnel: ini lines that a person may add to its section.

They end up in a file that frp renders as a template and reads as ini, so both keys and
characters are on a short list.
"""

import re

from chmlfrp.selfhost.refusal import Refusal

MAX_LENGTH = 1024

_KEYS = re.compile(
    r"proxy_protocol_version|host_header_rewrite|http_user|http_pwd|locations"
    r"|bandwidth_limit|bandwidth_limit_mode"
    r"|health_check_(type|url|timeout_s|max_failed|interval_s)"
    r"|header_[A-Za-z0-9-]{1,64}"
)
_VALUE = re.compile(r"[A-Za-z0-9._:/?&@%+,*!= -]{1,256}")


def vet(text: str) -> str:
    """Return the lines in one spelling: `key = value`, joined by a line feed.

    Raises:
        Refusal: a line is not `key = value`, or its key or value is not allowed.
    """
    if len(text) > MAX_LENGTH:
        raise Refusal(f"额外参数过长，最多{MAX_LENGTH}个字符")
    lines: dict[str, str] = {}
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.strip(" \t"):
            key, value = _read(line)
            if key in lines:
                raise Refusal(f"额外参数重复：{key}")
            lines[key] = value
    return "\n".join(f"{key} = {value}" for key, value in lines.items())


def _read(line: str) -> tuple[str, str]:
    key, equals, value = (part.strip(" \t") for part in line.partition("="))
    if not equals:
        raise Refusal("额外参数格式错误，每行应为 key = value")
    if not _KEYS.fullmatch(key):
        raise Refusal("额外参数中有不支持的参数名")
    if not _VALUE.fullmatch(value):
        raise Refusal(f"额外参数 {key} 的值含有不允许的字符")
    return key, value
