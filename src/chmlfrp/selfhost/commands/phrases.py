"""What errors of the service state in English, in Chinese.

An error is raised where the fact is, with an English sentence, and the log keeps that
one. A sentence that is not listed here is shown as it is.
"""

import re
from functools import cache

PHRASES: tuple[tuple[str, str], ...] = (
    # Accounts.
    (r"the user name (?P<name>.+) cannot be used", "用户名 {name} 不能使用"),
    (
        r"use 2 to 20 letters, digits, _ \. or -, and not digits alone",
        "用 2 到 20 个字母、数字、汉字或 _ . -，不能全是数字",
    ),
    (
        r"the password needs 6 to 48 characters of two kinds",
        "密码要有 6 到 48 个字符，并含字母、数字、符号中的两种",
    ),
    (r"mix letters, digits and symbols", "混用字母、数字和符号"),
    (r"there is no group (?P<group>.+)", "没有用户组 {group}"),
    (r"use one of (?P<known>.+)", "可用的有 {known}"),
    (r"(?P<email>.+) is no e-mail address", "{email} 不是邮箱地址"),
    (r"(?P<qq>.+) is no QQ number", "{qq} 不是 QQ 号"),
    (
        r"an account cannot have up to (?P<count>.+) tunnels",
        "账户的隧道数量上限不能是 {count}",
    ),
    (r"use (?P<first>\d+) to (?P<last>\d+)", "用 {first} 到 {last}"),
    (r"another account has this name already", "这个用户名已有账户使用"),
    (r"another account has this email already", "这个邮箱已有账户使用"),
    (r"another account has this qq already", "这个 QQ 号已有账户使用"),
    (r"there is no terminal to ask for the password on", "没有终端，无法询问密码"),
    (r"pass it with --password-stdin", "用 --password-stdin 传入"),
    (r"the two passwords differ", "两次输入的密码不一致"),
    (r"type the same one twice", "两次输入同一个密码"),
    (r"there is no account (?P<name>.+)", "没有账户 {name}"),
    (r"see the names with: (?P<command>.+)", "查看名称：{command}"),
    (r"(?P<text>.+) cannot be used here", "{text} 不能用在这里"),
    (r"use one line of up to 100 characters", "用一行，最多 100 个字符"),
    (r"(?P<text>.+) is no date", "{text} 不是日期"),
    (r"write it as 2027-12-31", "写成 2027-12-31 这样"),
    (r"(?P<count>.+) is not between 1 and 1000000", "{count} 不在 1 到 1000000 之间"),
    (r"a card is worth points, or days in a group", "礼品卡给积分，或给会员天数"),
    (
        r"use --points N, or --group GROUP --days N",
        "用 --points N，或 --group 用户组 --days N",
    ),
    (r"(?P<number>.+) is no priority", "{number} 不是优先级"),
    (
        r"use 1 \(usual\), 2 \(important\) or 3 \(urgent\)",
        "用 1（普通）、2（重要）或 3（紧急）",
    ),
    (r"there is no letter (?P<name>.+)", "没有邮件 {name}"),
    (r"there is no program (?P<name>.+)", "没有程序 {name}"),
    (r"a message needs a text", "消息没有内容"),
    (r"pass it on stdin", "从标准输入传入"),
    # service.toml, mail and what the owner gives out.
    (
        r"(?P<file>\S+): (?P<field>\S+) cannot be used: (?P<why>.+)",
        "{file}：{field} 不能使用：{why}",
    ),
    (
        r"correct the field, or take it out for the default",
        "改正这一项，或删去它以使用默认值",
    ),
    (r"(?P<file>\S+) cannot be read", "{file} 无法读取"),
    (
        r"make it a text file in UTF-8 that its owner can read",
        "让它成为所有者可读的 UTF-8 文本文件",
    ),
    (r"(?P<file>\S+) is no valid TOML: (?P<why>.+)", "{file} 不是有效的 TOML：{why}"),
    (
        r"mail\.url of service\.toml is no address of a mail server",
        "service.toml 的 mail.url 不是邮件服务器的地址",
    ),
    (
        r"write smtp://, starttls:// or smtps://USER:PASSWORD@HOST:PORT",
        "写成 smtp://、starttls:// 或 smtps://用户:密码@主机:端口",
    ),
    (
        r"mail\.url of service\.toml would send a password in the open",
        "service.toml 的 mail.url 会明文发送密码",
    ),
    (r"write starttls:// or smtps://", "写成 starttls:// 或 smtps://"),
    # Nodes.
    (r"there is no node (?P<name>.+)", "没有节点 {name}"),
    (r"there is a node (?P<name>.+) already", "已有名为 {name} 的节点"),
    (r"the node name (?P<name>.+) cannot be used", "节点名 {name} 不能使用"),
    (
        r"use up to 40 letters, digits, _ \. or -",
        "最多 40 个字母、数字、汉字或 _ . -",
    ),
    (r"(?P<host>.+) is no domain or address", "{host} 不是域名或地址"),
    (r"(?P<text>.+) is no range of ports", "{text} 不是端口范围"),
    (
        r"write it as 20000-29999, from 1024 to 65535",
        "写成 20000-29999 这样，在 1024 到 65535 之间",
    ),
    (r"(?P<port>.+) is not between 1 and 65535", "{port} 不在 1 到 65535 之间"),
    (r"no free port was found on (?P<address>.+)", "{address} 上没有找到空闲端口"),
    (
        r"name the ports with --port, --http-port and --https-port",
        "用 --port、--http-port 和 --https-port 指定端口",
    ),
    (
        r"port (?P<port>\d+) of node (?P<name>.+) is taken by another program, "
        r"or may not be opened",
        "节点 {name} 的端口 {port} 被其他程序占用，或没有权限打开",
    ),
    (
        r"end that program, or give the node another port: (?P<command>.+)",
        "结束那个程序，或给节点换一个端口：{command}",
    ),
    (
        r"the node (?P<name>.+) has (?P<count>\d+) tunnels",
        "节点 {name} 有 {count} 条隧道",
    ),
    (r"take --force to remove them as well", "加 --force 一并删除"),
    (
        r"this folder has no node yet, and no key to join with was given",
        "这个目录还没有节点，也没有给出加入密钥",
    ),
    (
        r"make one with node add --remote and pass it with --key-file",
        "用 node add --remote 生成，再用 --key-file 传入",
    ),
    (r"this folder is of a node at (?P<service>.+)", "这个目录属于 {service} 的节点"),
    (
        r"name that service, or another folder with --data",
        "用那个服务的地址，或用 --data 换一个目录",
    ),
    (r"another node is running on (?P<folder>.+)", "{folder} 正被另一个节点使用"),
    (r"the service gave no answer: (?P<why>.+)", "服务没有回答：{why}"),
    (r"check the address, and that the service runs", "检查地址，以及服务是否在运行"),
    (r"the service does not know the node's key", "服务不认识这个节点的密钥"),
    (
        r"a join key works once; make another node with node add --remote",
        "加入密钥只能用一次；用 node add --remote 另建一个节点",
    ),
    (
        r"the service answered (?P<path>.+) with status (?P<status>\d+), not as known",
        "服务对 {path} 的回答（状态 {status}）无法识别",
    ),
    (
        r"check that the address is that of a selfhost service",
        "检查这是否是 selfhost 服务的地址",
    ),
    (r"(?P<url>.+) is no address of a service", "{url} 不是服务的地址"),
    (r"write it as https://frp\.example\.com", "写成 https://frp.example.com 这样"),
    (r"the key file (?P<path>.+) cannot be read", "无法读取密钥文件 {path}"),
    (
        r"write the key that node add printed into it",
        "把 node add 打印的密钥写进去",
    ),
    (r"the service does not take reports", "服务没有接收报告"),
    (r"frps did not end a session: (?P<why>.+)", "frps 没有结束会话：{why}"),
    (r"mend it, or name another folder with --data", "修复它，或用 --data 换一个目录"),
    # Domains.
    (r"the domain (?P<name>.+) is there already", "已有域名 {name}"),
    (r"there is no domain (?P<name>.+)", "没有域名 {name}"),
    (r"(?P<name>.+) is no domain", "{name} 不是域名"),
    (r"(?P<ttl>.+) is no TTL", "{ttl} 不是 TTL"),
    # frps.
    (r"no frps was found", "没有找到 frps"),
    (
        r"install the demo extra, or name one with --frps PATH",
        "安装 demo 附加依赖，或用 --frps 指定一个",
    ),
    (r"(?P<path>.+) is no frps that can be run", "{path} 不是可运行的 frps"),
    (
        r"name the program itself and make it executable",
        "指定程序文件本身，并让它可执行",
    ),
    (
        r"(?P<path>.+) is not the frps that was expected: its sha256 differs",
        "{path} 不是预期的 frps：sha256 不符",
    ),
    (
        r"install the demo extra again, or name an frps with --frps PATH",
        "重新安装 demo 附加依赖，或用 --frps 指定一个",
    ),
    (r"frps ended with code (?P<code>.+)", "frps 已退出，退出码 {code}"),
    (r"frps could not be started: (?P<why>.+)", "无法启动 frps：{why}"),
    (
        r"frps' dashboard gave no answer to (?P<path>.+)",
        "frps 的管理接口没有回答 {path}",
    ),
    (r"the node did not come up in time", "节点没有及时启动"),
    # The database by URL, and the workers.
    (
        r"the database's URL holds a password, which anybody on this machine could read",
        "数据库 URL 里有密码，本机任何人都能看到",
    ),
    (
        r"put the URL into CHMLFRP_DATABASE, into a file for --database-file, or the "
        r"password into the file that PGPASSFILE names",
        "把 URL 放入环境变量 CHMLFRP_DATABASE 或 --database-file 的文件，"
        "或把密码放入 PGPASSFILE 指向的文件",
    ),
    (r"the database's URL is none", "数据库 URL 不正确"),
    (
        r"write it as postgresql://USER@HOST:PORT/NAME; leave it out for a file",
        "写成 postgresql://用户@主机:端口/库名；省去则使用文件",
    ),
    (
        r"the file with the database's URL cannot be read",
        "写有数据库 URL 的文件无法读取",
    ),
    (
        r"name a file that this user may read with --database-file",
        "用 --database-file 指定当前用户可读的文件",
    ),
    (
        r"check that PostgreSQL runs, and the URL's host, user, password and name",
        "检查 PostgreSQL 是否在运行，以及 URL 的主机、用户、密码和库名",
    ),
    (
        r"another service runs the nodes of this database",
        "另一个服务正在运行此数据库的节点",
    ),
    (r"start this one with --no-node", "用 --no-node 启动这一个"),
    (
        r"a worker of the service did not come up",
        "服务的一个工作进程没有启动成功",
    ),
    # The service and its folder.
    (r"another service is running on (?P<folder>.+)", "{folder} 正被另一个服务使用"),
    (r"end it, or name another folder with --data", "结束它，或用 --data 换一个目录"),
    (
        r"port (?P<port>\d+) on (?P<host>.+) cannot be opened: (?P<why>.+)",
        "无法打开 {host} 的端口 {port}：{why}",
    ),
    (
        r"name another with --port, or 0 for any free one",
        "用 --port 换一个，0 表示任一空闲端口",
    ),
    (
        r"the folder (?P<path>.+) cannot be used: (?P<why>.+)",
        "目录 {path} 无法使用：{why}",
    ),
    (r"name a folder of your own with --data", "用 --data 指定一个属于你的目录"),
    (
        r"the service's database cannot be used: (?P<why>.+)",
        "服务的数据库无法使用：{why}",
    ),
    (
        r"check that the folder is writable and the file is not damaged",
        "检查目录是否可写、文件是否损坏",
    ),
    (
        r"the service's database is of version (?P<found>\d+), "
        r"this program knows (?P<known>\d+)",
        "服务的数据库是版本 {found}，本程序只认识 {known}",
    ),
    (r"use the newer program again", "继续使用较新的程序"),
    (
        r"the service's database gave an error: (?P<why>.+)",
        "服务的数据库报错：{why}",
    ),
    # What the command line's parser finds.
    (
        r"No such option: (?P<name>\S+) \(Possible options: (?P<like>.+)\)",
        "没有这个选项：{name}，是不是 {like}？",
    ),
    (
        r"No such option: (?P<name>\S+) Did you mean (?P<like>.+)\?",
        "没有这个选项：{name}，是不是 {like}？",
    ),
    (r"No such option: (?P<name>\S+)", "没有这个选项：{name}"),
    (
        r"No such command '(?P<name>.*)'\. Did you mean (?P<like>.+)\?",
        "没有这个命令：{name}，是不是 {like}？",
    ),
    (r"No such command '(?P<name>.*)'\.", "没有这个命令：{name}"),
    (r"Missing command\.", "没有写命令"),
    (r"Missing argument '(?P<name>[^']+)'\.", "缺少参数：{name}"),
    (r"Missing option '(?P<name>[^']+)'(?: \(.*\))?\.", "缺少选项：{name}"),
    (r"Option '(?P<name>.+)' requires an argument\.", "选项 {name} 后面要有值"),
    (r"Option '(?P<name>.+)' does not take a value\.", "选项 {name} 后面不带值"),
    (
        r"Got unexpected extra argument(?:s|\(s\))? \((?P<extra>.+)\)",
        "多余的参数：{extra}",
    ),
    (
        r"Invalid value for '(?P<name>[^']+)'(?: \(.*?\))?: (?P<why>.+)",
        "{name} 的值不对：{why}",
    ),
    (r"Input should be a valid integer.*", "应当是整数"),
)
"""Pattern of the English sentence, Chinese sentence with the same facts."""


def in_chinese(english: str) -> str:
    """Return the sentence in Chinese, or as it is where it is not listed."""
    for pattern, chinese in _patterns():
        if found := pattern.fullmatch(english):
            facts = found.groupdict()
            if "why" in facts:
                facts["why"] = in_chinese(facts["why"])
            return chinese.format(**facts)
    return english


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(p, re.DOTALL), chinese) for p, chinese in PHRASES)
