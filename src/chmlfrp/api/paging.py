"""Answers that come in pages."""

from chmlfrp.errors import InvalidInput

LARGEST_PAGE = 100


def check_page(page: int, size: int) -> None:
    """Raise InvalidInput for a page that no service has."""
    if page < 1:
        raise InvalidInput("pages are counted from 1", field="page")
    if not 1 <= size <= LARGEST_PAGE:
        raise InvalidInput(f"a page has 1 to {LARGEST_PAGE} entries", field="size")
