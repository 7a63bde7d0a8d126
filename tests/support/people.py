"""Mail and a clock for tests of accounts."""

import re
from dataclasses import dataclass, field

from chmlfrp.selfhost.mail.letter import Letter


@dataclass
class Postman:
    """Keeps the letters that were sent."""

    letters: list[Letter] = field(default_factory=list)

    async def send(self, letter: Letter) -> None:
        self.letters.append(letter)

    def code(self) -> str:
        """Return the code in the last letter."""
        found = re.search(r"\b\d{6}\b", self.letters[-1].text)
        assert found, self.letters[-1].text
        return found[0]
