"""The one door for working on ChmlFrp UI: `python3 scripts/dev.py COMMAND [ARGS]`.

Also parses on Python versions too old to run the rest, so that it can say so.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said here, in a sentence
    sys.exit(
        "需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed; this is "
        + sys.version.split()[0]
        + " ("
        + sys.executable
        + ")"
    )

from devkit.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
