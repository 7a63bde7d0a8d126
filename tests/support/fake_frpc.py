"""A core in the fork's dialect, as far as a supervisor sees it; run as a program.

It has no admin API and so cannot reload. What it does stands in its own file of orders,
beside the program (`<program>.json`): see `Orders`. Its lines are those that the fork
writes (`0.51.2_240715` and `0.51.2_251023`).

`install` puts it into a folder; the copy needs nothing but an interpreter.
"""

import configparser
import json
import os
import signal
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

STAMP = "2026/11/22 20:00:06"


@dataclass(slots=True, kw_only=True)
class Orders:
    """What the fake does."""

    version: str = "ChmlFrp-0.51.2_251023"
    login_error: str = ""
    """Refuse to log in with this text and end with 1."""
    refused: dict[str, str] = field(default_factory=dict)
    """Tunnel names whose proxies fail, with the text."""
    lines: list[str] = field(default_factory=list)
    """Said after the proxies were started."""
    flood: int = 0
    """So many long lines are said after those."""
    is_deaf: bool = False
    """Ignore SIGTERM."""
    ends_with: int | None = None
    """Exit code right after everything was said; None stays."""


def install(folder: Path, orders: Orders) -> Path:
    """Return an executable in the folder that follows the orders."""
    program = folder / "frpc"
    body = Path(__file__).read_text("utf-8")
    program.write_text(f"#!{sys.executable}\n{body}", "utf-8")
    program.chmod(0o700)
    program.with_suffix(".json").write_text(json.dumps(asdict(orders)))
    return program


def say(text: str, level: str = "I") -> None:
    """Write a line with the fork's head, coloured as it does."""
    print(f"\x1b[1;34m{STAMP} [{level}] [service.go:313] {text}\x1b[0m", flush=True)


def run(config: Path, orders: Orders) -> int:
    """Be a core; return the exit code."""
    if orders.is_deaf:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ini = configparser.RawConfigParser()
    ini.read(config, "utf-8")
    user = ini["common"]["user"]
    names = [name for name in ini.sections() if name != "common"]
    say("从ChmlFrp API获取配置文件...")
    if orders.login_error:
        say(f"无法连接至服务器: {orders.login_error}", "W")
        return 1
    say(f"成功登录至服务器, 获取到RunID [{user}-0123456789abcdef]")
    say(f"已启动隧道: [{' '.join(f'{user}.{name}' for name in names)}]")
    for name in names:
        if why := orders.refused.get(name):
            say(f"[{user}.{name}] 启动失败: {why}", "W")
        else:
            say(f"[{user}.{name}] 映射启动成功, 感谢您使用ChmlFrp!")
    for line in orders.lines:
        say(line)
    for number in range(orders.flood):
        say(f"{number} {'x' * 200}")
    while orders.ends_with is None:
        time.sleep(3600)  # noqa: TID251 - the fake is a process of its own
    return orders.ends_with


def main() -> int:
    """Run as frpc is run: `--version`, or `-c FILE`."""
    orders = Orders(**json.loads(Path(sys.argv[0]).with_suffix(".json").read_text()))
    if sys.argv[1:] == ["--version"]:
        print(orders.version)
        return 0
    if len(sys.argv) != 3 or sys.argv[1] != "-c":
        return 2
    return run(Path(sys.argv[2]), orders)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
