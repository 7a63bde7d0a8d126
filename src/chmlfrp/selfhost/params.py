"""The parameters of a request, from query, form or JSON, whichever the caller used.

Values stay as they came (text, number, boolean); the readers here turn one into what is
needed or refuse in the service's words. Later places win: query, form, JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

import msgspec

from chmlfrp.selfhost.refusal import Refusal, bad_token

LABELS = {
    "username": "用户名",
    "password": "密码",
    "tunnelid": "隧道ID",
    "tunnelname": "隧道名",
    "tunnel_names": "隧道名",
    "node": "节点名",
    "localip": "本地IP",
    "porttype": "端口类型",
    "localport": "本地端口",
    "remoteport": "外网端口",
    "banddomain": "绑定域名",
    "encryption": "数据加密",
    "compression": "数据压缩",
    "extraparams": "额外参数",
    "mail": "邮箱",
    "email": "邮箱",
    "qq": "QQ号",
    "code": "验证码",
    "type": "验证码类型",
    "original_password": "原密码",
    "new_password": "新密码",
    "new_username": "新用户名",
    "new_qq": "新QQ号",
    "new_userimg": "头像链接",
    "lot_number": "人机验证参数",
    "captcha_output": "人机验证参数",
    "pass_token": "人机验证参数",
    "gen_time": "人机验证参数",
    "domain": "主域名",
    "record": "二级域名",
    "target": "解析目标",
    "ttl": "TTL",
    "remarks": "备注",
    "time": "天数",
    "nodename": "节点名",
    "tunnel_name": "隧道名",
    "tunnel_id": "隧道ID",
    **dict.fromkeys(
        (
            "user",
            "apitoken",
            "proxy_name",
            "proxy_type",
            "remote_port",
            "subdomain",
            "group",
            "use_encryption",
            "use_compression",
        ),
        "节点参数",
    ),
    "access_token": "访问令牌",
    "refresh_token": "刷新令牌",
    "giftcode": "礼品卡",
    "usertoken": "用户令牌",
    "token": "用户令牌",
    "user_code": "用户代码",
    **dict.fromkeys(("csrf", "step"), "页面参数"),
    "page": "页码",
    "size": "每页数量",
    "priority": "优先级",
    "keyword": "关键词",
    "id": "编号",
    "action": "操作",
    "category": "分类",
    "start_time": "开始时间",
    "end_time": "结束时间",
}
MAX_TEXT = 4096
LARGEST = 2**31 - 1
"""No number here is larger, and no integer of PostgreSQL either."""

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Where a request comes from."""

    address: str = ""
    agent: str = ""


class Params:
    """What a request asks for; null counts as not given, an empty text as given."""

    def __init__(
        self,
        values: Mapping[str, object],
        *,
        authorization: str = "",
        caller: Caller | None = None,
    ) -> None:
        self._values = {k: v for k, v in values.items() if v is not None}
        self._authorization = authorization
        self.caller = caller or Caller()

    def has(self, name: str) -> bool:
        return name in self._values

    def token(self) -> str:
        """Return the user token: parameter, else `Authorization`, raw or Bearer.

        Raises:
            Refusal: there is none.
        """
        given = self._values.get("token")
        if isinstance(given, str) and given:
            return given
        scheme, _, rest = self._authorization.strip().partition(" ")
        token = rest.strip() if scheme.lower() == "bearer" else scheme
        if not token:
            raise bad_token()
        return token

    def text(self, name: str) -> str:
        """Return a text that must be there and must not be empty.

        Raises:
            Refusal: it is missing, empty, too long or no text.
        """
        value = self.optional_text(name)
        if not value:
            raise Refusal(f"{label(name)}缺失")
        return value

    def optional_text(self, name: str, default: str = "") -> str:
        """Return a text, or the default where it was not given.

        Raises:
            Refusal: it is too long or no text.
        """
        value = self._values.get(name, default)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or len(value) > MAX_TEXT or "\0" in value:
            raise Refusal(f"{label(name)}格式错误")
        return value

    def integer(self, name: str, default: int | None = None) -> int:
        """Return a whole number, in digits of a text as well.

        Raises:
            Refusal: it is missing without a default, or no number of 0 to `LARGEST`.
        """
        value = self._values.get(name)
        if default is not None and value in (None, ""):
            return default
        if value is None or value == "":
            raise Refusal(f"{label(name)}缺失")
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value) if len(value) <= 10 else None
        if isinstance(value, bool) or not isinstance(value, int):
            raise Refusal(f"{label(name)}必须是整数")
        if not 0 <= value <= LARGEST:
            raise Refusal(f"{label(name)}超出范围")
        return value

    def boolean(self, name: str, *, default: bool | None = None) -> bool:
        """Return true or false, given as boolean or as text in any case.

        Raises:
            Refusal: it is missing without a default, or something else.
        """
        value = self._values.get(name, default)
        if isinstance(value, str):
            value = {"true": True, "false": False}.get(value.lower(), value)
        if value is None:
            raise Refusal(f"{label(name)}缺失")
        if not isinstance(value, bool):
            raise Refusal(f"{label(name)}只能为true或false")
        return value


def label(name: str) -> str:
    """Return what people call the parameter."""
    return LABELS.get(name, "请求参数")


def read(*, query: bytes, content_type: str, body: bytes) -> dict[str, object]:
    """Return the parameters of query and body together.

    Raises:
        Refusal: the body cannot be read as what it says it is.
    """
    values: dict[str, object] = dict(_pairs(query))
    if content_type.startswith(_FORM):
        values |= dict(_pairs(body))
    elif body.strip():
        values |= _json(body)
    return values


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=64
        )
    except ValueError as exc:
        raise Refusal("请求参数过多") from exc


def _json(body: bytes) -> dict[str, object]:
    try:
        return msgspec.json.decode(body, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise Refusal("请求体不是有效的JSON") from exc
