"""One word for a ladder, and the first rung that is not well."""

import pytest

from chmlfrp.model.ladder import (
    Core,
    Ladder,
    Link,
    Proxy,
    Reach,
    Record,
    Rung,
    Summary,
    first_unwell,
    summarise,
)

UP = Ladder(
    record=Rung(Record.KNOWN),
    core=Rung(Core.RUNNING),
    link=Rung(Link.LOGGED_IN),
    proxy=Rung(Proxy.OPEN),
)


def but(**rungs: Rung) -> Ladder:  # type: ignore[type-arg] # any rung
    import msgspec

    return msgspec.structs.replace(UP, **rungs)


@pytest.mark.parametrize(
    ("ladder", "rung", "word"),
    [
        (UP, None, Summary.UP),
        (but(record=Rung(Record.CACHED)), None, Summary.UP),
        (but(record=Rung(Record.GONE)), "record", Summary.FAILED),
        (but(record=Rung(Record.UNKNOWN)), "record", Summary.STARTING),
        (but(core=Rung(Core.WAITING, until=9.0)), "core", Summary.WAITING),
        (but(core=Rung(Core.BROKEN)), "core", Summary.FAILED),
        (but(link=Rung(Link.CONNECTING)), "link", Summary.STARTING),
        (but(link=Rung(Link.RECONNECTING)), "link", Summary.WAITING),
        (but(proxy=Rung(Proxy.OPENING)), "proxy", Summary.STARTING),
        (but(proxy=Rung(Proxy.WAITING, until=9.0)), "proxy", Summary.WAITING),
        (but(proxy=Rung(Proxy.REFUSED)), "proxy", Summary.FAILED),
        (but(proxy=Rung(Proxy.REFUSED, until=9.0)), "proxy", Summary.WAITING),
        (but(reach=Rung(Reach.REACHABLE)), None, Summary.UP),
        (but(reach=Rung(Reach.UNREACHABLE)), "reach", Summary.WAITING),
    ],
)
def test_a_wanted_ladder_has_one_word(
    ladder: Ladder, rung: str | None, word: Summary
) -> None:
    assert first_unwell(ladder) == rung
    assert summarise(True, ladder) is word


def test_what_is_not_wanted_is_stopped_or_stopping() -> None:
    assert summarise(False, Ladder()) is Summary.STOPPED
    assert summarise(False, UP) is Summary.STOPPING
    assert summarise(False, but(proxy=Rung(Proxy.CLOSED))) is Summary.STOPPED
