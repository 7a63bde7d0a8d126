"""Tunnels out of files, in words."""

from chmlfrp.model.tunnelfile import ImportCode, ImportNote
from chmlfrp.words.language import Both, say

NOTES: dict[ImportCode, Both] = {
    ImportCode.UNREADABLE: Both("这些值缺失或有误", "missing or wrong"),
    ImportCode.TYPE_UNSUPPORTED: Both(
        "服务不提供这种隧道", "the service has no such tunnels"
    ),
    ImportCode.PLUGIN_UNSUPPORTED: Both("不支持 frpc 插件", "plugins are not carried"),
    ImportCode.RANGE_UNSUPPORTED: Both(
        "端口段要拆成一条条隧道", "a range of ports needs a tunnel for each"
    ),
    ImportCode.NODE_UNKNOWN: Both(
        "不知道这是哪个节点，用 --node 指定",
        "nothing says which node that is: name one with --node",
    ),
    ImportCode.NAME_CHANGED: Both("名称改为", "the name becomes"),
    ImportCode.DOMAINS_DROPPED: Both(
        "一条隧道只能有一个域名，没有导入", "a tunnel has one domain; left out"
    ),
    ImportCode.EXTRA_KEPT: Both("作为额外参数保留", "kept as extra lines"),
}


def word_note(note: ImportNote) -> str:
    """Return what is to be known."""
    detail = f"{say('：', ': ')}{note.detail}" if note.detail else ""
    return f"{NOTES[note.code]}{detail}"
