"""A web server for files: ranges, connections that are cut, wrong answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Files:
    """What is served, and how; `asked` has path and Range of each request."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.cut_after: list[int] = []
        """Bytes after which the next answers are cut off."""
        self.knows_ranges = True
        self.statuses: dict[str, int] = {}
        self.moved: dict[str, str] = {}
        self.url = ""

    def add(self, path: str, body: bytes) -> str:
        """Serve the body there; return its address."""
        self.bodies[path] = body
        return f"{self.url}{path}"


@contextmanager
def serving() -> Iterator[Files]:
    """Serve until the block ends."""
    files = Files()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            span = self.headers.get("range")
            files.asked.append((self.path, span))
            if self.path in files.moved:
                self._head(302, 0, location=files.moved[self.path])
                return
            body = files.bodies.get(self.path)
            status = files.statuses.get(self.path, 404 if body is None else 200)
            if body is None or status >= 400:
                self._head(status, 0)
                return
            start = int(span[6:-1]) if span and files.knows_ranges else 0
            if start > len(body) or (start and start == len(body)):
                self._head(416, 0)
                return
            part = body[start:]
            if start:
                whole = f"bytes {start}-{len(body) - 1}/{len(body)}"
                self._head(206, len(part), content_range=whole)
            else:
                self._head(200, len(part))
            if files.cut_after:
                self.wfile.write(part[: files.cut_after.pop(0)])
                self.close_connection = True
            else:
                self.wfile.write(part)

        def _head(self, status: int, length: int, **headers: str) -> None:
            self.send_response(status)
            self.send_header("content-length", str(length))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing: clients that hang up are what is tested."""

    with Server(("127.0.0.1", 0), Handler) as server:
        files.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield files
        finally:
            server.shutdown()
            thread.join(10)
