"""What stands behind a port, and how dangerous it is to publish; pure.

Ports are those of IANA's registry and of the programs' own documents. A program's name
counts more than its port, so a database on another port is still known.
"""

from enum import StrEnum

import msgspec

from chmlfrp.model.tunnel import TunnelType


class Exposure(StrEnum):
    """A kind of service; worded by `words.exposure`."""

    RDP = "rdp"
    SSH = "ssh"
    TELNET = "telnet"
    FTP = "ftp"
    SMB = "smb"
    NFS = "nfs"
    VNC = "vnc"
    WINRM = "winrm"
    RPC = "rpc"
    DATABASE = "database"
    CACHE = "cache"
    """Redis, Memcached: mostly without any password."""
    SEARCH = "search"
    QUEUE = "queue"
    DOCKER = "docker"
    KUBERNETES = "kubernetes"
    ADB = "adb"
    DEBUGGER = "debugger"
    NOTEBOOK = "notebook"
    LDAP = "ldap"
    MAIL = "mail"
    DNS = "dns"
    PROXY = "proxy"
    PRINTER = "printer"
    REMOTE_HELP = "remote_help"
    PANEL = "panel"
    """A page from which a server is administered."""
    MINECRAFT = "minecraft"
    """A server in offline mode: it believes whatever name a player says."""


class Danger(StrEnum):
    """How bad it is when strangers reach it."""

    SEVERE = "severe"
    """Takes the machine or its data, mostly without any password: do not publish."""
    HIGH = "high"
    """Searched for and guessed at by robots within minutes."""
    CAUTION = "caution"
    """Fine with good passwords and updates."""


class Exposed(msgspec.Struct, frozen=True, kw_only=True):
    """What publishing a port would show to everybody."""

    what: Exposure
    danger: Danger
    port: int
    process: str = ""
    """By whose name it was known; empty if by its port."""


_DANGER: dict[Exposure, Danger] = {
    **dict.fromkeys(
        (
            Exposure.SMB,
            Exposure.NFS,
            Exposure.TELNET,
            Exposure.RPC,
            Exposure.CACHE,
            Exposure.SEARCH,
            Exposure.DOCKER,
            Exposure.KUBERNETES,
            Exposure.ADB,
            Exposure.DEBUGGER,
            Exposure.PROXY,
            Exposure.PRINTER,
            Exposure.DNS,
        ),
        Danger.SEVERE,
    ),
    **dict.fromkeys(
        (
            Exposure.RDP,
            Exposure.SSH,
            Exposure.FTP,
            Exposure.VNC,
            Exposure.WINRM,
            Exposure.DATABASE,
            Exposure.QUEUE,
            Exposure.NOTEBOOK,
            Exposure.LDAP,
            Exposure.PANEL,
            Exposure.MINECRAFT,
        ),
        Danger.HIGH,
    ),
    Exposure.MAIL: Danger.CAUTION,
    Exposure.REMOTE_HELP: Danger.CAUTION,
}

_PORTS: dict[Exposure, tuple[int, ...]] = {
    Exposure.RDP: (3389,),
    Exposure.SSH: (22, 2222),
    Exposure.TELNET: (23,),
    Exposure.FTP: (20, 21, 990),
    Exposure.SMB: (137, 138, 139, 445),
    Exposure.NFS: (111, 2049),
    Exposure.VNC: tuple(range(5900, 5911)),
    Exposure.WINRM: (5985, 5986),
    Exposure.RPC: (135, 593),
    Exposure.DATABASE: (1433, 1521, 3050, 3306, 33060, 5432, 5984, 9042, 27017, 50000),
    Exposure.CACHE: (6379, 11211),
    Exposure.SEARCH: (9200, 9300),
    Exposure.QUEUE: (1883, 5672, 9092, 15672),
    Exposure.DOCKER: (2375, 2376),
    Exposure.KUBERNETES: (2379, 2380, 6443, 10250),
    Exposure.ADB: (5037, 5555),
    Exposure.DEBUGGER: (5005, 5678, 9222, 9229),
    Exposure.NOTEBOOK: (8888,),
    Exposure.LDAP: (389, 636),
    Exposure.MAIL: (25, 110, 143, 465, 587, 993, 995),
    Exposure.DNS: (53,),
    Exposure.PROXY: (1080, 3128, 7890, 10808, 10809),
    Exposure.PRINTER: (515, 631, 9100),
    Exposure.REMOTE_HELP: (5938, 21118),
    Exposure.PANEL: (2083, 2087, 7500, 9090, 9443, 10000, 10086),
}

