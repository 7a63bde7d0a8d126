"""What the fields of a tunnel, and other inputs, are called."""

from chmlfrp.words.language import Both

FIELDS: dict[str, Both] = {
    "name": Both("名称", "name"),
    "node": Both("节点", "node"),
    "type": Both("类型", "type"),
    "local_host": Both("本地地址", "local host"),
    "local_port": Both("本地端口", "local port"),
    "remote_port": Both("远程端口", "remote port"),
    "domain": Both("域名", "domain"),
    "encryption": Both("加密", "encryption"),
    "compression": Both("压缩", "compression"),
    "extra": Both("额外参数", "extra lines"),
    "tunnel": Both("隧道", "tunnel"),
    "password": Both("密码", "password"),
    "token": Both("令牌", "token"),
}


def word_field(field: str) -> str:
    """Return what people call the field, the field itself if it has no other name."""
    return str(FIELDS[field]) if field in FIELDS else field
