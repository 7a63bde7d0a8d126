"""`chmlfrp login --device`: a code to approve on another screen."""

import io
import sys
from typing import TYPE_CHECKING

import click

from chmlfrp.cli.door import run
from chmlfrp.cli.output import err
from chmlfrp.control.device import CodeApproved, CodeFailed, CodeShown
from chmlfrp.control.problem import to_error
from chmlfrp.control.protocol import Snapshot
from chmlfrp.errors import DaemonNotRunning
from chmlfrp.words.language import say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient


def by_code() -> Snapshot:
    """Show the code, wait for what somebody decides, and return how things stand."""

    async def sign_in(client: "ControlClient") -> Snapshot:
        end: CodeApproved | CodeFailed | None = None
        async for frame in client.sign_in_by_code():
            if isinstance(frame, CodeShown):
                _show(frame)
            else:
                end = frame
        if isinstance(end, CodeFailed):
            raise to_error(end.problem)
        if end is None:
            raise DaemonNotRunning("the daemon ended", hint="chmlfrp daemon start")
        return await client.snapshot()

    return run(sign_in)


def _show(code: CodeShown) -> None:
    link = code.full_url or code.url
    if sys.stderr.isatty():
        click.echo(qr(link), err=True)
    err(say("在任意设备上打开：", "open on any device: "), link)
    err(say("核对授权码：", "and check the code: "), code.user_code)
    minutes = max(1, round(code.expires_in_s / 60))
    err(
        say(
            f"等待批准，{minutes} 分钟内有效…",
            f"waiting for approval, good for {minutes} min …",
        )
    )


def qr(link: str) -> str:
    """Return a QR code of half blocks, two rows a line."""
    import segno

    shown = io.StringIO()
    segno.make(link, error="l", micro=False).terminal(shown, border=2, compact=True)
    return shown.getvalue().rstrip("\n")