_UDP = frozenset({137, 138, 111, 2049, 53, 389, 11211, 3389})
"""Of these, what answers over udp as well."""

_PROCESSES: dict[Exposure, tuple[str, ...]] = {
    Exposure.RDP: ("xrdp", "gnome-remote-desktop-daemon", "krdpserver"),
    Exposure.SSH: ("sshd", "dropbear"),
    Exposure.TELNET: ("telnetd", "in.telnetd", "tlntsvr"),
    Exposure.FTP: ("vsftpd", "proftpd", "pure-ftpd", "filezilla server"),
    Exposure.SMB: ("smbd",),
    Exposure.NFS: ("rpcbind", "nfsd"),
    Exposure.VNC: ("xvnc", "x11vnc", "winvnc", "tvnserver", "vncserver", "wayvnc"),
    Exposure.DATABASE: (
        *("mysqld", "mariadbd", "postgres", "sqlservr", "mongod", "oracle"),
        *("firebird", "cassandra", "couchdb", "clickhouse-server"),
    ),
    Exposure.CACHE: ("redis-server", "valkey-server", "memcached"),
    Exposure.SEARCH: ("elasticsearch", "opensearch"),
    Exposure.QUEUE: ("mosquitto", "rabbitmq-server"),
    Exposure.DOCKER: ("dockerd",),
    Exposure.KUBERNETES: ("kubelet", "etcd", "kube-apiserver"),
    Exposure.ADB: ("adb",),
    Exposure.NOTEBOOK: ("jupyter-lab", "jupyter-notebook", "jupyter"),
    Exposure.LDAP: ("slapd",),
    Exposure.MAIL: ("master", "exim4", "dovecot"),
    Exposure.DNS: ("named", "dnsmasq", "unbound", "systemd-resolve"),
    Exposure.PROXY: ("squid", "clash", "mihomo", "v2ray", "xray", "sing-box"),
    Exposure.PRINTER: ("cupsd",),
    Exposure.REMOTE_HELP: ("teamviewer_service", "rustdesk", "anydesk"),
    Exposure.PANEL: ("bt-panel", "1panel", "webmin", "cockpit-ws"),
}

_BY_PORT = {port: what for what, ports in _PORTS.items() for port in ports}
_BY_PROCESS = {name: what for what, names in _PROCESSES.items() for name in names}


def exposed(
    port: int,
    *,
    kind: TunnelType = TunnelType.TCP,
    process: str = "",
    plays_offline: bool = False,
) -> Exposed | None:
    """Return what a tunnel to that local port would publish, None if nothing known.

    process: the name of the program that listens there, empty if nobody knows.
    plays_offline: it is known to be a Minecraft server in offline mode.
    """
    if plays_offline:
        game = Exposure.MINECRAFT
        return Exposed(what=game, danger=_DANGER[game], port=port, process=process)
    name = process.lower().removesuffix(".exe")
    by_name = _BY_PROCESS.get(name)
    what = by_name or _BY_PORT.get(port)
    if what is None or (kind is TunnelType.UDP and not by_name and port not in _UDP):
        return None
    return Exposed(
        what=what,
        danger=_DANGER[what],
        port=port,
        process=process if by_name else "",
    )
