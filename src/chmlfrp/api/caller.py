"""Sends one call over the shared connections and returns what came back.

Everything that httpx2 raises is translated here; the errors carry method and path,
and neither cause nor context, because requests hold the token.
"""

import asyncio
import logging
from contextlib import aclosing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from ssl import PROTOCOL_TLS_CLIENT, SSLContext

import httpx2
import msgspec

from chmlfrp import __version__
from chmlfrp.api.budget import Budget, shared, unlimited
from chmlfrp.api.call import Call, Reply
from chmlfrp.api.credentials import Credentials, Way
from chmlfrp.api.reads import Reads
from chmlfrp.errors import (
    ApiError,
    InvalidInput,
    RateLimited,
    ServiceGarbled,
    ServiceUnreachable,
)

BODY_LIMIT_BYTES = 4 * 1024 * 1024
_CONNECT_SHARE = 0.4
"""Of the whole time, for TCP and for TLS each. Both must end by the library's own
limit: a TLS handshake that is cancelled from outside leaves its socket open."""
_LIMITS = httpx2.Limits(
    max_connections=4, max_keepalive_connections=4, keepalive_expiry=30.0
)

_BEFORE_SENDING = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
)

# These loggers print URLs and headers.
for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Caller:
    """One pool of connections to one service; open while entered.

    Redirects are not followed, cookies not kept, proxies of the environment not used.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout_s: float,
        transport: httpx2.AsyncBaseTransport | None = None,
        proxy: str | None = None,
        budget: Budget | None = None,
    ) -> None:
        """Raise InvalidInput for an address or proxy that cannot be used.

        Without a `budget` all callers of this process share the one for the service;
        a service on this machine, or in a test, is asked as fast as anybody likes.
        """
        self._url = _service_url(base_url)
        self._proxy = _proxy(proxy)
        self._timeout_s = timeout_s
        self._transport = transport
        is_ours = transport is not None or _is_loopback(self._url.host)
        self._budget = budget or (unlimited() if is_ours else shared(self._url.host))
        self.reads = Reads()
        self._http: httpx2.AsyncClient | None = None

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read along: TLS, or this very machine."""
        return self._url.scheme == "https" or _is_loopback(self._url.host)

    async def open(self) -> None:
        """Make the pool, in a thread: the library loads itself and certificates."""
        if self._http is not None:
            raise RuntimeError("the service client is open already")
        self._http = await asyncio.to_thread(self._pool)

    async def close(self) -> None:
        """Close all connections."""
        if self._http is not None:
            http, self._http = self._http, None
            await http.aclose()

    async def send(self, call: Call, credentials: Credentials | None) -> Reply:
        """Send the call once and return the answer unread.

        Raises:
            ServiceUnreachable: no answer arrived in time, or it broke off.
            ServiceGarbled: the answer is too large or wrongly encoded.
            RateLimited: the service asked for patience before, so nothing was sent.
            InvalidInput: a parameter cannot be written as UTF-8.
        """
        error: ApiError | InvalidInput
        await self._wait_for_turn(call)
        try:
            async with asyncio.timeout(self._timeout_s):
                reply = await self._exchange(call, credentials)
            self._obey(reply)
            return reply
        except TimeoutError:
            error = ServiceUnreachable(
                f"{call}: no answer within {self._timeout_s:g} s",
                hint="check the network, or try again later",
            )
        except (httpx2.HTTPError, OSError) as exc:
            error = _translated(exc, call)
        except (UnicodeEncodeError, httpx2.InvalidURL):
            error = InvalidInput(f"{call}: a value is no valid text, or too long")
        # Raised out here, the error has no context that leads to the request.
        raise error

    async def _wait_for_turn(self, call: Call) -> None:
        left_s = self._budget.held_s(call.path)
        if left_s > 0:
            error = RateLimited(
                f"{call}: not sent, the service asked for patience",
                service_code=429,
                hint=f"try again in {left_s:.0f} s",
            )
            error.retry_after_s = left_s
            raise error
        if (wait_s := self._budget.take()) > 0:
            await asyncio.sleep(wait_s)

    def _obey(self, reply: Reply) -> None:
        """Note what the service, or what stands before it, asks to be spared."""
        if reply.retry_after_s and reply.status in (403, 429, 503):
            is_service = reply.body.lstrip().startswith(b"{")
            self._budget.hold(
                reply.call.path if is_service else "", reply.retry_after_s
            )

    async def _exchange(self, asked: Call, credentials: Credentials | None) -> Reply:
        if self._http is None:
            raise RuntimeError("the service client is not open")
        headers: dict[str, str] = {}
        call = asked
        if credentials and asked.is_signed:
            call = self._signed(asked, credentials, headers)
        if call.json is not None:
            headers["Content-Type"] = "application/json"
        async with self._http.stream(
            call.method,
            call.path.removeprefix("/"),
            params=call.query,
            content=None if call.json is None else msgspec.json.encode(call.json),
            data=None if call.form is None else dict(call.form),
            headers=headers,
        ) as response:
            return Reply(
                call=asked,
                status=response.status_code,
                body=await _body(response, call),
                retry_after_s=_retry_after_s(response.headers.get("Retry-After", "")),
                location_host=_host(response.headers.get("Location", "")),
                secrets=(*call.secrets, *(credentials.secrets if credentials else ())),
            )

    def _signed(
        self, call: Call, credentials: Credentials, headers: dict[str, str]
    ) -> Call:
        if credentials.way is Way.PARAMETER and not self.is_private:
            raise InvalidInput(
                "a token is not put into an address that others can read",
                hint="use https, or send it as a header",
                field="way",
            )
        if value := credentials.header():
            headers["Authorization"] = value
        return credentials.signed(call)

    def _pool(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            base_url=self._url,
            headers={
                "User-Agent": f"chmlfrp-ui/{__version__}",
                "Accept": "application/json",
            },
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=httpx2.Timeout(
                self._timeout_s, connect=self._timeout_s * _CONNECT_SHARE
            ),
            limits=_LIMITS,
            transport=self._transport,
            proxy=self._proxy,
            verify=self._ssl_context(),
            trust_env=False,
            follow_redirects=False,
        )

    def _ssl_context(self) -> SSLContext:
        """Return the context; one that is never used trusts nobody and costs nothing."""
        schemes = {self._url.scheme, self._proxy.url.scheme if self._proxy else ""}
        if self._transport is not None or "https" not in schemes:
            return SSLContext(PROTOCOL_TLS_CLIENT)
        return httpx2.create_ssl_context(trust_env=False)


