"""A core in the fork's dialect that does as it is told; run as a program.

Its lines and ends are those of the fork (`0.51.2_240715` and `0.51.2_251023`): the first
login that fails ends it; after a lost link `251023` tries again after 5, 10 and 20 s and
then ends with 1, while `240715` stays and tries after 1, 2, 4 … 20 s; what `main` returns
panics. It has the fork's admin API. It speaks no frp: where it `knocks`, the node is well
as long as it takes connections, and what it `carries`, it opens and relays itself.

What it does stands in its own file of orders, beside the program (`<program>.json`), and
is read at each start. `install` puts it into a folder; the copy needs nothing but an
interpreter.
"""

import base64
import configparser
import contextlib
import json
import os
import signal
import socket
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

STAMP = "2026/11/22 20:00:06"
PANIC = "panic: sync: negative WaitGroup counter\n\ngoroutine 1 [running]:"
RUN_ID = "0123456789abcdef"
WAITS_251023 = (5, 10, 20)
WAITS_240715 = (1, 2, 4, 8, 16, 20)
LOOK_S = 0.1
ANY = "127.0.0.1"


@dataclass(slots=True, kw_only=True)
class Orders:
    """What the fake does."""

    version: str = "ChmlFrp-0.51.2_251023"
    scale: float = 1.0
    """Its own waits take so many times as long."""
    knocks: bool = False
    """The link stands and falls with the node's port."""
    carries: bool = False
    """Bytes pass: tcp tunnels are opened on loopback by the fake itself."""
    login_error: str = ""
    """Refuse to log in with this text and end with 1."""
    config_error: str = ""
    """Refuse the file with this text, panic and end with 2."""
    has_admin: bool = True
    refused: dict[str, str] = field(default_factory=dict)
    """Tunnel names whose proxies fail, with the text."""
    lines: list[str] = field(default_factory=list)
    """Said after the proxies were started."""
    flood: int = 0
    """So many long lines are said after those."""
    is_deaf: bool = False
    """Ignore SIGTERM."""
    ends_with: int | None = None
    """Exit code after everything was said; None stays."""
    ends_after_s: float = 0.0
    """So long after that; not scaled."""
    hangs_after_s: float | None = None
    """From then on it lives, says nothing, answers nothing and carries nothing."""


def install(folder: Path, orders: Orders) -> Path:
    """Return an executable in the folder that follows the orders."""
    program = folder / "frpc"
    body = Path(__file__).read_text("utf-8")
    program.write_text(f"#!{sys.executable} -SI\n{body}", "utf-8")
    program.chmod(0o700)
    order(program, orders)
    return program


def order(program: Path, orders: Orders) -> None:
    """Have its next starts do something else."""
    program.with_suffix(".json").write_text(json.dumps(asdict(orders)))


def say(text: str, level: str = "I", place: str = "service.go:313") -> None:
    """Write a line with the fork's head, coloured as it does."""
    print(f"\x1b[1;34m{STAMP} \x1b[0m[{level}] [{place}] {text}", flush=True)


def end(code: int, *, panics: bool = False) -> None:
    """End the process at once; the fork panics wherever it returns."""
    sys.stdout.flush()
    if panics:
        print(PANIC, file=sys.stderr, flush=True)
        code = 2
    os._exit(code)


