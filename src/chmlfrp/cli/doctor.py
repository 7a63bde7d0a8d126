"""`chmlfrp doctor`: the whole chain from the daemon to the public address."""

import asyncio

from chmlfrp.care.chain import Check, Result, diagnose, item_name
from chmlfrp.care.facts import look_around
from chmlfrp.cli.door import said_if_slow
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import Paint, Part, out, out_json
from chmlfrp.control.protocol import Message
from chmlfrp.local.paths import Home
from chmlfrp.words.language import say

_COLOURS = {Result.PASS: "green", Result.FAIL: "red", Result.SKIP: "yellow"}


class DoctorAnswer(Message, frozen=True, kw_only=True):
    """`doctor --json`."""

    is_well: bool
    checks: tuple[Check, ...]


@verb()
@with_json
def doctor(is_json: bool) -> int:
    """Print the chain; works without a daemon. 1 if a link failed."""
    facts = asyncio.run(
        said_if_slow(look_around(Home.locate()), say("正在检查…", "looking …"))
    )
    checks = diagnose(facts)
    is_well = all(check.result is not Result.FAIL for check in checks)
    if is_json:
        out_json(DoctorAnswer(is_well=is_well, checks=checks))
    else:
        for check in checks:
            _show(check)
    return 0 if is_well else 1


def _show(check: Check) -> None:
    rest = "  ".join(filter(None, (check.subject, check.detail)))
    parts: list[Part] = [
        Paint(check.result.upper(), _COLOURS[check.result]),
        "  ",
        item_name(check.item),
    ]
    out(*parts, say("：", ": ") if rest else "", rest)
    if check.action:
        out("      ", say("办法：", "try: "), check.action)
