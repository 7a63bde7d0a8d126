"""How the service says no."""


class Refusal(Exception):
    """A request is turned down; becomes the envelope `{msg, code, state}`."""

    def __init__(self, msg: str, *, code: int = 400, state: str = "fail") -> None:
        super().__init__(msg)
        self.msg = msg
        """The service's own words, as clients match on them."""
        self.code = code
        """`code` of the envelope; the HTTP status stays 200."""
        self.state = state


class TooManyRequests(Refusal):
    """Somebody asks too fast; the HTTP status is 429 and `Retry-After` says how long."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"请求过于频繁，请在{retry_after_s}秒后重试", code=429)
        self.retry_after_s = retry_after_s


def bad_token() -> Refusal:
    """Return what every route but nodeinfo answers to an unknown user token."""
    return Refusal("无效的Token", code=401)


def bad_login_state() -> Refusal:
    """Return what is answered to an access token that does not hold any more."""
    return Refusal("无效的登录状态", code=401)


def out_of_reach() -> Refusal:
    """Return what is answered while the store cannot be asked."""
    return Refusal("无法连接至服务器", code=404)


def no_such_node() -> Refusal:
    """Return what is answered to a node name that nobody has."""
    return Refusal("节点不存在", code=404)
