"""`chmlfrp events`: what happened, in its order."""

import re
import time
from typing import TYPE_CHECKING

import click

from chmlfrp.cli.door import run
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import out, out_json
from chmlfrp.control.timeline import TimelineEvent
from chmlfrp.errors import InvalidInput
from chmlfrp.words.language import say
from chmlfrp.words.timeline import word_event

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

_SPAN = re.compile(r"(\d{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@verb()
@click.option(
    "--since",
    default="1d",
    metavar="TIME",
    help=say(
        "从何时起：30m、12h、7d，或 2027-01-31；默认 1d。",
        "From when on: 30m, 12h, 7d, or 2027-01-31; 1d as usual.",
    ),
)
@click.option(
    "--follow",
    "-f",
    is_flag=True,
    help=say("继续显示新发生的事。", "Go on with what is to come."),
)
@with_json
def events(since: str, follow: bool, is_json: bool) -> None:
    """Print what happened since then."""
    start = start_of(since, now=time.time())

    async def work(client: "ControlClient") -> None:
        async for event in client.events(since=start, follow=follow):
            if is_json:
                out_json(event)
            else:
                at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(event.at))
                out(at, "  ", worded(event))

    run(work)


def start_of(text: str, *, now: float) -> float:
    """Return the moment, in seconds since 1970; raises InvalidInput."""
    if found := _SPAN.fullmatch(text.strip()):
        return max(0.0, now - int(found[1]) * _SECONDS[found[2]])
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"):
        try:
            return time.mktime(time.strptime(text.strip(), form))
        except (ValueError, OverflowError):
            continue
    raise InvalidInput(
        f"{text!r} is no time", hint="30m, 12h, 7d or 2027-01-31", field="since"
    )


def span_s(text: str, *, field: str) -> int:
    """Return a length of time in seconds; raises InvalidInput."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise InvalidInput(
            f"{text!r} is no length of time", hint="30m, 12h or 7d", field=field
        )
    return int(found[1]) * _SECONDS[found[2]]


def worded(event: TimelineEvent) -> str:
    """Return the event in words."""
    name = event.name or (f"#{event.tunnel}" if event.tunnel is not None else "")
    return word_event(
        event.kind,
        name=name,
        summary=event.summary,
        session=event.session,
        health=event.health,
        reason=event.reason,
    )
