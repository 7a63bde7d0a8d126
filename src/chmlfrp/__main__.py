"""`python -m chmlfrp` is the command line."""

import sys

from chmlfrp.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
