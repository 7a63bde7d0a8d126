"""The core's admin API on loopback: what it carries, and reading its file again.

Upstream listens from the start, the fork only after its first login.
"""

import asyncio
import logging
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import msgspec

from chmlfrp.errors import ConfigRejected, FrpcError, ReloadFailed
from chmlfrp.frpc import process
from chmlfrp.frpc.binary import Dialect, FrpcBinary
from chmlfrp.frpc.lines import Masker, clean
from chmlfrp.frpc.log import bare_name
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import TunnelSpec

for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_TIMEOUT = httpx2.Timeout(5.0, connect=1.0)
_LONGEST_REFUSAL = 500


class ProxyStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the core says of one tunnel."""

    name: str
    """Bare, without the token."""
    type: str
    status: str
    """new, wait start, start error, running, check failed or closed."""
    error: str = msgspec.field(name="err", default="")
    remote_addr: str = ""
    """`host:port`, or a domain with its port unless that is 80 or 443; "" if closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """Where a core listens and how it knows us; calls share nothing."""

    host: str = "127.0.0.1"
    port: int
    user: str
    password: Secret
    mask: Masker = field(repr=False, compare=False)
    """Takes the account's token out of what the core answers."""

    async def status(self) -> dict[str, ProxyStatus]:
        """Return the tunnels by name; empty while the core is not logged in.

        Raises:
            ReloadFailed: the core did not answer.
        """
        answer = await self._call("GET", "status")
        if answer.status_code != 200:
            raise ReloadFailed(f"the core answered {answer.status_code} to status")
        try:
            found = msgspec.json.decode(
                answer.content, type=dict[str, list[ProxyStatus]]
            )
        except msgspec.MsgspecError as error:
            raise ReloadFailed("the core's answer to status is no status") from error
        rows = (self._shown(row) for group in found.values() for row in group)
        return {row.name: row for row in rows}

    async def reload(self) -> None:
        """Have the core carry what its file says now.

        Raises:
            ConfigRejected: the core cannot use the file and goes on as before.
            ReloadFailed: the core did not answer, or not as a core does.
        """
        answer = await self._call("GET", "reload")
        if answer.status_code == 400:
            said = self.mask(clean(answer.text))[:_LONGEST_REFUSAL]
            raise ConfigRejected(f"frpc refused its file: {said}")
        if answer.status_code != 200:
            raise ReloadFailed(f"the core answered {answer.status_code} to reload")

    async def stop(self) -> None:
        """Ask the core to end; it does so about 0.1 s later.

        Raises:
            ReloadFailed: the core did not answer.
        """
        answer = await self._call("POST", "stop")
        if answer.status_code != 200:
            raise ReloadFailed(f"the core answered {answer.status_code} to stop")

    async def _call(self, method: str, action: str) -> httpx2.Response:
        host = f"[{self.host}]" if ":" in self.host else self.host
        url = f"http://{host}:{self.port}/api/{action}"
        # In a thread, because the first client loads modules from the disk.
        async with await asyncio.to_thread(self._client) as client:
            try:
                return await client.request(method, url)
            except httpx2.HTTPError as error:
                # `from None`: the request in the cause carries the password.
                why = str(error) or type(error).__name__
                message = f"the core did not answer to {action}: {why}"
                raise ReloadFailed(message) from None

    def _client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            auth=(self.user, self.password.reveal()),
            trust_env=False,
            timeout=_TIMEOUT,
            verify=False,  # plain HTTP on loopback: no need to load 0.2 s of roots
        )

    def _shown(self, row: ProxyStatus) -> ProxyStatus:
        return msgspec.structs.replace(
            row, name=bare_name(row.name), error=self.mask(clean(row.error))
        )


async def verify(
    binary: FrpcBinary, config_path: Path, *, secrets: Iterable[Secret] = ()
) -> None:
    """Have frpc read the file without connecting anywhere; the fork cannot.

    Raises:
        ConfigRejected: with frpc's own words, masked.
        FrpcError: frpc cannot be run.
    """
    if binary.dialect is not Dialect.UPSTREAM:
        return
    code, output = await process.ask(binary.path, "verify", "-c", str(config_path))
    if code != 0:
        said = Masker(secrets)(clean(output.replace("\n", " ")).strip())
        raise ConfigRejected(f"frpc refused its file: {said[:_LONGEST_REFUSAL]}")


def is_expected_address(remote_addr: str, spec: TunnelSpec) -> bool:
    """Whether what the core opened is what the record says.

    frpc takes a port that it cannot read for "any", and calls that success.
    """
    if spec.type.is_web:
        hosts = {_host(part) for part in remote_addr.split(",")}
        return hosts == {(spec.domain or "").lower()}
    return remote_addr.rpartition(":")[2] == str(spec.remote_port)


def pick_port(host: str = "127.0.0.1") -> int:
    """Return a TCP port that nobody uses at this moment.

    Raises:
        FrpcError: there is none.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as sock:
            sock.bind((host, 0))
            return int(sock.getsockname()[1])
    except OSError as error:
        raise FrpcError(f"no port is free on {host}: {error.strerror}") from error


def _host(address: str) -> str:
    head, colon, port = address.strip().rpartition(":")
    return (head if colon and port.isdecimal() else address.strip()).lower()
