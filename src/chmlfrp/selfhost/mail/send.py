"""Sending: by SMTP, or into a folder that the owner can read."""

import asyncio
import os
import time
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost.files import private_folder, write_private
from chmlfrp.selfhost.hidden import Hidden
from chmlfrp.selfhost.mail.letter import Letter
from chmlfrp.selfhost.settings import Mail

OUTBOX = "outbox"
TIMEOUT_S = 15
PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}


class MailFailed(Exception):
    """A letter did not go out; says why without naming anybody."""


class Mailer(Protocol):
    """A way out."""

    async def send(self, letter: Letter) -> None:
        """Send, or raise MailFailed."""


class NoMail:
    """No way out: every letter fails."""

    async def send(self, letter: Letter) -> None:
        del letter
        raise MailFailed("no mail is set up")


@dataclass(frozen=True, slots=True)
class Outbox:
    """A folder with one file a letter."""

    folder: Path
    sender: str

    async def send(self, letter: Letter) -> None:
        await asyncio.to_thread(self._write, letter)

    def _write(self, letter: Letter) -> None:
        name = f"{time.time_ns()}-{os.getpid()}.eml"
        try:
            private_folder(self.folder)
            write_private(self.folder / name, bytes(_message(letter, self.sender)))
        except OSError as exc:
            raise MailFailed(exc.strerror or "the folder cannot be written") from exc


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """An SMTP server; a password goes over TLS or to this machine only."""

    host: str
    port: int
    scheme: str
    user: str = ""
    password: Hidden = field(default_factory=Hidden)
    sender: str

    async def send(self, letter: Letter) -> None:
        try:
            await aiosmtplib.send(
                _message(letter, self.sender),
                hostname=self.host,
                port=self.port,
                use_tls=self.scheme == "smtps",
                start_tls={"smtp": None, "starttls": True}.get(self.scheme, False),
                username=self.user or None,
                password=self.password.reveal() if self.user else None,
                timeout=TIMEOUT_S,
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as exc:
            # The server's own words may hold the address, so only the kind is kept.
            raise MailFailed(type(exc).__name__) from None


def mailer(settings: Mail, folder: Path) -> Mailer:
    """Return the way out that the settings ask for.

    Raises:
        InvalidInput: the address of the server cannot be used.
    """
    if not settings.url:
        return Outbox(folder / OUTBOX, settings.sender)
    return _smtp(settings)


def _smtp(settings: Mail) -> Smtp:
    try:
        parts = urlsplit(settings.url.reveal())
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if not host or parts.scheme not in PORTS:
        raise InvalidInput(
            "mail.url of service.toml is no address of a mail server",
            hint="write smtp://, starttls:// or smtps://USER:PASSWORD@HOST:PORT",
            field="mail.url",
        )
    is_open = parts.scheme == "smtp" and host not in ("127.0.0.1", "::1", "localhost")
    if parts.username and is_open:
        raise InvalidInput(
            "mail.url of service.toml would send a password in the open",
            hint="write starttls:// or smtps://",
            field="mail.url",
        )
    return Smtp(
        host=host,
        port=port or PORTS[parts.scheme],
        scheme=parts.scheme,
        user=unquote(parts.username or ""),
        password=Hidden(unquote(parts.password or "")),
        sender=settings.sender,
    )


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    name, address = parseaddr(sender)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=address.partition("@")[2] or "localhost")
    message.set_content(letter.text)
    return message