async def _body(response: httpx2.Response, call: Call) -> bytes:
    body = bytearray()
    async with aclosing(response.aiter_bytes()) as chunks:
        async for chunk in chunks:
            body += chunk
            if len(body) > BODY_LIMIT_BYTES:
                raise ServiceGarbled(
                    f"{call}: the answer is larger than {BODY_LIMIT_BYTES >> 20} MiB"
                )
    return bytes(body)


def _translated(exc: Exception, call: Call) -> ApiError:
    error = _named(exc, call)
    if isinstance(error, ServiceUnreachable):
        error.is_sent = not isinstance(exc, _BEFORE_SENDING)
    return error


def _named(exc: Exception, call: Call) -> ApiError:
    if isinstance(exc, httpx2.TimeoutException):
        return ServiceUnreachable(f"{call}: no answer in time")
    if isinstance(exc, httpx2.DecodingError):
        return ServiceGarbled(f"{call}: the answer is wrongly compressed")
    if isinstance(exc, httpx2.ProxyError):
        return ServiceUnreachable(f"{call}: the proxy does not connect")
    if isinstance(exc, httpx2.ConnectError):
        return ServiceUnreachable(
            f"{call}: no connection to the service: {exc}",
            hint="check the network and the service address",
        )
    return ServiceUnreachable(f"{call}: the connection broke off")


def _retry_after_s(header: str) -> float | None:
    """Return the seconds of a Retry-After header, as a number or a date."""
    header = header.strip()
    if header.isascii() and header.isdecimal():
        return float(header[:9])
    try:
        then = parsedate_to_datetime(header)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - datetime.now(UTC)).total_seconds())


def _host(location: str) -> str:
    try:
        return httpx2.URL(location).host
    except (httpx2.InvalidURL, ValueError):
        return ""


def _service_url(text: str) -> httpx2.URL:
    url = _web_url(text)
    if url is None:
        raise InvalidInput(
            "the service address is no http or https address",
            hint="write it like https://cf-v2.uapis.cn",
            field="base_url",
        )
    if url.userinfo or url.query or url.fragment:
        raise InvalidInput(
            "the service address holds more than scheme, host, port and path",
            field="base_url",
        )
    return url


def _proxy(text: str | None) -> httpx2.Proxy | None:
    url = None if text is None else _web_url(text)
    if text is not None and url is None:
        raise InvalidInput(
            "the proxy is no http or https address",
            hint="write it like http://127.0.0.1:8080",
            field="proxy",
        )
    return None if url is None else httpx2.Proxy(url)


def _web_url(text: str) -> httpx2.URL | None:
    """Return the URL, None if it is none; the parser's own error would quote it."""
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, ValueError):
        return None
    return url if url.scheme in ("http", "https") and url.host else None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
