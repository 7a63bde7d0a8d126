"""What goes through the tunnel: a service that takes or echoes, and its visitors.

Processes of their own with blocking sockets, so that they share nothing with the door.
A visitor says first how many bytes it will send; 0 means that each byte is echoed.
"""

import json
import socket
import struct
import sys
import threading
import time

BLOCK = bytes(256 * 1024)


def serve() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            link, _ = server.accept()
            threading.Thread(target=_answer, args=(link,), daemon=True).start()


def _answer(link: socket.socket) -> None:
    buffer = bytearray(len(BLOCK))
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with link:
        try:
            (left,) = struct.unpack("!Q", link.recv(8, socket.MSG_WAITALL))
            while left:
                left -= link.recv_into(buffer)
            link.sendall(b"k")
            while got := link.recv(1):
                link.sendall(got)
        except (OSError, struct.error):
            return


def visit(port: int) -> socket.socket:
    link = socket.create_connection(("127.0.0.1", port))
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return link


def stream(port: int, count: int, size: int) -> float:
    """Return the seconds until all streams have arrived whole."""
    began = time.perf_counter()
    threads = [threading.Thread(target=_send, args=(port, size)) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def _send(port: int, size: int) -> None:
    with visit(port) as link:
        link.sendall(struct.pack("!Q", size))
        for _ in range(size // len(BLOCK)):
            link.sendall(BLOCK)
        assert link.recv(1) == b"k"


def paced(port: int, rate: int, seconds: int) -> float:
    """Send so many bytes a second for so long; return the seconds that it took."""
    began, sent = time.perf_counter(), 0
    with visit(port) as link:
        link.sendall(struct.pack("!Q", rate * seconds // len(BLOCK) * len(BLOCK)))
        while sent + len(BLOCK) <= rate * seconds:
            ahead = sent / rate - (time.perf_counter() - began)
            if ahead > 0:
                threading.Event().wait(ahead)
            link.sendall(BLOCK)
            sent += len(BLOCK)
        assert link.recv(1) == b"k"
    return time.perf_counter() - began


def ping(port: int, count: int) -> float:
    """Return the median seconds of a round trip."""
    took = []
    with visit(port) as link:
        link.sendall(struct.pack("!Q", 0))
        assert link.recv(1) == b"k"
        for _ in range(count):
            began = time.perf_counter()
            link.sendall(b"x")
            assert link.recv(1) == b"x"
            took.append(time.perf_counter() - began)
    return sorted(took)[count // 2]


def knock(port: int, count: int) -> float:
    """Return the connections that were opened and answered in a second."""
    began = time.perf_counter()
    threads = [
        threading.Thread(target=_knock, args=(port, count // 8)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return count / (time.perf_counter() - began)


def _knock(port: int, count: int) -> None:
    for _ in range(count):
        with visit(port) as link:
            link.sendall(struct.pack("!Q", 0))
            assert link.recv(1) == b"k"


def stay(port: int, count: int) -> None:
    """Hold connections open until there is nobody to hold them for."""
    links = []
    for _ in range(count):
        link = visit(port)
        link.sendall(struct.pack("!Q", 0))
        assert link.recv(1) == b"k"
        links.append(link)
    print("held", flush=True)
    sys.stdin.readline()


def main() -> None:
    name, *numbers = sys.argv[1:]
    found = globals()[name](*map(int, numbers))
    if found is not None:
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
