"""`python -m chmlfrp.desktop`, and `chmlfrp-desktop`."""

import sys


def main() -> int:
    """Show the window, or say what is missing for it."""
    try:
        import PySide6.QtWidgets  # noqa: F401 - the extra is there or not
    except ImportError:
        need = "pip install 'chmlfrp-ui[desktop]'"
        sys.stderr.write(f"窗口需要 / the window needs: {need}\n")
        return 1
    from chmlfrp.desktop.app import main as show

    return show()


if __name__ == "__main__":
    sys.exit(main())
