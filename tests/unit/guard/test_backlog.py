from chmlfrp.guard.backlog import Backlog
from chmlfrp.guard.history import Amount
from chmlfrp.guard.roll import Entry


def came(address: str, connections: int = 1) -> tuple[list[Amount], list[Entry]]:
    amount = Amount(tunnel=7, at=1, address=address, connections=connections)
    entry = Entry(tunnel=7, address=address, first=1, last=2, connections=connections)
    return [amount], [entry]


def test_of_too_many_visitors_who_waits_longest_is_left_out_and_no_tunnel() -> None:
    backlog = Backlog(most_visitors=3)
    backlog.add([Amount(tunnel=7, at=1, bytes_in=5)], [])
    for number in range(9):
        backlog.add(*came(f"v{number}"))

    assert [entry.address for entry in backlog.entries] == ["v6", "v7", "v8"]
    assert [amount.address for amount in backlog.amounts] == ["", "v6", "v7", "v8"]


def test_who_is_taken_back_before_it_is_written_was_never_there() -> None:
    backlog = Backlog()
    backlog.add(*came("a"))
    backlog.add(*came("a", -1))
    assert not backlog


def test_one_tunnel_one_address_or_all_visitors_are_left_out() -> None:
    backlog = Backlog()
    backlog.add([Amount(tunnel=7, at=1, bytes_in=5)], [])
    for address in "abc":
        backlog.add(*came(address))

    backlog.forget(tunnel=8, address=None)
    backlog.forget(tunnel=7, address="a")
    assert [entry.address for entry in backlog.entries] == ["b", "c"]
    backlog.forget(tunnel=None, address=None)
    assert [amount.address for amount in backlog.amounts] == [""]
