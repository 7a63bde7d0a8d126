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
    "schedule": Both("时段", "hours"),
    "idle_stop": Both("空闲停止", "stop when idle"),
    "expires": Both("到期", "expires"),
    "failover": Both("故障转移", "failover"),
    "failover.nodes": Both("故障转移的节点", "nodes of failover"),
    "failover.after_min": Both("故障多久才转移", "minutes before failover"),
    "failover.back_after_min": Both("恢复多久才回去", "minutes before it returns"),
    "failover.moves_per_hour": Both("每小时转移次数", "moves an hour"),
    "probe": Both("可达性检查", "reach probe"),
    "guard": Both("守卫", "guard"),
    "allow": Both("允许名单", "allow list"),
    "deny": Both("拒绝名单", "deny list"),
    "max_connections": Both("连接总数上限", "most connections"),
    "max_per_address": Both("每个地址的连接上限", "most connections of one address"),
    "new_per_minute": Both("每分钟新连接", "new connections a minute"),
    "bytes_per_second": Both("每秒字节", "bytes per second"),
    "idle_timeout_s": Both("空闲断开", "idle time-out"),
    "address": Both("地址", "address"),
    "from": Both("来源地址", "from"),
    "minutes": Both("分钟", "minutes"),
    "group": Both("分组", "group"),
    "remark": Both("备注", "remark"),
    "file": Both("文件", "file"),
    "number": Both("编号", "number"),
    "tunnel": Both("隧道", "tunnel"),
    "record": Both("主机记录", "record"),
    "target": Both("记录值", "target"),
    "ttl_s": Both("TTL", "lifetime"),
    "password": Both("密码", "password"),
    "token": Both("令牌", "token"),
    "new_password": Both("新密码", "new password"),
    "email": Both("邮箱", "e-mail"),
    "qq": Both("QQ 号", "QQ number"),
    "avatar_url": Both("头像", "avatar"),
    "code": Both("验证码", "code"),
}


def word_field(field: str) -> str:
    """Return what people call the field, the field itself if it has no other name."""
    return str(FIELDS[field]) if field in FIELDS else field
