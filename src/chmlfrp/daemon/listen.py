"""From frpc's words to the engine's events, with the lines kept for people."""

from collections.abc import Callable

from chmlfrp.daemon.logbook import Logbook
from chmlfrp.daemon.supervisor import News
from chmlfrp.engine import events
from chmlfrp.engine.state import GroupKey
from chmlfrp.frpc import events as said
from chmlfrp.frpc.log import parse_line
from chmlfrp.model.reason import Code, Reason


class Listener:
    """Hears one run; its lines come masked."""

    def __init__(
        self,
        key: GroupKey,
        run: int,
        tell: Callable[[News], None],
        logbook: Logbook,
        *,
        proxy_changed: Callable[[str], None],
    ) -> None:
        self._key = key
        self._run = run
        self._tell = tell
        self._logbook = logbook
        self._proxy_changed = proxy_changed
        self._why: Reason | None = None

    def hear(self, line: str) -> None:
        """Take in one line."""
        event = parse_line(line)
        if isinstance(event, said.Noise):
            return
        self._logbook.write(
            event.text, node=self._key.node, tunnel=event.tunnel, level=event.level
        )
        news = self._news(event)
        if news is not None:
            self._tell(news)

    def reason_of_end(self, exit_code: int) -> Reason:
        """Return why the process is gone: its last words, unless a signal ended it."""
        if self._why is None or exit_code < 0:
            return Reason(Code.CORE_DIED, f"exit {exit_code}")
        return self._why

    def _news(self, event: said.LogEvent) -> events.RunEvent | None:
        key, run = self._key, self._run
        match event:
            case said.Connecting():
                return events.Connecting(key, run, again=event.again)
            case said.LoggedIn():
                self._why = None
                return events.LoggedIn(key, run)
            case said.LoginFailed():
                self._why = event.reason
                return events.LoginFailed(key, run, event.reason)
            case said.LinkLost():
                return events.Connecting(key, run, again=True, reason=event.reason)
            case said.ProxyStarted():
                self._proxy_changed(event.name)
                return events.ProxyOpened(key, run, event.name)
            case said.ProxyFailed():
                self._proxy_changed(event.name)
                return events.ProxyRefused(key, run, event.name, event.reason)
            case said.LocalServiceDown():
                return events.LocalServiceFailed(key, run, event.name, event.reason)
            case said.GaveUp(reason=reason) if reason is not None:
                self._why = reason
            case said.ConfigError():
                self._why = event.reason
        return None
