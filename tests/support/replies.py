"""Answers of the service for tests: captured samples, and a transport that gives them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from chmlfrp.api.call import Call, Reply
from chmlfrp.api.client import ServiceClient
from chmlfrp.model.secret import Secret

SAMPLES = Path(__file__).parent.parent / "samples" / "seed"
_RAW = {path.stem: path.read_bytes() for path in SAMPLES.glob("*.json")}
TOKEN = Secret("CanaryToken0123456789")
PASSWORD = Secret("Canary-password-1")

Answer = httpx2.Response | Callable[[httpx2.Request], httpx2.Response]


def sample(name: str) -> bytes:
    """Return a captured reply of the seed document, by file name without ending."""
    return _RAW[name]


def sample_data(name: str) -> Any:
    """Return the `data` of a captured reply."""
    return msgspec.json.decode(sample(name))["data"]


def reply(body: object = b"", status: int = 200, **options: Any) -> Reply:
    """Return an answer to `GET /thing`; anything but bytes is encoded as JSON."""
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    call = Call(method="GET", path="/thing")
    return Reply(call=call, status=status, body=raw, **options)


def says(code: int, message: str, *, status: int = 200) -> httpx2.Response:
    """Return a refusal in the service's envelope."""
    body = {"msg": message, "code": code, "state": "fail"}
    return httpx2.Response(status, json=body)


def gives(data: object) -> httpx2.Response:
    """Return a success in the service's envelope."""
    return httpx2.Response(200, json={"msg": "", "code": 200, "data": data})


SPRING_404 = httpx2.Response(
    404, json={"timestamp": "x", "status": 404, "error": "Not Found", "path": "/thing"}
)


class ScriptedService:
    """Answers by `METHOD /path`, and keeps every request."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[httpx2.Request] = []

    def on(self, route: str, answer: Answer | bytes) -> "ScriptedService":
        """Set the answer for a route such as `GET /tunnel`; bytes are a 200 body."""
        if isinstance(answer, bytes):
            body = answer
            self.answers[route] = lambda _: httpx2.Response(200, content=body)
        else:
            self.answers[route] = answer
        return self

    @property
    def asked(self) -> list[str]:
        """The routes asked for, in order."""
        return [f"{each.method} {each.url.path}" for each in self.requests]

    def client(
        self, url: str = "https://service.example", *, token: Secret | None = TOKEN
    ) -> ServiceClient:
        """Return a client that talks to this service."""
        transport = httpx2.MockTransport(self._answer)
        return ServiceClient(url, token=token, transport=transport)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers.get(f"{request.method} {request.url.path}", SPRING_404)
        found = answer if isinstance(answer, httpx2.Response) else answer(request)
        return httpx2.Response(
            found.status_code, headers=found.headers, content=found.content
        )
