"""`chmlfrp backup`: what was decided here, in one file, and the way back."""

import asyncio
from pathlib import Path

import click

from chmlfrp.cli.ask import confirm
from chmlfrp.cli.door import run
from chmlfrp.cli.lazy import noun
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import err, out, out_json
from chmlfrp.errors import InvalidInput
from chmlfrp.local.backup import make_backup, places, read_backup
from chmlfrp.local.instance import holder
from chmlfrp.local.paths import Home
from chmlfrp.words.language import say

app = noun(
    say(
        "备份和恢复，不含令牌和明文密码。",
        "A backup and the way back; no token, no plain password.",
    )
)


@app.command(help=say("写一份备份。", "Write a backup."))
@click.argument("file", metavar="FILE")
@click.option(
    "--force",
    is_flag=True,
    help=say("覆盖已有的文件。", "Replace a file of that name."),
)
@with_json
def make(file: str, force: bool, is_json: bool) -> None:
    """Write it and print what is in it; the daemon may run or not."""
    path = Path(file).absolute()
    if path.exists() and not force:
        raise InvalidInput(f"{path.name} is there already", hint="add --force")
    kept = make_backup(Home.locate(), path)
    _tell(kept, is_json=is_json)
    err(say("已写入：", "written: "), str(path))


@app.command(
    help=say(
        "从备份恢复；现有的文件改名为 .bak。",
        "Bring a backup back; the present files stay as .bak.",
    )
)
@click.argument("file", metavar="FILE")
@click.option("-y", "--yes", is_flag=True, help=say("不再询问。", "Do not ask."))
@with_json
def restore(file: str, yes: bool, is_json: bool) -> int:
    """Put the files back, after asking; a daemon that ran is there again afterwards."""
    home, path = Home.locate(), Path(file).absolute()
    read_backup(path, frozenset(places(home)))
    was_running = holder(home) is not None
    if was_running:
        err(
            say(
                "守护进程会重启，隧道短暂中断，之后按备份连通。",
                "the daemon is restarted: tunnels break for a moment and then are as "
                "the backup has them.",
            )
        )
    question = say("用备份替换现有的设置？", "replace what is set now by the backup?")
    if not confirm(question, yes=yes):
        err(say("没有恢复", "nothing was changed"))
        return 1
    from chmlfrp.care import backup

    brought = asyncio.run(backup.restore(home, path))
    if was_running:
        run(lambda client: client.hello())
    _tell(brought, is_json=is_json)
    if Home.locate().knock_file.name in brought:
        err(
            say(
                "敲门链接也按备份恢复，之后用掉或撤销的重新有效：chmlfrp knock list",
                "knock links are as in the backup, those used or revoked since are good "
                "again: chmlfrp knock list",
            )
        )
    return 0


def _tell(names: list[str], *, is_json: bool) -> None:
    if is_json:
        out_json(names)
        return
    for name in names:
        out(name)
