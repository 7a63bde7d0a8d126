"""Photographs of the window's pages, offscreen: `make shots` puts them into `shots/`.

Each page, light and dark, Chinese and English, against a scripted daemon: nothing of
the person who takes them is seen.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from support.shots import main

    sys.exit(main(ROOT / "shots", sys.argv[1:]))
