"""The table of `chmlfrp tunnel`."""

from typing import ClassVar

from chmlfrp.cli.lazy import Entry, Lazy
from chmlfrp.words.language import Both, say

_HERE = "chmlfrp.cli.tunnel"


class _Verbs(Lazy):
    """Every verb, imported when it is called."""

    entries: ClassVar = {
        "list": Entry(
            f"{_HERE}.look", "list_tunnels", Both("列出隧道。", "List the tunnels.")
        ),
        "show": Entry(
            f"{_HERE}.look",
            "show",
            Both("显示一条隧道的全部情况。", "Show all about one tunnel."),
        ),
        "create": Entry(
            f"{_HERE}.change",
            "create",
            Both("在账户里创建隧道。", "Create a tunnel in the account."),
        ),
        "edit": Entry(
            f"{_HERE}.change",
            "edit",
            Both(
                "修改隧道，只改写明的字段。", "Change a tunnel, the named fields only."
            ),
        ),
        "failover": Entry(
            f"{_HERE}.options",
            "failover",
            Both(
                "节点故障时会怎样（只看不动）。",
                "What would happen if its node failed; changes nothing.",
            ),
        ),
        "delete": Entry(
            f"{_HERE}.change",
            "delete",
            Both(
                "从账户里删除隧道（会先询问）。", "Delete from the account; asks first."
            ),
        ),
        "deleted": Entry(
            f"{_HERE}.undo",
            "deleted",
            Both("最近删除的隧道。", "Tunnels that were deleted lately."),
        ),
        "undelete": Entry(
            f"{_HERE}.undo",
            "undelete",
            Both("重新创建删除的隧道。", "Make a deleted tunnel again."),
        ),
        "import": Entry(
            f"{_HERE}.files",
            "import_tunnels",
            Both(
                "从 frpc.ini、frpc.toml 或导出的文件创建隧道。",
                "Create the tunnels of an frpc.ini, an frpc.toml or an export.",
            ),
        ),
        "export": Entry(
            f"{_HERE}.files",
            "export",
            Both("导出隧道，不含密码和令牌。", "Print tunnels, without secrets."),
        ),
        "start": Entry(
            f"{_HERE}.run", "start", Both("启动隧道。", "Bring tunnels up.")
        ),
        "stop": Entry(f"{_HERE}.run", "stop", Both("停止隧道。", "Take tunnels down.")),
        "restart": Entry(
            f"{_HERE}.run", "restart", Both("重新启动隧道。", "Close and open again.")
        ),
        "logs": Entry(
            f"{_HERE}.follow", "logs", Both("查看 frpc 的日志。", "Read frpc's log.")
        ),
        "watch": Entry(
            f"{_HERE}.follow",
            "watch",
            Both("实时显示变化，直到 Ctrl-C。", "Show changes until Ctrl-C."),
        ),
    }


app = _Verbs(
    help=say("隧道：查看、创建、启停、日志", "Tunnels: make, start, stop, look into."),
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
