"""What a Minecraft (Java) server's own file says of it.

Source: https://minecraft.wiki/w/Server.properties (`online-mode`, `server-port`).
"""

from pathlib import Path

FILE = "server.properties"
USUAL_PORT = 25565
_LONGEST = 1 << 16


def plays_offline(folder: Path, port: int) -> bool:
    """Whether the server of that folder and port believes any name that is said.

    folder: where its process works. False where no such file can be read.
    """
    try:
        with (folder / FILE).open(encoding="utf-8", errors="replace") as file:
            text = file.read(_LONGEST)
    except OSError:
        return False
    found = {
        name.strip(): value.strip()
        for line in text.splitlines()
        if not line.lstrip().startswith(("#", "!"))
        for name, is_there, value in (line.partition("="),)
        if is_there
    }
    is_it = found.get("server-port", str(USUAL_PORT)) == str(port)
    return is_it and found.get("online-mode", "true").lower() == "false"
