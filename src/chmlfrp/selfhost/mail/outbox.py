"""Reading the folder that letters go into."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost.mail.send import OUTBOX


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """A letter as it is listed."""

    name: str
    date: str
    to: str
    subject: str


def letters(folder: Path) -> list[LetterLine]:
    """Return the letters in the outbox of the service's folder, oldest first."""
    files = sorted((folder / OUTBOX).glob("*.eml"))
    return [_line(file.stem, _read(file)) for file in files]


def text_of(folder: Path, name: str) -> tuple[LetterLine, str]:
    """Return one letter and its text; `last` is the newest.

    Raises:
        InvalidInput: there is no such letter.
    """
    files = {file.stem: file for file in sorted((folder / OUTBOX).glob("*.eml"))}
    chosen = next(reversed(files), "") if name == "last" else name
    if chosen not in files:
        raise InvalidInput(
            f"there is no letter {name!r}",
            hint="see the names with: chmlfrp selfhost mail list",
            field="name",
        )
    message = _read(files[chosen])
    body = message.get_body(("plain",))
    return _line(chosen, message), "" if body is None else body.get_content()


def _line(name: str, message: EmailMessage) -> LetterLine:
    return LetterLine(
        name=name,
        date=str(message["date"]),
        to=str(message["to"]),
        subject=str(message["subject"]),
    )


def _read(file: Path) -> EmailMessage:
    return message_from_bytes(file.read_bytes(), policy=policy.default)
