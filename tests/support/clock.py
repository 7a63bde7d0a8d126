"""A clock that only a test turns."""


class FakeClock:
    """Called, it gives the time; `now` is the test's to change."""

    def __init__(self, now: float = 100.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now
