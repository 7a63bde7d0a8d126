"""The table of `chmlfrp tool`."""

from typing import ClassVar

from chmlfrp.cli.lazy import Entry, Lazy
from chmlfrp.words.language import Both, say

_HERE = "chmlfrp.cli.tool"


class _Verbs(Lazy):
    """Every verb, imported when it is called."""

    entries: ClassVar = {
        "ports": Entry(
            f"{_HERE}.look",
            "ports",
            Both("本机在监听的端口和程序。", "Listening ports and their programs."),
        ),
        "port": Entry(
            f"{_HERE}.look",
            "port",
            Both("谁在监听这个端口，公开它有什么风险。", "Who listens at a port."),
        ),
        "ping": Entry(
            f"{_HERE}.visit",
            "ping",
            Both("ICMP ping。", "Echo requests (ICMP)."),
        ),
        "tcp": Entry(
            f"{_HERE}.visit",
            "tcp",
            Both("TCP 连接测试。", "Connect by TCP."),
        ),
        "http": Entry(
            f"{_HERE}.visit", "http", Both("HTTP 请求测试。", "Ask for a page.")
        ),
        "minecraft": Entry(
            f"{_HERE}.visit",
            "minecraft",
            Both("查询 Minecraft 服务器。", "Ask a Minecraft server."),
        ),
        "lan": Entry(
            f"{_HERE}.look",
            "lan",
            Both("局域网里开放的 Minecraft 世界。", "Minecraft worlds open to LAN."),
        ),
    }


app = _Verbs(
    help=say("网络小工具", "Tools to look around."),
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
