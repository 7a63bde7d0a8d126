"""The log of a service: stderr, and nothing secret in it."""

import logging

CHATTY = (
    *("httpx2", "httpcore2", "httpx", "httpcore", "uvicorn.error", "aiosqlite"),
    *("authlib", "mail", "aiosmtplib", "alembic"),
)
"""Loggers whose lines below WARNING hold addresses, tokens or nothing worth reading."""


def set_up() -> None:
    """Send the log of this process to stderr."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
