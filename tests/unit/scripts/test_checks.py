"""The project's own rules: what they find and what they leave alone."""

from pathlib import Path

import pytest

import checks
from checks import File, broken

SIGN = '"""What for. Never does this or that. Called by those. ' + "x" * 100 + '"""\n'


def found(path: str, text: str) -> list[str]:
    return [str(finding) for finding in broken(File(path, text))]


def test_a_wire_name_outside_the_wire_is_found_with_its_line() -> None:
    (finding,) = found("src/chmlfrp/model/tunnel.py", "a = 1\nb = row['dorp']\n")
    assert finding.startswith("src/chmlfrp/model/tunnel.py:2: 'dorp'")


@pytest.mark.parametrize(
    "path",
    [
        "src/chmlfrp/api/wire.py",
        "src/chmlfrp/selfhost/routes/tunnel.py",
        "tests/contract/test_tunnel.py",
        "docs/service.md",
    ],
)
def test_a_wire_name_where_it_belongs_is_not(path: str) -> None:
    assert found(path, "row['dorp'], row['nport']") == []


def test_a_word_that_contains_one_is_not() -> None:
    assert found("src/chmlfrp/model/a.py", "local_ip = endorphin") == []


def test_a_room_without_a_sign_is_found() -> None:
    assert found("src/chmlfrp/attic/__init__.py", '""""""')
    assert found("src/chmlfrp/attic/__init__.py", SIGN) == []


@pytest.mark.parametrize(
    "text",
    [
        "see /wor" + "k/main/x",
        "open('/roo" + "t/.cache')",
        "see ../sha" + "red/design",
        "from registry.np" + "mjs.org",
        "https://files.python" + "hosted.org/x",
    ],
)
def test_what_belongs_to_one_machine_is_found(text: str) -> None:
    assert found("docs/a.md", text)


@pytest.mark.parametrize(
    "text", ["/srv/work/x", "a/work/b", "/workers/", "shared/x", "a network/root"]
)
def test_what_looks_like_it_is_not(text: str) -> None:
    assert found("docs/a.md", text) == []


def test_an_address_in_a_lock_is_found() -> None:
    assert found("requirements/dev.lock", "--index-url https://a.example")
    assert found("requirements/dev.lock", "httpx2==2.16.2 \\") == []


def test_a_long_file_in_the_source_is_found() -> None:
    assert found("src/chmlfrp/model/a.py", "x\n" * 501)
    assert found("src/chmlfrp/model/a.py", "x\n" * 500) == []
    assert found("docs/a.md", "x\n" * 501) == []


def test_the_files_of_the_project_are_listed_without_what_git_ignores() -> None:
    names = {file.path for file in checks.project_files()}
    assert "scripts/checks.py" in names
    assert not any(name.startswith(".venv") for name in names)


def test_an_unpacked_archive_is_walked(tmp_path: Path) -> None:
    for name in ("src/a.py", ".venv/b.py", "src/__pycache__/c.pyc", ".gitignore"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert sorted(checks._walked(tmp_path)) == [".gitignore", "src/a.py"]