class Core:
    """What runs after the file was read."""

    def __init__(self, config: Path, orders: Orders) -> None:
        self.orders = orders
        self.config = config
        self.common: dict[str, str] = {}
        self.proxies: dict[str, dict[str, str]] = {}
        self.open: dict[str, socket.socket | None] = {}
        """By name; None where nothing is carried."""
        self.failed: dict[str, str] = {}
        self.is_linked = False
        self.is_hanging = False
        self.lock = threading.RLock()

    @property
    def user(self) -> str:
        return self.common["user"]

    def read(self) -> None:
        """Read the file."""
        ini = configparser.RawConfigParser()
        ini.read(self.config, "utf-8")
        self.common = dict(ini["common"])
        names = [name for name in ini.sections() if name != "common"]
        self.proxies = {name: dict(ini[name]) for name in names}

    def run(self) -> None:
        """Log in, open what is in the file, and follow the orders to the end."""
        self._log_in()
        if self.orders.has_admin and "admin_port" in self.common:
            threading.Thread(target=serve_admin, args=[self], daemon=True).start()
        self._say_orders()
        began = time.monotonic()
        while True:
            self._pause(LOOK_S)
            passed = time.monotonic() - began
            if self.orders.ends_with is not None and passed > self.orders.ends_after_s:
                end(self.orders.ends_with)
            hangs = self.orders.hangs_after_s
            if hangs is not None and passed > hangs and not self.is_hanging:
                self._hang()
            if self.orders.knocks and not self.is_hanging and self._knock():
                self._reconnect()

    def _log_in(self) -> None:
        why = self.orders.login_error or self._knock()
        if why:
            say(f"无法连接至服务器: {why}", "W", "service.go:134")
            end(1)
        self._linked()

    def _linked(self) -> None:
        self.is_linked = True
        say(f"成功登录至服务器, 获取到RunID [{self.user}-{RUN_ID}]")
        self._added(self.proxies)

    def _say_orders(self) -> None:
        for line in self.orders.lines:
            say(line)
        for number in range(self.orders.flood):
            say(f"{number} {'x' * 200}")
        if self.orders.ends_with is not None and not self.orders.ends_after_s:
            end(self.orders.ends_with)

    def _hang(self) -> None:
        self.is_hanging = True
        with self.lock:
            for name in list(self.open):
                self._close(name)

    # The link.

    def _knock(self) -> str:
        """Return why the node cannot be reached, nothing if it can."""
        if not self.orders.knocks:
            return ""
        host, port = self.common["server_addr"], int(self.common["server_port"])
        try:
            socket.create_connection((host, port), timeout=10).close()
        except socket.gaierror:
            return f"dial tcp: lookup {host}: no such host"
        except TimeoutError:
            return f"dial tcp {host}:{port}: i/o timeout"
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            return f"dial tcp {host}:{port}: connect: {why}"
        return ""

    def _reconnect(self) -> None:
        """Be without a link until there is one again, or end."""
        self.is_linked = False
        with self.lock:
            for name in list(self.open):
                self._close(name)
        say("正在和服务器断开链接...", place="control.go:252")
        if self.orders.version.endswith("251023"):
            self._try_three_times()
        else:
            self._try_for_ever()
        self._linked()

    def _try_three_times(self) -> None:
        for number, wait in enumerate(WAITS_251023, 1):
            say(f"第 {number} 次重连，等待 {wait}s 后尝试连接")
            self._pause(wait * self.orders.scale)
            say("尝试重新连接至服务器")
            why = self._knock()
            if not why:
                return
            say(f"重连失败: {why}", "W")
        say(f"重连已失败 {len(WAITS_251023)} 次，客户端即将退出", "E")
        end(1)

    def _try_for_ever(self) -> None:
        tries = 0
        while True:
            say("尝试重新连接至服务器", place="service.go:227")
            why = self._knock()
            if not why:
                return
            wait = WAITS_240715[min(tries, len(WAITS_240715) - 1)]
            tries += 1
            say(f"重连失败: {why}, 等待 {wait}s 后重试", "W", "service.go:230")
            self._pause(wait * self.orders.scale)

    def _pause(self, seconds: float) -> None:
        time.sleep(seconds)  # noqa: TID251 - the fake is a process of its own

    # Proxies.

    def _added(self, names: dict[str, dict[str, str]]) -> None:
        full = " ".join(f"{self.user}.{name}" for name in names)
        word = "已启动" if self.orders.version.endswith("251023") else "已添加"
        say(f"{word}隧道: [{full}]", place="proxy_manager.go:150")
        for name in names:
            self._start(name)

    def _start(self, name: str) -> None:
        why = self.orders.refused.get(name) or self._open(name)
        if why:
            self.failed[name] = why
            say(f"[{self.user}.{name}] 启动失败: {why}", "W", "control.go:170")
        else:
            self.failed.pop(name, None)
            words = "映射启动成功, 感谢您使用ChmlFrp!"
            say(f"[{self.user}.{name}] {words}", place="control.go:172")

    def _open(self, name: str) -> str:
        """Return why it could not be opened."""
        proxy = self.proxies[name]
        if not self.orders.carries or proxy["type"] != "tcp":
            self.open[name] = None
            return ""
        try:
            door = socket.create_server((ANY, int(proxy["remote_port"])))
        except OSError:
            return "port already used"
        self.open[name] = door
        work = (door, int(proxy["local_port"]), self)
        threading.Thread(target=take, args=work, daemon=True).start()
        return ""

    def _close(self, name: str) -> None:
        door = self.open.pop(name, None)
        if door is not None:
            with contextlib.suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
            door.close()

    def reload(self) -> None:
        """Read the file again and carry what stands there."""
        with self.lock:
            before = self.proxies
            self.read()
            gone = [n for n in before if self.proxies.get(n) != before[n]]
            for name in gone:
                self._close(name)
                self.failed.pop(name, None)
            if gone:
                full = " ".join(f"{self.user}.{name}" for name in gone)
                say(f"已删除隧道: [{full}]")
            new = {n: p for n, p in self.proxies.items() if before.get(n) != p}
            if new:
                self._added(new)
            say("success reload conf")

    def status(self) -> dict[str, list[dict[str, str]]]:
        """Return what `/api/status` says."""
        rows: dict[str, list[dict[str, str]]] = {}
        with self.lock:
            if not self.is_linked:
                return rows
            for name, proxy in self.proxies.items():
                port = proxy.get("remote_port", "")
                rows.setdefault(proxy["type"], []).append(
                    {
                        "name": f"{self.user}.{name}",
                        "type": proxy["type"],
                        "status": "running" if name in self.open else "start error",
                        "err": self.failed.get(name, ""),
                        "local_addr": f"{ANY}:{proxy['local_port']}",
                        "plugin": "",
                        "remote_addr": f"{self.common['server_addr']}:{port}",
                    }
                )
        return rows


