"""Guards around every test, and the throw-away home that each test gets."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from support import guards, postgres

SLOW_MACHINE = [HealthCheck.too_slow]
settings.register_profile("dev", deadline=None, suppress_health_check=SLOW_MACHINE)
settings.register_profile(
    "ci",
    settings.get_profile("dev"),
    derandomize=True,  # the same examples each time, so that fewer do
    database=None,
    max_examples=50,
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True, scope="session")
def _machine_only() -> Iterator[None]:
    # Programs inherit what is ignored, and a shell's background jobs ignore this.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with guards.loopback_only(), guards.no_blocking():
        yield


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that `CHMLFRP_HOME` points at; it is not made yet."""
    folder = tmp_path / "home"
    monkeypatch.setenv("CHMLFRP_HOME", str(folder))
    monkeypatch.delenv("CHMLFRP_API", raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return folder


@pytest.fixture(autouse=True)
def expected_logs(home: Path) -> Iterator[guards.LogWatch]:
    """Announce log records of WARNING and above: `expected_logs("no answer from")`."""
    with guards.no_leftovers(str(home)) as left, guards.watched_logs() as watch:
        yield watch
    complaints = [watch.complaint(), *(f"still running: {text}" for text in left)]
    if any(complaints):
        pytest.fail("\n".join(filter(None, complaints)), pytrace=False)


@pytest.fixture(scope="session")
def database_server() -> Iterator[postgres.Postgres]:
    """Return a PostgreSQL for this run; skips where there is none."""
    programs = postgres.find()
    if programs is None:
        pytest.skip("there is no PostgreSQL on this machine (Debian: postgresql)")
    with postgres.running(programs) as server:
        yield server
