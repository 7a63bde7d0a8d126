"""Texts of the new-tunnel dialog."""

from chmlfrp.words.language import Both

NEW: dict[str, Both] = {
    "new.title": Both("新建隧道", "New tunnel"),
    "new.key": Both("新建隧道（Ctrl+N）", "New tunnel (Ctrl+N)"),
    "new.ways": Both("怎么新建", "How to make it"),
    "new.way.guide": Both("一步步来", "Step by step"),
    "new.way.expert": Both("全部字段", "All fields"),
    "new.way.file": Both("从配置导入", "From a file"),
    "new.signed_out": Both(
        "还没有登录：可以先填好，创建前要登录。",
        "Nobody is signed in: you can look around, but a tunnel needs a sign-in.",
    ),
    "new.full": Both(
        "账户已有 {used} 条隧道，上限是 {most} 条。先删除一条不用的。",
        "The account has {used} of {most} tunnels. Delete one that is not needed first.",
    ),
    "new.trail": Both("{n}  {name}", "{n}  {name}"),
    "new.trail.then": Both("›", "›"),
    "new.trail.of": Both("第 {n} 步，共 {of} 步", "Step {n} of {of}"),
    "new.back": Both("上一步", "Back"),
    "new.next": Both("下一步", "Next"),
    "new.create": Both("创建并启动", "Create and start"),
    "new.what": Both("分享什么", "What"),
    "new.what.ask": Both("想让别人连上什么？", "What should others reach?"),
    "new.what.hint": Both(
        "选一样，后面的端口和类型会替你填好。",
        "Pick one; port and type are filled in for you.",
    ),
    "new.share.java": Both("Minecraft Java 版", "Minecraft Java"),
    "new.share.java.text": Both(
        "服务器，或对局域网开放的世界", "A server, or a world opened to LAN"
    ),
    "new.share.bedrock": Both("Minecraft 基岩版", "Minecraft Bedrock"),
    "new.share.bedrock.text": Both("基岩版服务器（UDP）", "A Bedrock server, by UDP"),
    "new.share.terraria": Both("泰拉瑞亚", "Terraria"),
    "new.share.terraria.text": Both("多人游戏主机或服务器", "A host or a server"),
    "new.share.web": Both("网站", "Web site"),
    "new.share.web.text": Both(
        "网页、博客、影音、开发中的页面", "Pages, media, a site being built"
    ),
    "new.share.desktop": Both("远程桌面", "Remote desktop"),
    "new.share.desktop.text": Both("Windows 远程桌面或 VNC", "Windows RDP or VNC"),
    "new.share.ssh": Both("SSH", "SSH"),
    "new.share.ssh.text": Both(
        "从外面登录这台电脑", "Log in to this machine from afar"
    ),
    "new.share.other": Both("其他", "Something else"),
    "new.share.other.text": Both(
        "任意 TCP、UDP 或网页服务", "Any TCP, UDP or web service"
    ),
    "new.service": Both("本地服务", "Service"),
    "new.service.ask": Both("它在这台电脑的哪里？", "Where is it on this machine?"),
    "new.service.hint": Both(
        "下面是正在等待连接的程序。没有看到就先启动它，或直接填写。",
        "These programs wait for visitors. If yours is missing, start it, or type where "
        "it is.",
    ),
    "new.service.list": Both("正在监听的程序", "Programs that listen"),
    "new.service.what": Both("程序", "Program"),
    "new.service.where": Both("地址", "Address"),
    "new.service.fit": Both("匹配", "Match"),
    "new.service.fits": Both("像是它", "looks right"),
    "new.service.world": Both("局域网世界「{name}」", "LAN world “{name}”"),
    "new.service.nameless": Both("未知程序", "unknown program"),
    "new.service.looking": Both("正在查看监听的端口…", "Looking at listening ports …"),
    "new.service.worlds": Both(
        "正在寻找对局域网开放的世界…", "Listening for worlds opened to LAN …"
    ),
    "new.service.found": Both("找到 {n} 个", "{n} found"),
    "new.service.again": Both("再找一次", "Look again"),
    "new.service.nothing": Both(
        "端口 {port} 上现在没有程序在监听。可以继续，但访客要等它启动后才连得上。",
        "Nothing listens on port {port} now. You can go on, but visitors get in only "
        "once it runs.",
    ),
    "new.kind": Both("类型", "Type"),
    "new.local_host": Both("本地地址", "Local address"),
    "new.local_port": Both("本地端口", "Local port"),
    "new.remote_port": Both("远程端口", "Remote port"),
    "new.port.any": Both("自动选一个空闲的", "a free one, chosen for you"),
    "new.port.range": Both(
        "这个节点可用 {ports}；留空则自动选择",
        "This node lends {ports}; empty: any free one",
    ),
    "new.port.wrong": Both("填写 1 到 65535 的端口", "Type a port from 1 to 65535"),
    "new.host.wrong": Both(
        "填写地址或主机名，不带端口", "Type an address or host name, without a port"
    ),
    "new.node": Both("节点", "Node"),
    "new.node.ask": Both("经过哪个节点？", "Through which node?"),
    "new.node.hint": Both(
        "访客先到节点，再到你这里：离你和访客都近的最快。",
        "Visitors come through the node: one that is near to you and them is fastest.",
    ),
    "new.node.list": Both("全部节点", "All nodes"),
    "new.node.best": Both("推荐", "Recommended"),
    "new.node.loading": Both("正在取得节点…", "Asking for the nodes …"),
    "new.node.empty": Both("没有节点", "There are no nodes"),
    "new.node.none": Both("先选一个节点", "Choose a node first"),
    "new.node.name": Both("节点", "Node"),
    "new.node.area": Both("地区", "Region"),
    "new.node.latency": Both("延迟", "Latency"),
    "new.node.load": Both("带宽占用", "Load"),
    "new.node.note": Both("说明", "Note"),
    "new.node.vip": Both("会员节点", "for members"),
    "new.node.offline": Both("离线", "offline"),
    "new.node.members": Both(
        "会员可用，你的账户不是会员", "members only; this account is none"
    ),
    "new.node.no_udp": Both("不支持 UDP", "carries no UDP"),
    "new.node.no_web": Both("不支持建站", "carries no web sites"),
    "new.address": Both("访问地址", "Address"),
    "new.address.ask": Both("别人用什么地址来？", "By what address do others come?"),
    "new.address.hint": Both("以后可以再改。", "This can be changed later."),
    "new.address.asking": Both(
        "正在取得端口范围和免费域名…", "Asking for ports and free domains …"
    ),
    "new.way.port": Both("节点地址加端口", "The node's address and a port"),
    "new.way.port.hint": Both("最简单，马上可用。", "Simplest, and works at once."),
    "new.way.free": Both("免费二级域名", "A free name"),
    "new.way.free.web": Both(
        "同时为网站申请一个名字，解析自动设好。",
        "Takes a name for the site and points it at the node.",
    ),
    "new.way.free.game": Both(
        "同时申请一个名字并加 SRV 记录：玩家只输入名字，不用端口。",
        "Takes a name with an SRV record: players type the name, no port.",
    ),
    "new.way.free.plain": Both(
        "同时申请一个名字，代替节点地址；端口仍要输入。",
        "Takes a name in place of the node's address; the port is still typed.",
    ),
    "new.way.own": Both("自己的域名", "A domain of your own"),
    "new.way.own.hint": Both(
        "在域名服务商处加一条 CNAME 记录，指向 {host}。",
        "At your registrar, add a CNAME record that points at {host}.",
    ),
    "new.record": Both("名字", "Name"),
    "new.free": Both("域名", "Domain"),
    "new.record.empty": Both("填写一个名字，例如 play", "Type a name, such as play"),
    "new.free.none": Both("现在没有可用的免费域名", "no free domain can be had now"),
    "new.free.unfiled": Both(
        "这个域名没有备案，不能在中国大陆节点建站：换一个域名或节点。",
        "Not filed: mainland nodes show no sites under it. Take another domain or node.",
    ),
    "new.own": Both("你的域名", "Your domain"),
    "new.own.such": Both("www.example.com", "www.example.com"),
    "new.https": Both(
        "本地网站自己就是 HTTPS（自带证书）",
        "The site itself speaks HTTPS (has a certificate)",
    ),
    "new.review": Both("确认", "Review"),
    "new.review.ask": Both("这样创建？", "Create it like this?"),
    "new.review.hint": Both(
        "创建后会立即启动，并从公网试一次。",
        "It is started at once and tried from the public side.",
    ),
    "new.review.share": Both("分享", "Shares"),
    "new.review.service": Both("本地服务", "Local service"),
    "new.review.found": Both("{what}，{where}", "{what}, {where}"),
    "new.review.node": Both("节点", "Node"),
    "new.review.port": Both("类型与远程端口", "Type and remote port"),
    "new.review.address": Both("访问地址", "Address"),
    "new.review.srv": Both(
        "{name}（SRV，不用输入端口）", "{name} (SRV, no port to type)"
    ),
    "new.review.later": Both(
        "{host}，端口在创建时选定", "{host}, with a port chosen when made"
    ),
    "new.rules": Both("挡住猜密码的人：{rules}", "Keep strangers out: {rules}"),
    "new.name": Both("隧道名称", "Name of the tunnel"),
    "new.name.hint": Both(
        "字母、数字和下划线，以后可以改。",
        "Letters, digits and _; can be changed later.",
    ),
    "new.name.taken": Both("已有同名的隧道", "There is a tunnel of that name already"),
    "new.starts": Both("创建后立即启动", "Start it at once"),
    "new.create.only": Both("创建", "Create"),
    "new.free.too": Both("同时申请免费域名 {name}", "Take the free name {name}, too"),
    "new.node.unknown": Both("没有这个节点", "There is no such node"),
    "new.file.ask": Both(
        "从别的配置里取隧道", "Take tunnels from another configuration"
    ),
    "new.file.hint": Both(
        "frpc.ini、frpc.toml，或从这里导出的文件。内容和其中的令牌都不会显示或保存。",
        "An frpc.ini, an frpc.toml, or what was exported here. Neither the text nor the "
        "token in it is shown or kept.",
    ),
    "new.file.pick": Both("选择文件…", "Choose a file …"),
    "new.file.kinds": Both(
        "配置 (*.ini *.toml *.json);;所有文件 (*)",
        "Configurations (*.ini *.toml *.json);;All files (*)",
    ),
    "new.file.paste": Both("粘贴文本", "Paste the text"),
    "new.file.pasted": Both("来自剪贴板", "From the clipboard"),
    "new.file.no_text": Both(
        "剪贴板里没有文本：先复制配置的内容。",
        "The clipboard holds no text: copy the configuration first.",
    ),
    "new.file.empty": Both("还没有选择配置", "No configuration yet"),
    "new.file.empty.how": Both(
        "选择文件，或复制它的内容再粘贴（Ctrl+V）。先看到有什么，再决定创建哪些。",
        "Choose a file, or copy its text and paste it (Ctrl+V). You see what is in it "
        "before anything is created.",
    ),
    "new.file.reading": Both("正在读取…", "Reading …"),
    "new.file.none": Both("里面没有隧道", "It holds no tunnels"),
    "new.file.list": Both("找到的隧道", "Tunnels that were found"),
    "new.file.name": Both("名称", "Name"),
    "new.file.what": Both("从哪到哪", "From and to"),
    "new.file.note": Both("说明", "Note"),
    "new.file.any_node": Both("（待选节点）", "(node to choose)"),
    "new.file.any_port": Both("自动端口", "any port"),
    "new.file.taken": Both("已有同名的隧道", "there is a tunnel of that name"),
    "new.file.foreign": Both(
        "{host} 不是已知的节点", "{host} is no node that is known"
    ),
    "new.file.node": Both("没有节点的建在", "Node of those without one"),
    "new.file.choose": Both("选择节点…", "Choose a node …"),
    "new.file.other_ports": Both(
        "另选空闲的远程端口", "Choose other, free remote ports"
    ),
    "new.file.starts": Both("创建后立即启动", "Start them at once"),
    "new.file.make": Both("创建 {n} 条隧道", "Create {n} tunnels"),
    "new.file.make.none": Both("创建", "Create"),
    "new.file.making": Both("正在创建…", "Creating …"),
    "new.file.stopping": Both(
        "做完手上这条就停…", "Stopping after the one under way …"
    ),
    "new.file.under_way": Both("正在创建…", "being created …"),
    "new.file.made": Both("已创建", "created"),
    "new.file.unnamed": Both("名称会另取", "another name is chosen for it"),
    "new.file.all_made": Both("已创建 {made} 条。", "{made} created."),
    "new.file.result": Both(
        "已创建 {made} 条，{left} 条没有成功。", "{made} created, {left} failed."
    ),
    "new.making": Both("正在创建 {name}…", "Creating {name} …"),
    "new.testing": Both("正在启动 {name}…", "Starting {name} …"),
    "new.tested": Both("{name} 可以访问了", "{name} is reachable"),
    "new.open": Both("{name} 已开通", "{name} is open"),
    "new.created": Both("{name} 已创建", "{name} was created"),
    "new.trouble": Both("{name} 还没有连通", "{name} is not up yet"),
    "new.failed": Both("没有创建成功", "It was not created"),
    "new.failed.back": Both(
        "已经创建的部分都已撤回。", "What had been made was taken back."
    ),
    "new.failed.left": Both(
        "已创建的部分没能全部撤回，请在隧道和域名页检查。",
        "What had been made could not all be taken back: look at your tunnels and domains.",
    ),
    "new.failed.none": Both("什么都没有创建。", "Nothing was made."),
    "new.piece.tunnel": Both("在账户里创建隧道", "Create the tunnel"),
    "new.piece.name": Both("申请域名并设好解析", "Take the name and point it"),
    "new.piece.options": Both("保存选项", "Keep its options"),
    "new.piece.start": Both("启动", "Start"),
    "new.trying": Both("正在从公网试…", "being tried from the public side …"),
    "new.untried": Both("没能从这里试", "could not be tried from here"),
    "new.made.address": Both("把这个地址发给别人", "Give this address to others"),
    "new.made.how": Both(
        "窗口关闭后隧道继续运行。", "The tunnel stays up when this window is closed."
    ),
    "new.change": Both("返回修改", "Change it"),
    "new.undo": Both("全部撤回", "Take it all back"),
    "new.taking_back": Both("正在撤回…", "Taking it back …"),
    "new.taken_back": Both("已撤回，没有留下隧道", "Taken back; no tunnel is left"),
    "new.show": Both("查看隧道", "Show the tunnel"),
}
