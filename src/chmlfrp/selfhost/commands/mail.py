"""`mail list` and `mail show`: what went into the outbox."""

from dataclasses import asdict
from typing import Annotated

import typer

from chmlfrp.selfhost.commands.plain import noun, verb
from chmlfrp.selfhost.commands.shared import AsJson, Data, answer, answer_json, checked
from chmlfrp.selfhost.mail.outbox import letters, text_of
from chmlfrp.words.language import say

app = noun(say("发件目录中的邮件。", "Mail in the outbox."))


@verb(app, "list", say("列出邮件。", "List the letters."))
def show_all(*, data: Data, as_json: AsJson = False) -> None:
    """List the letters, oldest first."""
    lines = letters(data)
    if as_json:
        answer_json(lines)
        return
    for line in lines:
        answer(f"{line.name}\t{line.date}\t{line.to}\t{line.subject}")


@verb(app, "show", say("显示一封邮件。", "Show a letter."))
def show(
    *,
    name: Annotated[
        str,
        typer.Argument(help=say("邮件名，last 为最新。", "Its name, or last.")),
    ] = "last",
    data: Data,
    as_json: AsJson = False,
) -> None:
    """Show a letter with the code in it."""
    line, text = checked(lambda: text_of(data, name))
    if as_json:
        answer_json({**asdict(line), "text": text})
        return
    answer(f"{line.to}\n{line.subject}\n\n{text.strip()}")
