"""System packages: what is missing, and whether apt may bring it."""

from collections.abc import Sequence

import pytest

from devkit.machine import (
    EVERY_COMMAND,
    NEEDS,
    SystemNeed,
    allowed_apt,
    has_packaged_frpc,
    provide,
    run,
)
from devkit.say import Stop


class Machine:
    """Notes what is run; fails what it is told to."""

    def __init__(self, *failing: str) -> None:
        self.ran: list[str] = []
        self._failing = failing

    def __call__(self, argv: Sequence[str]) -> int:
        self.ran.append(" ".join(argv))
        return int(any(part in self.ran[-1] for part in self._failing))


def need(name: str, *apt: str, present: bool = False) -> SystemNeed:
    return SystemNeed(
        name=name, commands=EVERY_COMMAND, apt=apt, present=lambda: present
    )


def test_nothing_is_installed_where_nothing_is_missing() -> None:
    machine = Machine()
    provide([need("venv", "python3-venv", present=True)], run=machine, apt=["apt-get"])
    assert machine.ran == []


def test_all_that_is_missing_is_installed_at_once() -> None:
    machine = Machine()
    needs = [need("venv", "python3-venv"), need("fonts", "fonts-noto-cjk")]
    provide(needs, run=machine, apt=["sudo", "-n", "apt-get"])
    update, install = machine.ran
    assert update.startswith("sudo -n apt-get update")
    assert install.endswith("--no-install-recommends fonts-noto-cjk python3-venv")


def test_without_apt_the_command_to_type_is_said() -> None:
    with pytest.raises(Stop, match="sudo apt-get install python3-venv"):
        provide([need("venv", "python3-venv")], run=Machine(), apt=[])


def test_when_apt_fails_the_command_to_type_is_said() -> None:
    with pytest.raises(Stop, match="apt failed"):
        provide([need("venv", "x")], run=Machine("install"), apt=["apt-get"])


def found(name: str) -> str | None:
    return f"/usr/bin/{name}"


def nothing(_: str) -> str | None:
    return None


def test_root_uses_apt_itself() -> None:
    assert allowed_apt(run=Machine(), which=found, user=lambda: 0)[-1] == "apt-get"


def test_others_use_a_sudo_that_asks_nothing() -> None:
    apt = allowed_apt(run=Machine(), which=found, user=lambda: 1000)
    assert apt[:2] == ["sudo", "-n"]


def test_a_sudo_that_asks_is_not_used() -> None:
    assert allowed_apt(run=Machine("sudo"), which=found, user=lambda: 1000) == []


def test_without_apt_or_on_windows_there_is_none() -> None:
    assert allowed_apt(run=Machine(), which=nothing, user=lambda: 0) == []
    assert allowed_apt(run=Machine(), which=found, user=None) == []


def test_a_need_concerns_the_commands_it_names() -> None:
    shots = SystemNeed(
        name="fonts", commands=frozenset({"shots"}), apt=("f",), present=lambda: False
    )
    assert shots.concerns("shots")
    assert not shots.concerns("test")
    assert all(need.concerns("test") for need in NEEDS)


@pytest.mark.parametrize(
    ("system", "machine", "expected"),
    [
        ("Linux", "x86_64", True),
        ("Linux", "aarch64", False),
        ("Windows", "AMD64", True),
        ("Darwin", "arm64", False),
    ],
)
def test_where_a_packaged_frpc_runs(system: str, machine: str, expected: bool) -> None:
    assert has_packaged_frpc(system, machine) is expected


def test_a_program_that_is_not_there_is_a_failure() -> None:
    assert run(["no-such-program-anywhere"]) == 127
