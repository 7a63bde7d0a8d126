"""Facts that errors state in English, in Chinese.

Errors are raised where the facts are, with an English sentence. The sentences that people
meet are listed here; one that is not listed is shown as it is, so this list can never
hide a fact.
"""

import re
from functools import cache

from chmlfrp.words.phrases_account import ACCOUNT_PHRASES
from chmlfrp.words.phrases_domain import DOMAIN_PHRASES
from chmlfrp.words.phrases_local import LOCAL_PHRASES
from chmlfrp.words.phrases_tool import TOOL_PHRASES
from chmlfrp.words.phrases_tunnel import TUNNEL_PHRASES

_PHRASES: tuple[tuple[str, str], ...] = (
    # The tunnel's own rules.
    (
        r"tunnel name (?P<name>.+) may hold only letters, digits and _",
        "隧道名称 {name} 只能包含字母、数字和下划线",
    ),
    (r"use 1 to 64 of A-Z a-z 0-9 _", "用 1 到 64 个字母、数字或下划线"),
    (r"no node was named", "没有写节点"),
    (
        r"local host (?P<host>.+) is no address or host name",
        "本地地址 {host} 不是 IP 或主机名",
    ),
    (
        r"local port (?P<port>-?\d+) is not between 1 and 65535",
        "本地端口 {port} 不在 1 到 65535 之间",
    ),
    (
        r"remote port (?P<port>-?\d+) is not between 1 and 65535",
        "远程端口 {port} 不在 1 到 65535 之间",
    ),
    (
        r"an? (?P<type>\w+) tunnel has a domain, not a remote port",
        "{type} 隧道用域名，不用远程端口",
    ),
    (r"leave the remote port out", "去掉远程端口"),
    (r"an? (?P<type>\w+) tunnel needs a domain", "{type} 隧道需要一个域名"),
    (r"name the domain that points at the node", "写上已解析到节点的域名"),
    (r"(?P<domain>.+) is no domain", "{domain} 不是域名"),
    (
        r"an? (?P<type>\w+) tunnel has a remote port, not a domain",
        "{type} 隧道用远程端口，不用域名",
    ),
    (r"leave the domain out", "去掉域名"),
    (r"an? (?P<type>\w+) tunnel needs a remote port", "{type} 隧道需要一个远程端口"),
    (r"name a free port of the node's range", "写一个节点允许且空闲的端口"),
    # Signing in by code.
    (
        r"a sign-in by code needs a client id, and none is shipped",
        "授权码登录需要客户端编号（client_id），本程序不自带",
    ),
    (
        r"register this program with the service and write client_id under "
        r"\[service\] into settings.toml",
        "在服务处登记本程序，把 client_id 写进 settings.toml 的 [service]",
    ),
    (r"take one way to sign in", "只能选一种登录方式"),
    # The guard.
    (r"(?P<text>.+) is no address or network", "{text} 不是地址或网段"),
    (
        r"write 203\.0\.113\.7, 203\.0\.113\.0/24 or 2001:db8::/32",
        "写成 203.0.113.7、203.0.113.0/24 或 2001:db8::/32",
    ),
    (r"(?P<text>'.*') is no address", "{text} 不是地址"),
    (
        r"write 203\.0\.113\.7 or 2001:db8::7",
        "写成 203.0.113.7 或 2001:db8::7",
    ),
    (r"(?P<name>[\w.]+) cannot be (?P<value>.+)", "{name} 不能是 {value}"),
    (r"a whole number from 1, or off", "从 1 开始的整数，或 off"),
    (
        r"nobody can be blocked for (?P<minutes>-?\d+) minutes",
        "拦截时间不能是 {minutes} 分钟",
    ),
    (
        r"between 1 and (?P<most>\d+); deny is for ever",
        "1 到 {most} 之间；要永久拒绝请用 deny",
    ),
    (r"(?P<name>'.*') is neither \.csv nor \.json", "{name} 既不是 .csv 也不是 .json"),
    (r"the name of the file says how it is written", "文件名决定写成什么格式"),
    (r"(?P<path>.+) cannot be written: (?P<why>.+)", "{path} 无法写入：{why}"),
    (r"visitors are not deleted without a yes", "没有确认，不会删除访客记录"),
    (r"add --yes", "加上 --yes"),
    (r"(?P<text>'.*') is no country", "{text} 不是国家"),
    (r"write two letters: CN, DE, US", "写两个字母：CN、DE、US"),
    (r"countries are not known here", "这里没有国家数据"),
    (r"ban-after can", "ban-after 可以"),
    (
        r"is_on, pass_on, knock_hours, inspects, asleep are set for each tunnel alone",
        "打开与否、告知服务、敲门、查看请求和没开时说的话只能逐个隧道设置",
    ),
    (
        r"a tunnel of type (?P<kind>\w+) has no headers to be set",
        "{kind} 隧道没有可写的请求头",
    ),
    (
        r"a tunnel of type (?P<kind>\w+) has no requests to be kept",
        "{kind} 隧道没有可记录的请求",
    ),
    (
        r"in a tunnel of type (?P<kind>\w+) no fast failures can be told",
        "{kind} 隧道看不出很快就失败的连接，不能自动封禁",
    ),
    (
        r"ban-after off; bans are for tcp and https",
        "把 ban-after 设为 off；自动封禁用于 tcp 和 https",
    ),
    (r"for tunnels of type http", "只用于 http 隧道"),
    (
        r"for tunnels of type http; v1 and v2 are for others",
        "只用于 http 隧道；其他隧道用 v1 或 v2",
    ),
    (r"no requests of this tunnel are kept", "没有记录这条隧道的请求"),
    (
        r"for http tunnels that run: chmlfrp inspect on TUNNEL",
        "http 隧道运行时才有：chmlfrp inspect on 隧道",
    ),
    (r"request (?P<number>\d+) is not kept whole", "请求 {number} 没有完整记录"),
    (r"128 KiB of a request are kept", "每个请求记录 128 KiB"),
    (r"request (?P<number>\d+) is not kept any more", "请求 {number} 已不在记录里"),
    (r"(?P<where>.+) did not answer: (?P<why>.+)", "{where} 没有回答：{why}"),
    (
        r"the text for a sleeping server has (?P<count>\d+) characters",
        "服务器没开时说的话有 {count} 个字",
    ),
    (r"(?P<most>\d+) at most", "最多 {most} 个"),
    (
        r"nobody can be admitted for (?P<hours>-?\d+) hours",
        "放行时间不能是 {hours} 小时",
    ),
    (
        r"between 1 and (?P<most>\d+); allow is for ever",
        "1 到 {most} 之间；要永久允许请用 allow",
    ),
    # Knock links.
    (r"a knock link opens at least one tunnel", "链接至少要打开一条隧道"),
    (
        r"between (?P<least>\d+) and (?P<most>\d+) seconds",
        "{least} 到 {most} 秒之间",
    ),
    (r"between 1 and (?P<most>\d+)", "1 到 {most} 之间"),
    (
        r"the password of a knock link is too short or too long",
        "链接的密码太短或太长",
    ),
    (r"(?P<least>\d+) to (?P<most>\d+) characters", "{least} 到 {most} 个字符"),
    (r"there are (?P<count>\d+) knock links already", "已有 {count} 个链接"),
    (r"revoke those that nobody needs", "收回不再需要的"),
    (r"there is no knock link (?P<id>.*)", "没有链接 {id}"),
    (r"several knock links begin with (?P<id>.+)", "有几个链接以 {id} 开头"),
    (r"write more of it", "多写几位"),
    (r"--once and --password exclude each other", "--once 和 --password 只能选一个"),
    (r"no tunnel was named", "没有写隧道"),
    (r"(?P<text>'.*') is no length of time", "{text} 不是时长"),
    (r"30m, 12h or 7d", "写成 30m、12h 或 7d"),
    (r"no port is free: (?P<why>.+)", "没有空闲的端口：{why}"),
    (r"(?P<text>'.*') is no time", "{text} 不是时间"),
    (r"write 18:00 or 2026-11-23T18:00", "写成 18:00 或 2026-11-23T18:00"),
    # What a node allows.
    (r"node (?P<node>.+) does not carry web sites", "节点 {node} 不支持建站"),
    (
        r"take a node that allows web, or a tcp tunnel",
        "换一个支持建站的节点，或用 tcp 隧道",
    ),
    (r"node (?P<node>.+) does not carry udp", "节点 {node} 不支持 udp"),
    (r"take a node that allows udp", "换一个支持 udp 的节点"),
    (
        r"remote port (?P<port>\d+) is outside of what node (?P<node>.+) lends",
        "远程端口 {port} 不在节点 {node} 开放的范围内",
    ),
    (r"take a port of (?P<ports>[\d-]+)", "用 {ports} 之间的端口"),
    # Tunnels and accounts.
    (r"the account has no tunnel (?P<tunnel>.+)", "账户里没有隧道 {tunnel}"),
    (r"nobody is signed in", "尚未登录"),
    (r"sign in first", "先登录：chmlfrp login"),
    (r"sign in again", "重新登录：chmlfrp login"),
    (r"name or password is wrong", "用户名或密码不对"),
    (r"type both again", "核对后重新输入"),
    (r"the service wants a new sign-in", "登录已失效，服务要求重新登录"),
    (
        r"the token holds blanks or other characters that no token has",
        "令牌里有空格等不该有的字符",
    ),
    (r"copy it again, without line ends", "重新复制，不要带换行"),
    (r"the service said no \((?P<code>-?\d+)\)", "服务拒绝了请求（{code}）"),
    (r"see the service's own words", "按服务给出的说明处理"),
    # The service's answers.
    (
        r"(?P<call>[A-Z]* ?/\S+): no answer within (?P<wait>\S+) s",
        "连不上 ChmlFrp 服务：{wait} 秒内没有回应（{call}）",
    ),
    (
        r"(?P<call>[A-Z]* ?/\S+): no answer in time",
        "连不上 ChmlFrp 服务：回应超时（{call}）",
    ),
    (
        r"(?P<call>[A-Z]* ?/\S+): no connection to the service: (?P<why>.+)",
        "连不上 ChmlFrp 服务（{call}）：{why}",
    ),
    (
        r"(?P<call>[A-Z]* ?/\S+): the connection broke off",
        "与 ChmlFrp 服务的连接中断（{call}）",
    ),
    (r"(?P<call>[A-Z]* ?/\S+): the proxy does not connect", "代理连不上（{call}）"),
    (
        r"(?P<call>[A-Z]* ?/\S+): expected an object with code and msg, got (?P<found>.+)",
        "服务返回了无法识别的内容（{call}）：{found}",
    ),
    (
        r"(?P<call>[A-Z]* ?/\S+): only a gateway answered \(HTTP (?P<status>\d+)\)",
        "服务不可用，只有网关作答（{call}，HTTP {status}）",
    ),
    (
        r"(?P<call>[A-Z]* ?/\S+): turned away with HTTP (?P<status>\d+) "
        r"before the service itself",
        "请求没有到达服务就被拒绝（{call}，HTTP {status}）",
    ),
    (
        r"(?P<call>[A-Z]* ?/\S+): redirected to (?P<host>.+)",
        "被转到别处：{host}（{call}）",
    ),
    (r"check the network, or try again later", "检查网络，或稍后再试"),
    (r"check the network and the service address", "检查网络和服务地址"),
    (
        r"check the service address, and whether this network wants a login",
        "检查服务地址，以及这个网络是否要求先登录",
    ),
    (r"check the service address", "检查服务地址"),
    (
        r"too many visits block an address for 10 to 30 minutes",
        "访问过多会被封禁 10 到 30 分钟，之后再试",
    ),
    (r"try again later", "稍后再试"),
    (r"take another", "换一个"),
    # frpc itself.
    (r"(?P<path>.+) was installed and is gone", "安装好的 {path} 不见了"),
    (
        r"(?P<path>.+) changed since it was installed",
        "{path} 安装后被改动过",
    ),
    (
        r"a virus scanner may have taken it: exclude its folder there, "
        r"then install it again: chmlfrp core install",
        "可能是杀毒软件删除的：在其中排除这个文件夹，再重新安装：chmlfrp core install",
    ),
    (r"the window is not installed", "没有安装窗口界面"),
    (r"no core is called (?P<label>.+)", "没有标签为 {label} 的 frpc"),
    (r"no source is called (?P<name>.+)", "没有叫 {name} 的来源"),
    (
        r"core (?P<label>.+) is the one that is run",
        "{label} 是正在选用的 frpc，不能删除",
    ),
    (
        r"choose another first: chmlfrp core use LABEL",
        "先换用另一个：chmlfrp core use 标签",
    ),
    (r"core (?P<label>.+) is in use: (?P<why>.+)", "{label} 正在被使用：{why}"),
    (
        r"stop the tunnels that it carries: chmlfrp tunnel stop --all",
        "先停止它承载的隧道：chmlfrp tunnel stop --all",
    ),
    (
        r"frpc (?P<version>\S+) is not offered for (?P<system>\S+) on (?P<machine>\S+)",
        "没有适合本机（{system}，{machine}）的 frpc {version}",
    ),
    (
        r"version (?P<version>.+) is not offered",
        "没有提供版本 {version}",
    ),
    (
        r"see what is: chmlfrp core list --available",
        "查看可用的版本：chmlfrp core list --available",
    ),
    (
        r"name another version or source, or set core\.path",
        "换一个版本或来源，或设置 core.path",
    ),
    (r"the list of frpc versions cannot be read", "frpc 版本清单无法识别"),
    (
        r"the list of frpc versions cannot be fetched: (?P<why>.+)",
        "取不到 frpc 版本清单：{why}",
    ),
    (r"frpc cannot be fetched: (?P<why>.+)", "frpc 下载失败：{why}"),
    (
        r"check the network, or add a mirror: core\.mirrors",
        "检查网络，或添加镜像：core.mirrors",
    ),
    (r"check the network, or take the other source", "检查网络，或换一个来源"),
    (r"try again later, or take the other source", "稍后再试，或换一个来源"),
    (r"try again, or take another source", "再试一次，或换一个来源"),
    (r"take another version or source", "换一个版本或来源"),
    (
        r"the file fetched is not the one expected: its sha256 is (?P<found>\w+), "
        r"not (?P<wanted>\w+)",
        "下载的文件与清单不符：sha256 是 {found}，应为 {wanted}",
    ),
    (
        r"no hash is known for this file, so it is not fetched",
        "清单没有给出这个文件的校验值，没有下载它",
    ),
    (r"another installation is under way", "另一个安装正在进行"),
    # This machine and the daemon.
    (r"(?P<path>.+) cannot be used: (?P<why>.+)", "无法使用 {path}：{why}"),
    (
        r"a daemon is running already: process (?P<pid>\d+), "
        r"version (?P<version>\S+), since (?P<since>.+)",
        "守护进程已在运行：进程 {pid}，版本 {version}，启动于 {since}",
    ),
    (r"another daemon holds (?P<path>.+)", "另一个守护进程占用着 {path}"),
    (r"no daemon is running", "守护进程没有运行"),
    (
        r"the daemon does not answer \((?P<why>\w+)\)",
        "守护进程没有回应（{why}）",
    ),
    (r"the daemon ended", "守护进程已经结束"),
    (r"the daemon's address file cannot be read", "守护进程的地址文件无法读取"),
    (
        r"the daemon took the command but has not answered yet",
        "守护进程收到了命令，但还没有答复",
    ),
    (r"the daemon did not start: (?P<why>.+)", "守护进程没能启动：{why}"),
    (r"process ended with (?P<code>-?\d+)", "进程已退出（{code}）"),
    (r"no answer after (?P<wait>\S+) s", "{wait} 秒内没有应答"),
    (r"see (?P<path>.+)", "详见 {path}"),
    (r"chmlfrp (?P<rest>[\w ]+)", "chmlfrp {rest}"),
    (
        r"see what became of it: chmlfrp status",
        "查看结果：chmlfrp status",
    ),
    (
        r"the daemon met a fault of its own; its log has the details",
        "守护进程内部出错，详情在它的日志里",
    ),
    (r"the daemon speaks protocol (?P<number>\d+)", "守护进程使用协议 {number}"),
    (r"restart the daemon: chmlfrp daemon stop", "重启守护进程：chmlfrp daemon stop"),
    # What the command line itself finds.
    (
        r"tunnel (?P<name>.+) is not clear: (?P<found>.+)",
        "隧道 {name} 不唯一：{found}",
    ),
    (r"name it by its id", "用编号指定"),
    (r"name a tunnel, or say --all", "写上隧道，或用 --all"),
    (r"name tunnels, or say --all, not both", "写隧道或用 --all，二者选一"),
    (r"nothing to change", "没有要改的内容"),
    (r"name at least one field, see --help", "至少写一个字段，见 --help"),
    (r"the name is missing", "没有写用户名"),
    (r"chmlfrp login NAME --password-stdin", "chmlfrp login 用户名 --password-stdin"),
    (r"the password is empty", "密码是空的"),
    (r"the token is empty", "令牌是空的"),
    (
        r"a password is asked for on a terminal only",
        "没有终端，不能询问密码",
    ),
    (r"pass it on stdin with --password-stdin", "用 --password-stdin 从标准输入传入"),
    (r"deleting is confirmed on a terminal only", "没有终端，不能确认删除"),
    (r"add --yes", "加上 --yes"),
    (
        r"password and token cannot both come on stdin",
        "密码和令牌不能同时从标准输入传入",
    ),
    (
        r"the daemon is still ending after (?P<wait>\S+) s",
        "等了 {wait} 秒，守护进程仍未结束",
    ),
    (
        r"the part for running a service is not installed",
        "没有安装自建服务所需的部分",
    ),
    (r"this is confirmed on a terminal only", "没有终端，不能确认"),
    *ACCOUNT_PHRASES,
    *TUNNEL_PHRASES,
    *DOMAIN_PHRASES,
    *TOOL_PHRASES,
    *LOCAL_PHRASES,
    # What the command line's parser finds.
    (
        r"No such option '(?P<name>.*)'\. Did you mean (?P<like>.+)\?",
        "没有这个选项：{name}，是不是 {like}？",
    ),
    (r"No such option '(?P<name>.*)'\.", "没有这个选项：{name}"),
    (
        r"No such command '(?P<name>.*)'\. Did you mean (?P<like>.+)\?",
        "没有这个命令：{name}，是不是 {like}？",
    ),
    (r"No such command '(?P<name>.*)'\.", "没有这个命令：{name}"),
    (r"(?P<value>'.*') is not one of (?P<known>.+)\.", "{value} 不在 {known} 之中"),
    (r"(?P<value>'.*') is not a valid (?:integer|float)\.", "{value} 不是数字"),
    (
        r"(?P<value>\S+) is not in the range (?P<range>.+)\.",
        "{value} 不在范围 {range} 内",
    ),
    (r"Option '(?P<name>.+)' does not take a value\.", "选项 {name} 后面不带值"),
    (r"Missing command\.", "没有写命令"),
    (r"Missing argument '(?P<name>.+)'\.", "缺少参数：{name}"),
    (r"Missing option '(?P<name>[^']+)'\.(?:\s.*)?", "缺少选项：{name}"),
    (r"Option '(?P<name>.+)' requires an argument\.", "选项 {name} 后面要有值"),
    (
        r"Got unexpected extra arguments? \((?P<extra>.+)\)",
        "多余的参数：{extra}",
    ),
    (
        r"Invalid value for '(?P<name>[^']+)'(?: \S+)?: (?P<why>.+)",
        "{name} 的值不对：{why}",
    ),
)


def in_chinese(english: str) -> str:
    """Return the sentence in Chinese, empty if it is not listed."""
    for pattern, chinese in _patterns():
        if found := pattern.fullmatch(english):
            facts = {k: v or "" for k, v in found.groupdict().items()}
            return chinese.format(**{k: in_chinese(v) or v for k, v in facts.items()})
    return ""


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the patterns, compiled when the first error is worded."""
    return tuple((re.compile(p, re.DOTALL), chinese) for p, chinese in _PHRASES)
