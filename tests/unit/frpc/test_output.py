import asyncio

from chmlfrp.frpc.lines import Masker
from chmlfrp.frpc.output import Output
from chmlfrp.model.secret import Secret


class FakeTransport(asyncio.SubprocessTransport):
    def __init__(self) -> None:
        super().__init__()
        self.returncode: int | None = None
        self.sent: list[str] = []

    def get_pid(self):
        return 7

    def get_returncode(self):
        return self.returncode

    def close(self):
        self.sent.append("close")

    def terminate(self):
        self.sent.append("terminate")

    def kill(self):
        raise ProcessLookupError


async def test_lines_are_heard_masked_and_the_last_one_before_the_end():
    heard: list[str] = []
    output, transport = (
        Output(heard.append, Masker([Secret("canary-1")])),
        FakeTransport(),
    )
    output.connection_made(transport)
    output.pipe_data_received(1, b"[canary-1.a] one\ntw")
    output.pipe_data_received(1, b"o")
    transport.returncode = 3
    output.process_exited()
    assert output.returncode == 3
    assert not output.ended.done()
    output.connection_lost(None)
    assert heard == ["[***.a] one", "two"]
    assert await output.ended == 3


async def test_a_process_that_is_gone_is_sent_nothing():
    output, transport = Output(lambda _: None, Masker()), FakeTransport()
    output.send("terminate")
    output.connection_made(transport)
    output.send("terminate")
    output.send("kill")
    transport.returncode = 0
    output.process_exited()
    output.send("terminate")
    assert transport.sent == ["terminate"]


async def test_a_listener_that_fails_does_not_hide_the_end():
    def fail(line: str) -> None:
        raise ValueError(line)

    output, transport = Output(fail, Masker()), FakeTransport()
    output.connection_made(transport)
    transport.returncode = 0
    output.process_exited()
    output._lines.feed(b"open")
    try:
        output.connection_lost(None)
    except ValueError:
        assert await output.ended == 0
