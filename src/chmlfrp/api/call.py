"""One question to the service and what came back, before anybody reads it."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from chmlfrp.model.secret import Secret, mask

Parameters = Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Call:
    """A request as method, path and parameters; its `repr` holds no parameter."""

    method: str
    path: str
    query: Parameters | None = None
    json: Parameters | None = None
    form: Parameters | None = None
    is_signed: bool = True
    """Whether the token goes along; public calls are sent without it."""
    is_read: bool = False
    """Whether it changes nothing, so that equal ones at one time may be one."""
    secrets: tuple[Secret, ...] = ()
    """What the parameters hold that must never be shown."""

    @property
    def identity(self) -> tuple[Hashable, ...]:
        """The same for two calls that ask the same; holds what the parameters hold."""
        groups = (self.query, self.json, self.form)
        parameters = (tuple(sorted((group or {}).items())) for group in groups)
        return (self.method, self.path, *parameters)

    def __repr__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Reply:
    """An answer as it arrived: status, body, and the headers that matter."""

    call: Call
    status: int
    body: bytes
    retry_after_s: float | None = None
    location_host: str = ""
    """The host a redirect points to."""
    secrets: tuple[Secret, ...] = field(default=())
    """Everything secret that was sent, token included."""

    def __repr__(self) -> str:
        return f"{self.call}: HTTP {self.status}, {len(self.body)} bytes"

    def masked(self, text: str) -> str:
        """Return `text` without what was secret in the request."""
        return mask(text, *self.secrets)
