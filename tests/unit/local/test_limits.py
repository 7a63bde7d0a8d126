import subprocess
import sys

from chmlfrp.local.limits import ENOUGH, raise_open_files

ASKS = """
import resource
from chmlfrp.local.limits import raise_open_files
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, {hard}))
print(raise_open_files(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def asked(hard: str) -> list[str]:
    argv = [sys.executable, "-c", ASKS.replace("{hard}", hard)]
    return subprocess.run(
        argv, check=True, capture_output=True, text=True
    ).stdout.split()


def test_a_small_limit_is_raised_to_what_is_allowed() -> None:
    assert asked("256") == ["256", "256"]
    raised, soft = asked("hard")
    assert raised == soft
    assert 256 <= int(soft) <= ENOUGH


def test_where_there_is_no_limit_nothing_is_done() -> None:
    assert raise_open_files(platform="win32") is None
