"""From frpc's lines to the engine's events."""

from chmlfrp.daemon.listen import Listener
from chmlfrp.daemon.logbook import Logbook
from chmlfrp.engine import events
from chmlfrp.model.reason import Code, Reason
from support.tmodel import key

STAMP = "2026-11-22 19:12:00.283 "


class Heard:
    """A listener, what it told and which proxies opened or were refused."""

    def __init__(self) -> None:
        self.news: list[object] = []
        self.changed: list[str] = []
        self.logbook = Logbook()
        self.listener = Listener(
            key(), 3, self.news.append, self.logbook, proxy_changed=self._change
        )

    def hear(self, *lines: str) -> "Heard":
        for line in lines:
            self.listener.hear(STAMP + line)
        return self

    def _change(self, name: str) -> None:
        self.changed.append(name)


LOGIN = (
    "[I] [client/service.go:317] login to server success, get run id [0123456789abcdef]"
)
STARTED = "[I] [client/control.go:172] [0123456789abcdef] [***.web] start proxy success"
REFUSED = (
    "[W] [control.go:170] [0123456789abcdef] [***.web] start error: port already used"
)
FAILED = (
    "[W] [client/service.go:330] connect to server error: "
    "dial tcp 1.2.3.4:7000: connect: connection refused"
)


async def test_login_and_opening_are_told_with_the_run() -> None:
    heard = Heard().hear(LOGIN, STARTED)
    assert heard.news == [
        events.LoggedIn(key(), 3),
        events.ProxyOpened(key(), 3, "web"),
    ]
    assert heard.changed == ["web"]


async def test_a_refused_port_is_told_with_its_reason() -> None:
    (news,) = Heard().hear(REFUSED).news
    assert isinstance(news, events.ProxyRefused)
    assert news.reason.code is Code.PORT_IN_USE


async def test_the_end_is_explained_by_the_last_words() -> None:
    heard = Heard().hear(FAILED)
    assert heard.listener.reason_of_end(1).code is Code.LINK_REFUSED


async def test_words_before_a_login_explain_nothing_after_it() -> None:
    heard = Heard().hear(FAILED, LOGIN)
    assert heard.listener.reason_of_end(1) == Reason(Code.CORE_DIED, "exit 1")


async def test_a_signal_needs_no_words() -> None:
    heard = Heard().hear(FAILED)
    assert heard.listener.reason_of_end(-9) == Reason(Code.CORE_DIED, "exit -9")


async def test_lines_are_kept_for_people_without_our_own_polling() -> None:
    poll = "[I] [client/admin_api.go:200] http request [/api/status]"
    heard = Heard().hear(LOGIN, poll, STARTED)
    async with heard.logbook.read(lambda _: True, tail=9, follow=False) as lines:
        kept = [line async for line in lines]
    assert [line.tunnel for line in kept] == [None, "web"]
    assert {line.node for line in kept} == {key().node}
