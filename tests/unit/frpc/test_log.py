import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.frpc import events
from chmlfrp.frpc.log import bare_name, parse_line
from chmlfrp.model.reason import Code, Reason

USER = "usercanary42"
RUN = "cb1cfe2261d6315d"


def upstream(message: str, *, run: str = RUN, level: str = "I") -> str:
    prefix = f"[{run}] " if run else ""
    return f"2026-11-22 22:42:34.859 [{level}] [client/x.go:317] {prefix}{message}"


def fork(message: str, *, level: str = "I") -> str:
    return f"2026/11/22 20:00:06 [{level}] [service.go:313] {message}"


def test_upstream_says_how_it_connects_and_logs_in():
    first = parse_line(upstream("try to connect to server...", run=""))
    assert first == events.Connecting(text="try to connect to server...")
    again = parse_line(upstream("try to connect to server..."))
    assert isinstance(again, events.Connecting)
    assert again.again
    said = parse_line(upstream(f"login to server success, get run id [{RUN}]"))
    assert isinstance(said, events.LoggedIn)
    assert said.run_id == RUN


def test_the_run_id_of_a_chmlfrp_node_loses_its_token():
    for line in (
        upstream(
            f"login to server success, get run id [{USER}-{RUN}]", run=f"{USER}-{RUN}"
        ),
        fork(f"成功登录至服务器, 获取到RunID [{USER}-{RUN}]"),
    ):
        said = parse_line(line)
        assert isinstance(said, events.LoggedIn)
        assert said.run_id == RUN
        assert USER not in repr(said)


@pytest.mark.parametrize(
    "line",
    [
        upstream(f"[{USER}.web] start proxy success"),
        upstream("[***.web] start proxy success", run=f"***-{RUN}"),
        upstream("[web] start proxy success"),
        fork(f"[{USER}.web] 映射启动成功, 感谢您使用ChmlFrp!"),
    ],
)
def test_a_proxy_that_opened_is_told_by_its_bare_name(line):
    said = parse_line(line)
    assert isinstance(said, events.ProxyStarted)
    assert (said.name, said.tunnel) == ("web", "web")
    assert USER not in repr(said)


@pytest.mark.parametrize(
    "line",
    [
        upstream(f"[{USER}.中文-1] start error: port already used", level="W"),
        fork(f"[{USER}.中文-1] 启动失败: port already used", level="W"),
    ],
)
def test_a_proxy_that_failed_has_its_reason(line):
    said = parse_line(line)
    assert isinstance(said, events.ProxyFailed)
    assert said.name == "中文-1"
    assert said.reason == Reason(Code.PORT_IN_USE, "port already used")
    assert said.level == "warning"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (upstream("connect to server error: EOF", run=""), Code.LINK_CLOSED),
        (upstream("connect to server error: session shutdown"), Code.LINK_CLOSED),
        (
            fork("无法连接至服务器: dial tcp 1.2.3.4:7000: i/o timeout"),
            Code.LINK_TIMEOUT,
        ),
        (fork("重连失败: EOF, 等待 5s 后重试"), Code.LINK_CLOSED),
        (fork("无法连接至服务器: authorization failed"), Code.LOGIN_REFUSED),
    ],
)
def test_a_login_that_failed_has_its_reason(line, code):
    said = parse_line(line)
    assert isinstance(said, events.LoginFailed)
    assert said.reason.code is code


def test_upstream_gives_up_with_a_line_of_its_own():
    said = parse_line(
        "login to the server failed: token in login doesn't match token from "
        "configuration. With loginFailExit enabled, no additional retries will be "
        "attempted"
    )
    assert isinstance(said, events.GaveUp)
    assert said.reason == Reason(
        Code.NODE_TOKEN_WRONG, "token in login doesn't match token from configuration"
    )


def test_the_fork_gives_up_after_three_tries():
    said = parse_line(fork("重连已失败 3 次，客户端即将退出"))
    assert isinstance(said, events.GaveUp)
    assert said.reason is None


@pytest.mark.parametrize(
    "text",
    ["第 2 次重连，等待 10s 后尝试连接", "等待 2s 后重连...", "尝试重新连接至服务器"],
)
def test_the_fork_says_that_it_reconnects(text):
    said = parse_line(fork(text))
    assert isinstance(said, events.Connecting)
    assert said.again


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (fork("正在和服务器断开链接..."), Code.LINK_LOST),
        (fork("心跳超时"), Code.LINK_TIMEOUT),
        (upstream("heartbeat timeout", level="W"), Code.LINK_TIMEOUT),
        (
            upstream("pong message contains error: account disabled", level="E"),
            Code.LOGIN_REFUSED,
        ),
        (fork("Pong包含错误: 账户已停用"), Code.LOGIN_REFUSED),
    ],
)
def test_a_link_that_is_lost_has_its_reason(line, code):
    said = parse_line(line)
    assert isinstance(said, events.LinkLost)
    assert said.reason.code is code


@pytest.mark.parametrize(
    "head", ["proxy added: [{}]", "已启动隧道: [{}]", "已添加隧道: [{}]"]
)
def test_tunnels_that_came_are_told_by_bare_names(head):
    said = parse_line(upstream(head.format(f"{USER}.a {USER}.中文")))
    assert isinstance(said, events.ProxiesAdded)
    assert said.names == ("a", "中文")
    assert said.text == head.format("a 中文")


