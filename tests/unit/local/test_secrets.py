"""Secrets: file, keyring, and a keyring that hangs."""

import os
import threading
from pathlib import Path

import pytest

from chmlfrp.errors import LocalError
from chmlfrp.local import secrets
from chmlfrp.local.paths import Home
from chmlfrp.local.secrets import FileSecrets, KeyringSecrets, open_secrets
from chmlfrp.model.secret import Secret
from support import guards

URL = "https://a.cn"
TOKEN = Secret("canary-token")


class FakeKeyring:
    """A keyring in memory; `hang` makes it wait for `unlock`."""

    def __init__(self, *, hang: bool = False) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.unlock = threading.Event()
        if not hang:
            self.unlock.set()

    def get_password(self, service: str, username: str) -> str | None:
        self.unlock.wait()
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


class RefusingKeyring(FakeKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"cannot store {password}")


@pytest.fixture
def here(home: Path) -> Home:
    found = Home.below(home)
    found.prepare()
    return found


async def test_a_file_keeps_a_token_per_service_and_account(here: Home) -> None:
    store = FileSecrets(here)
    assert await store.get(URL, "me") is None
    await store.set(URL, "me", TOKEN)
    assert await store.get(URL, "me") == TOKEN
    assert await store.get(URL, "you") is None
    assert await store.get("https://b.cn", "me") is None


async def test_the_file_is_private_and_without_backup(here: Home) -> None:
    store = FileSecrets(here)
    await store.set(URL, "me", TOKEN)
    await store.set(URL, "me", Secret("next"))
    assert here.secrets_file.stat().st_mode & 0o077 == 0 or os.name == "nt"
    assert list(here.state_dir.glob("secrets*")) == [here.secrets_file]


async def test_a_deleted_token_is_gone_from_the_disk(here: Home) -> None:
    store = FileSecrets(here)
    await store.set(URL, "me", TOKEN)
    await store.delete(URL, "me")
    await store.delete(URL, "me")
    assert await store.get(URL, "me") is None
    assert TOKEN.reveal() not in here.secrets_file.read_text()


async def test_a_damaged_file_is_kept_and_told(
    here: Home, expected_logs: guards.LogWatch
) -> None:
    expected_logs("was damaged and is kept as")
    here.secrets_file.write_text("rubbish")
    assert await FileSecrets(here).get(URL, "me") is None


async def test_a_throw_away_home_never_asks_the_keyring(
    here: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "find_keyring", lambda: pytest.fail("asked"))
    assert (await open_secrets(here)).kind == "file"


@pytest.fixture
def users(here: Home) -> Home:
    """The same folders as a home that is not thrown away."""
    return Home(
        config_dir=here.config_dir,
        state_dir=here.state_dir,
        data_dir=here.data_dir,
        log_dir=here.log_dir,
    )


async def test_without_a_usable_keyring_it_is_the_file(users: Home) -> None:
    assert secrets.find_keyring() is None
    assert (await open_secrets(users)).kind == "file"


async def test_with_a_keyring_it_is_the_keyring(
    users: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = FakeKeyring()
    monkeypatch.setattr(secrets, "find_keyring", lambda: keyring)
    store = await open_secrets(users)
    assert store.kind == "keyring"
    await store.set(URL, "me", TOKEN)
    assert await store.get(URL, "me") == TOKEN
    assert not users.secrets_file.exists()
    await store.delete(URL, "me")
    await store.delete(URL, "me")
    assert keyring.held == {}


async def test_a_keyring_that_hangs_at_the_start_means_the_file(
    users: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    monkeypatch.setattr(secrets, "find_keyring", release.wait)
    assert (await open_secrets(users, patience_s=0.02)).kind == "file"
    release.set()


async def test_a_token_from_before_the_keyring_is_found_and_moves(here: Home) -> None:
    before = FileSecrets(here)
    await before.set(URL, "me", TOKEN)
    store = KeyringSecrets(FakeKeyring(), before=before)
    assert await store.get(URL, "me") == TOKEN
    await store.set(URL, "me", TOKEN)
    assert await before.get(URL, "me") is None


async def test_signing_out_forgets_both(here: Home) -> None:
    before = FileSecrets(here)
    await before.set(URL, "me", TOKEN)
    keyring = FakeKeyring()
    store = KeyringSecrets(keyring, before=before)
    keyring.held["chmlfrp " + URL, "me"] = "x"
    await store.delete(URL, "me")
    assert await store.get(URL, "me") is None


async def test_a_keyring_that_hangs_is_given_up_and_asked_again_when_it_is_back(
    here: Home,
) -> None:
    keyring = FakeKeyring(hang=True)
    store = KeyringSecrets(keyring, before=FileSecrets(here), patience_s=0.5)
    for _ in range(2):
        with pytest.raises(LocalError, match="does not answer") as caught:
            await store.get(URL, "me")
        assert caught.value.field == "keyring"
    keyring.unlock.set()
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join(5)
    assert await store.get(URL, "me") is None


async def test_what_a_keyring_says_is_not_repeated(here: Home) -> None:
    store = KeyringSecrets(RefusingKeyring(), before=FileSecrets(here))
    with pytest.raises(LocalError, match="refused: RuntimeError") as caught:
        await store.set(URL, "me", TOKEN)
    assert TOKEN.reveal() not in repr(caught.value)
    assert caught.value.__cause__ is None
