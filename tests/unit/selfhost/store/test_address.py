from pathlib import Path

import pytest

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost.store import address

URL = "postgresql://u:Canary-database-1@h:5432/n"


def test_without_a_word_it_is_the_folder(tmp_path: Path) -> None:
    found = address.find(tmp_path, said="", file=None, environment="")
    assert (found.folder, found.is_shared) == (tmp_path, False)


def test_a_file_and_the_environment_may_hold_a_password(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(f"{URL}\n")
    by_file = address.find(tmp_path, said="", file=file, environment="nonsense")
    by_name = address.find(tmp_path, said="", file=None, environment=URL)
    assert by_file == by_name
    assert by_file.url.reveal() == URL
    assert "Canary" not in repr(by_file)


@pytest.mark.parametrize("said", [URL, "postgresql://h/n?user=u&password=Canary"])
def test_a_password_on_the_command_line_is_refused(tmp_path: Path, said: str) -> None:
    with pytest.raises(InvalidInput, match="holds a password") as caught:
        address.find(tmp_path, said=said, file=None, environment="")
    assert "Canary" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("said", ["mysql://h/n", "here", "postgresql://h:x/n"])
def test_what_is_no_url_is_named(tmp_path: Path, said: str) -> None:
    with pytest.raises(InvalidInput, match="is none"):
        address.find(tmp_path, said="", file=None, environment=said)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        address.find(tmp_path, said="", file=tmp_path / "no", environment="")
    assert caught.value.field == "database_file"