@pytest.mark.parametrize("head", ["proxy removed: [{}]", "已删除隧道: [{}]"])
def test_tunnels_that_went_are_told_by_bare_names(head):
    said = parse_line(fork(head.format(f"{USER}.a")))
    assert isinstance(said, events.ProxiesRemoved)
    assert said.names == ("a",)


def test_reloads_are_told():
    assert isinstance(
        parse_line(upstream("success reload conf", run="")), events.Reloaded
    )
    said = parse_line(upstream("reload frpc proxy config error: bad", run=""))
    assert isinstance(said, events.ReloadRefused)
    assert said.reason == Reason(Code.CONFIG_REFUSED, "bad")


def test_a_local_service_that_is_down_is_told():
    said = parse_line(
        upstream(
            f"[{USER}.web] connect to local service [127.0.0.1:22] error: dial tcp "
            "127.0.0.1:22: connect: connection refused",
            level="E",
        )
    )
    assert isinstance(said, events.LocalServiceDown)
    assert said.name == "web"
    assert said.reason.code is Code.LOCAL_SERVICE_DOWN
    assert said.reason.detail.startswith("[127.0.0.1:22] error: dial")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("failed to parse proxy web, err: invalid type [ftp]", Code.CONFIG_REFUSED),
        ("open /x/frpc.ini: no such file or directory", Code.CONFIG_REFUSED),
        ("json: cannot unmarshal array into Go value", Code.CONFIG_REFUSED),
        ("template: frp:8:12: executing", Code.CONFIG_REFUSED),
        ("invalid log level", Code.CONFIG_REFUSED),
        (
            "proxy ***.web: subdomain and custom domains should not be both empty",
            Code.CONFIG_REFUSED,
        ),
        (
            "listen tcp 127.0.0.1:7400: bind: address already in use",
            Code.CORE_WOULD_NOT_START,
        ),
        (fork("获取配置文件失败，429 Unknown Status err: x"), Code.CONFIG_REFUSED),
    ],
)
def test_a_file_that_cannot_be_used_is_told(text, code):
    said = parse_line(text)
    assert isinstance(said, events.ConfigError)
    assert said.reason.code is code


def test_a_panic_is_told_apart_from_the_usual_end_of_the_fork():
    usual = parse_line("panic: sync: negative WaitGroup counter")
    assert isinstance(usual, events.Panicked)
    assert usual.is_usual
    crash = parse_line("panic: runtime error: index out of range")
    assert isinstance(crash, events.Panicked)
    assert not crash.is_usual


def test_the_admin_api_is_told():
    said = parse_line(upstream("admin server listen on 127.0.0.1:7400", run=""))
    assert isinstance(said, events.AdminListening)
    assert said.address == "127.0.0.1:7400"
    assert isinstance(parse_line(fork("管理服务器侦听 :7400")), events.AdminListening)
    assert isinstance(parse_line(fork("运行管理服务器错误: x")), events.AdminFailed)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "\x1b[0m",
        "WARNING: ini format is deprecated and the support will be removed",
        upstream("http request [/api/status]", run=""),
        upstream("Http response [/api/status]: code [200]", run=""),
        upstream("api response [/api/reload], code [200]", run=""),
        fork("从ChmlFrp API获取配置文件..."),
    ],
)
def test_noise_is_noise(line):
    assert isinstance(parse_line(line), events.Noise)


def test_what_is_not_known_is_kept_with_level_and_tunnel():
    said = parse_line(upstream(f"[{USER}.web] health check failed", level="W"))
    assert said == events.Other(
        level="warning", text="health check failed", tunnel="web"
    )
    stray = parse_line("goroutine 1 [running]:")
    assert stray == events.Other(text="goroutine 1 [running]:", is_framed=False)


def test_proxy_words_without_a_name_are_no_proxy_events():
    for text in ("start proxy success", "start error: x", "connect to local service x"):
        assert isinstance(parse_line(upstream(text)), events.Other)


def test_colours_anywhere_do_not_matter():
    said = parse_line(f"\x1b[0m\x1b[1;34m{upstream(f'[{USER}.a] start proxy success')}")
    assert isinstance(said, events.ProxyStarted)


def test_bare_names():
    assert bare_name("user.web") == bare_name("web") == "web"
    assert bare_name("us.er.web") == "web"


_HEADS = st.sampled_from(
    ["", upstream(""), upstream("[a.b] "), fork(""), fork("[a.b] "), fork("[[[")]
)
_WORDS = st.sampled_from(
    ["start error: ", "proxy added: [", "重连失败: ", "login to the server failed: "]
)


@given(_HEADS, _WORDS | st.text(max_size=5), st.text())
def test_any_text_is_an_event(head, word, rest):
    assert isinstance(parse_line(head + word + rest), events.Said)


@given(st.binary())
def test_any_bytes_are_an_event(raw):
    assert isinstance(parse_line(raw), events.Said)


@pytest.mark.parametrize(
    "part", ["[", "[a] ", "a.", " ", ", 等待 ", "proxy [", "2026-11-22 "]
)
@pytest.mark.parametrize("head", ["", upstream(""), fork("重连失败: ")])
def test_hostile_lines_take_no_longer(head, part):
    started = time.perf_counter()
    for message in ("", "proxy added: ", "login to the server failed: "):
        parse_line(head + message + part * 200_000)
    assert time.perf_counter() - started < 1
