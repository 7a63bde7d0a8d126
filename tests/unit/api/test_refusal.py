import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.api import refusal
from chmlfrp.errors import (
    ApiError,
    BannedForNow,
    DomainTaken,
    FilingNeeded,
    MembershipNeeded,
    NameTaken,
    NotFound,
    PortTaken,
    QuotaExceeded,
    RateLimited,
    RealNameNeeded,
    RightsMissing,
    ServiceGarbled,
    ServiceRefused,
    ServiceUnreachable,
    SignInRequired,
)
from support.replies import TOKEN, reply


def refused(code: int, said: str) -> ApiError:
    return refusal.refused(reply(secrets=(TOKEN,)), code=code, said=said)


@pytest.mark.parametrize(
    ("code", "said", "kind", "field"),
    [
        (401, "无效的Token", SignInRequired, ""),
        (401, "错误的token", SignInRequired, ""),
        (400, "无效的登录状态", SignInRequired, ""),
        (401, "用户不存在", SignInRequired, "name"),
        (401, "密码错误", SignInRequired, "password"),
        (400, "密码不符合要求，长度在6到48个字符之间", ServiceRefused, "password"),
        (400, "隧道名称已被占用", NameTaken, "name"),
        (400, "隧道已存在", NameTaken, ""),
        (400, "该远程端口已被占用", PortTaken, "remote_port"),
        (409, "此域名已被占用", DomainTaken, "domain"),
        (400, "隧道数量超过限制", QuotaExceeded, ""),
        (400, "允许的隧道数量超出上限，请删除隧道或续费vip", QuotaExceeded, ""),
        (403, "此节点为会员节点", MembershipNeeded, "node"),
        (403, "", RightsMissing, ""),
        (400, "请先完成实名认证", RealNameNeeded, ""),
        (400, "该域名未备案", FilingNeeded, "domain"),
        (403, "没有权限", RightsMissing, ""),
        (400, "此隧道不属于你", NotFound, ""),
        (400, "隧道不存在", NotFound, ""),
        (404, "节点不存在", NotFound, "node"),
        (404, "", NotFound, ""),
        (400, "端口类型缺失", ServiceRefused, "type"),
        (400, "隧道名不符合规范，仅允许字母、数字和下划线", ServiceRefused, "name"),
        (400, "端口不在节点范围内", ServiceRefused, "remote_port"),
        (0, "string", ServiceRefused, ""),
    ],
)
def test_a_refusal_becomes_the_error_that_fits(
    code: int, said: str, kind: type[ServiceRefused], field: str
) -> None:
    error = refused(code, said)

    assert type(error) is kind
    assert isinstance(error, ServiceRefused)
    assert (error.service_code, error.service_message) == (code, said)
    assert error.field == field


def test_a_service_whose_backend_is_down_is_unreachable() -> None:
    for error in (refused(404, "无法连接至服务器"), refused(500, "内部错误")):
        assert type(error) is ServiceUnreachable


@pytest.mark.parametrize(
    ("said", "wait_s"),
    [
        ("该账户已被临时封禁，剩余 9分钟30秒", 570),
        ("IP地址已被临时封禁，请1小时5分后再试", 3900),
        ("该账户已被临时封禁", None),
    ],
)
def test_a_ban_says_how_long_to_wait(said: str, wait_s: float | None) -> None:
    error = refused(400, said)

    assert type(error) is BannedForNow
    assert error.retry_after_s == wait_s


def test_code_429_is_a_rate_limit() -> None:
    error = refusal.refused(reply(retry_after_s=7), code=429, said="慢一点")

    assert isinstance(error, RateLimited)
    assert error.retry_after_s == 7


def test_the_services_words_are_kept_but_for_secrets_and_length() -> None:
    error = refused(400, f"token {TOKEN.reveal()} " + "长" * 5000)

    assert isinstance(error, ServiceRefused)
    assert error.service_message.startswith("token *** 长")
    assert len(error.service_message) == 1000


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, ServiceGarbled),
        (302, ServiceGarbled),
        (401, ServiceGarbled),
        (403, RateLimited),
        (404, ServiceGarbled),
        (408, ServiceUnreachable),
        (429, RateLimited),
        (502, ServiceUnreachable),
        (525, ServiceUnreachable),
    ],
)
def test_a_page_in_place_of_an_answer_is_never_a_logout(
    status: int, kind: type[ApiError]
) -> None:
    error = refusal.unreadable(reply(status=status), found="a web page")

    assert type(error) is kind
    assert not isinstance(error, SignInRequired)
    assert "GET /thing" in error.message


@given(st.integers(), st.text())
def test_any_refusal_is_an_api_error(code: int, said: str) -> None:
    assert isinstance(refused(code, said), ApiError)
