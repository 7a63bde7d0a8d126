"""Letters through a real SMTP server on loopback."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost.hidden import Hidden
from chmlfrp.selfhost.mail.letter import code_letter
from chmlfrp.selfhost.mail.send import MailFailed, Outbox, Smtp, mailer
from chmlfrp.selfhost.settings import Mail

CANARY = "canary-mail-password"
LETTER = code_letter(
    "Home", "register", to="ada@example.com", code="135790", minutes=10
)


class Inbox:
    """What the server took."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []

    async def handle_DATA(self, _s: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.letters.append(envelope.content)
        return "250 OK"


def authenticate(_s: Any, _x: Any, _e: Any, _m: str, data: LoginPassword) -> AuthResult:
    is_right = data.login == b"me@home" and data.password == CANARY.encode()
    return AuthResult(success=is_right, handled=is_right)


@asynccontextmanager
async def server(inbox: Inbox, **options: Any) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: SMTP(inbox, hostname="mail.test", **options), "127.0.0.1", 0
    )
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        await listening.wait_closed()


async def test_a_letter_arrives_in_both_languages() -> None:
    inbox = Inbox()
    async with server(inbox) as port:
        settings = Mail(
            url=Hidden(f"smtp://127.0.0.1:{port}"), sender="家 <a@home.test>"
        )
        await mailer(settings, Path()).send(LETTER)
    message = message_from_bytes(inbox.letters[0], policy=policy.default)
    assert message["to"] == "ada@example.com"
    assert message["from"] == "家 <a@home.test>"
    text = message.get_body().get_content()
    assert "135790" in text
    assert "您好" in text
    assert "Hello" in text


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"]
    command += ["ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [*command, "-keyout", key, "-out", cert], check=True, capture_output=True
    )
    return key, cert


async def test_a_password_goes_over_tls(
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    expected_logs: Callable[[str], None],
) -> None:
    expected_logs("login_data is deprecated")  # of aiosmtpd, about itself
    key, cert = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    inbox = Inbox()
    options = {
        "tls_context": context,
        "authenticator": authenticate,
        "auth_required": True,
        "require_starttls": True,
    }
    async with server(inbox, **options) as port:
        url = f"starttls://me%40home:{CANARY}@127.0.0.1:{port}"
        way = mailer(Mail(url=Hidden(url)), Path())
        assert CANARY not in repr(way)
        await way.send(LETTER)
        assert len(inbox.letters) == 1
        wrong = mailer(Mail(url=Hidden(url.replace(CANARY, "other"))), Path())
        with pytest.raises(MailFailed) as failed:
            await wrong.send(LETTER)
        assert str(failed.value) == "SMTPAuthenticationError"


async def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(
    certificate: tuple[Path, Path],
) -> None:
    key, cert = certificate
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    inbox = Inbox()
    async with server(inbox, tls_context=context) as port:
        with pytest.raises(MailFailed):
            await mailer(Mail(url=Hidden(f"starttls://127.0.0.1:{port}")), Path()).send(
                LETTER
            )
    assert inbox.letters == []


async def test_a_server_that_is_not_there_is_told_by_kind() -> None:
    way = Smtp(host="127.0.0.1", port=1, scheme="smtp", sender="a@home.test")
    with pytest.raises(MailFailed, match=r"^SMTPConnectError$"):
        await way.send(LETTER)


async def test_without_a_server_letters_go_into_a_private_folder(
    tmp_path: Path,
) -> None:
    way = mailer(Mail(), tmp_path)
    assert isinstance(way, Outbox)
    await way.send(LETTER)
    (file,) = (tmp_path / "outbox").iterdir()
    assert "ada" not in file.name
    assert file.stat().st_mode & 0o077 == 0
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert "135790" in message.get_body().get_content()


@pytest.mark.parametrize(
    "url",
    ["http://mail.test", "smtp://", "smtp://a:b@mail.test", "smtp://h:x", "nonsense"],
)
def test_an_address_that_cannot_be_used_names_its_field(url: str) -> None:
    with pytest.raises(InvalidInput) as wrong:
        mailer(Mail(url=Hidden(url)), Path())
    assert wrong.value.field == "mail.url"
    assert url not in wrong.value.message


def test_a_letter_does_not_show_its_code() -> None:
    assert "135790" not in repr(LETTER)