# Visitors.


def take(door: socket.socket, local_port: int, core: Core) -> None:
    """Take visitors at a door and lead each to the local service."""
    while True:
        try:
            visitor, _ = door.accept()
        except OSError:
            return
        try:
            service = socket.create_connection((ANY, local_port))
        except OSError:
            visitor.close()
            continue
        for one, other in ((visitor, service), (service, visitor)):
            work = (one, other, core)
            threading.Thread(target=relay, args=work, daemon=True).start()


def relay(one: socket.socket, other: socket.socket, core: Core) -> None:
    """Hand bytes on until either side ends."""
    with contextlib.suppress(OSError):
        while (block := one.recv(65536)) and core.is_linked and not core.is_hanging:
            other.sendall(block)
    for sock in (one, other):
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


# The admin API.


def serve_admin(core: Core) -> None:
    """Serve until the process ends."""
    pair = f"{core.common['admin_user']}:{core.common['admin_pwd']}".encode()
    key = f"Basic {base64.b64encode(pair).decode()}"

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_GET(self) -> None:
            """Answer, or hang with the core."""
            while core.is_hanging:
                core._pause(60)
            if self.path == "/healthz":
                self._answer(200)
            elif self.headers.get("Authorization") != key:
                self._answer(401)
            elif self.path == "/api/status":
                self._answer(200, json.dumps(core.status()).encode())
            elif self.path == "/api/reload":
                core.reload()
                self._answer(200)
            elif self.path == "/api/stop":
                self._answer(200)
                end(2, panics=True)
            else:
                self._answer(404)

        do_POST = do_GET  # noqa: N815 - named by the library

        def _answer(self, code: int, body: bytes = b"") -> None:
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    place = core.common["admin_addr"], int(core.common["admin_port"])
    try:
        server = ThreadingHTTPServer(place, Handler)
    except OSError as error:
        say(f"运行管理服务器错误: {error}", "W")
        return
    # Said once it listens, as frpc does.
    say(f"管理服务器侦听 {place[0]}:{place[1]}")
    server.serve_forever()


def main() -> None:
    """Run as frpc is run: `--version`, or `-c FILE`."""
    orders = Orders(**json.loads(Path(sys.argv[0]).with_suffix(".json").read_text()))
    if sys.argv[1:] == ["--version"]:
        print(orders.version)
        end(0)
    if len(sys.argv) != 3 or sys.argv[1] != "-c":
        end(2)
    if orders.is_deaf:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    say("欢迎使用ChmlFrp映射客户端!", place="root.go:125")
    say("从ChmlFrp API获取配置文件...", place="root.go:135")
    core = Core(Path(sys.argv[2]), orders)
    core.read()
    if orders.config_error:
        print(orders.config_error)
        end(2, panics=True)
    say(f"启动配置文件的frpc服务 [{sys.argv[2]}]", place="root.go:347")
    core.run()


if __name__ == "__main__":
    main()
