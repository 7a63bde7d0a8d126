"""Who looks on while a connection carries bytes, and changes none."""

from abc import ABC, abstractmethod


class Watch(ABC):
    """Of one connection; as long as it looks on, bytes do not go the short way."""

    is_over = False
    """Whether it has seen enough."""

    @abstractmethod
    def said(self, data: bytes) -> None:
        """Look at what the visitor said."""

    @abstractmethod
    def answered(self, data: bytes) -> None:
        """Look at what the service answered."""

    @abstractmethod
    def left(self) -> None:
        """Know that the connection is over."""
