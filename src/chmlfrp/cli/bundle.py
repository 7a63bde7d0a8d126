"""`chmlfrp bundle`: all that helps to find a fault, in one masked file."""

import asyncio
import time
from pathlib import Path

import click

from chmlfrp.care.gather import gathered
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import err, out, out_json, out_table
from chmlfrp.local.bundle import write_bundle
from chmlfrp.local.paths import Home
from chmlfrp.words.bundle import word_masked
from chmlfrp.words.language import say


@verb()
@click.argument("file", required=False, metavar="[FILE]")
@click.option(
    "--dry-run",
    is_flag=True,
    help=say("只显示会放进去什么、遮住什么。", "Show what it holds; write nothing."),
)
@click.option(
    "--show",
    metavar="NAME",
    help=say("显示其中一个文件遮住之后的内容。", "Print one of its files, masked."),
)
@with_json
def bundle(file: str | None, dry_run: bool, show: str | None, is_json: bool) -> None:
    """Write the bundle and print what was masked in each of its files."""
    found = asyncio.run(gathered(Home.locate()))
    if show is not None:
        for line in found.texts.get(show, "").splitlines():
            out(line)
        return
    path = Path(file or f"chmlfrp-{time.strftime('%Y%m%d-%H%M%S')}.zip").absolute()
    if not dry_run:
        write_bundle(found, path)
    if is_json:
        out_json(found.files)
        return
    head = (say("文件", "FILE"), say("字节", "BYTES"), say("已遮住", "MASKED"))
    rows = [
        (
            one.name,
            str(one.size),
            word_masked({str(kind): n for kind, n in one.masked.items()}) or "-",
        )
        for one in found.files
    ]
    out_table(head, rows)
    if not dry_run:
        err(say("已写入：", "written: "), str(path))
