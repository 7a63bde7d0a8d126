"""What holds for every reader of the newer wire files, whatever arrives."""

import contextlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.api import (
    wire_domain,
    wire_message,
    wire_panel,
    wire_person,
    wire_traffic,
)
from chmlfrp.errors import ServiceGarbled
from support.endpoints import samples

READERS: list[Callable[[object], object]] = [
    wire_person.new_token,
    wire_person.attendance,
    wire_person.reward,
    wire_person.cards,
    wire_person.log_page,
    wire_domain.domains,
    wire_domain.subdomains,
    wire_message.page,
    wire_message.message,
    wire_traffic.week,
    wire_traffic.tunnel,
    wire_traffic.now,
    wire_traffic.closing,
    wire_panel.uptimes,
    wire_panel.history,
    wire_panel.totals,
    wire_panel.load,
    wire_panel.archives,
    wire_panel.programs,
]
BODIES: list[Callable[[bytes], object]] = [
    wire_person.gained_points,
    wire_person.ban_s,
    wire_panel.bare,
]
DATA = [one.reply.get("data", one.reply) for one in samples()]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["10分钟", "online", "true", "12-31", "CNAME", "5", ""])
)


def names(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*(names(one) for one in value.values()))
    return set().union(*map(names, value)) if isinstance(value, list) else set()


KEYS = st.sampled_from(sorted(names(DATA)))
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=8)
    ),
    max_leaves=12,
)


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """Return a known answer in which something is not what it should be."""
    answer = msgspec.json.decode(msgspec.json.encode(draw(st.sampled_from(DATA))))
    place = answer
    while isinstance(place, dict | list) and place:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key: Any = draw(st.sampled_from(keys))
        if draw(st.booleans()) or not isinstance(place[key], dict | list):
            place[key] = draw(ANYTHING)
            break
        place = place[key]
    return answer


@pytest.mark.parametrize("read", READERS, ids=lambda read: str(read.__name__))
@given(data=ANYTHING | damaged())
def test_a_reader_gives_a_value_or_says_that_it_cannot_read(
    read: Callable[[object], object], data: object
) -> None:
    with contextlib.suppress(ServiceGarbled):
        read(data)


@pytest.mark.parametrize("read", BODIES, ids=lambda read: str(read.__name__))
@given(data=ANYTHING, raw=st.binary(max_size=40))
def test_a_body_that_is_looked_into_beside_its_data_never_hurts(
    read: Callable[[bytes], object], data: object, raw: bytes
) -> None:
    for body in (raw, msgspec.json.encode({"rate_limit_info": data, "msg": data})):
        read(body)


def data_of(name: str) -> Any:
    return next(one.reply["data"] for one in samples() if one.name == name)


def test_a_week_over_new_year_is_sorted_as_it_happened() -> None:
    week = wire_traffic.week(data_of("flow_last_7_days"))
    days = ["12-27", "12-28", "12-29", "12-30", "12-31", "01-01", "01-02"]
    assert [one.day for one in week] == days
    assert (week[-1].in_bytes, week[-1].out_bytes) == (3511, 8813)


def test_a_week_within_a_year_is_sorted_by_its_days() -> None:
    rows = [{"time": day} for day in ("03-02", "02-28", "03-01")]
    assert [one.day for one in wire_traffic.week(rows)] == ["02-28", "03-01", "03-02"]


@pytest.mark.parametrize(
    ("ttl_s", "word"),
    [(60, "1分钟"), (5400, "90分钟"), (18000, "5小时"), (86400, "1天")],
)
def test_a_lifetime_is_written_in_its_largest_unit(ttl_s: int, word: str) -> None:
    assert wire_domain.ttl_word(ttl_s) == word


@given(ttl_s=st.integers(1, 10**6))
def test_a_lifetime_that_is_written_is_read_again(ttl_s: int) -> None:
    row = {"domain": "a.b", "record": "c", "type": "A", "target": "x"}
    row["ttl"] = wire_domain.ttl_word(ttl_s)
    assert wire_domain.subdomains([row])[0].ttl_s == ttl_s


def test_a_record_of_an_unknown_type_is_left_out() -> None:
    rows = [{"domain": "a.b", "record": "c", "type": "TXT", "target": "x"}]
    assert wire_domain.subdomains(rows) == []


def test_an_unreadable_answer_names_what_was_expected() -> None:
    with pytest.raises(ServiceGarbled, match="sub-domain, field ttl: expected a life"):
        wire_domain.subdomains(
            [{"domain": "a.b", "record": "c", "type": "A", "ttl": "soon"}]
        )


def test_points_are_the_digits_of_the_text_in_each_year() -> None:
    for name, points in (("qiandao_ok", 9), ("qiandao_2026", 238)):
        body = next(one.reply for one in samples() if one.name == name)
        assert wire_person.gained_points(msgspec.json.encode(body)) == points


def test_a_checksum_of_another_kind_is_none() -> None:
    row = {"link": "x", "hash": "0" * 64, "hash_type": "md5"}
    assert wire_panel.programs({"downloads": [row]}).files[0].sha256 == ""
    files = wire_panel.programs(data_of("frpc_info")).files
    assert [len(one.sha256) for one in files] == [64, 64]
    assert files[1].sha256.islower()
    assert files[1].size_bytes == 12582912


def test_an_archive_has_the_whole_address() -> None:
    files = wire_panel.archives(data_of("download_info")).files
    assert files[0].url == "https://cf-v1.uapis.cn/download/frp/windows_amd64.zip"
    assert {one.system for one in files} == {"windows", "linux", "darwin"}


def test_a_small_uptime_is_a_small_percentage() -> None:
    assert wire_panel.uptimes(data_of("node_uptime"))[0].days[0].percent == 0.1877


def test_the_banned_minutes_of_a_card_are_seconds() -> None:
    body = next(one.reply for one in samples() if one.name == "giftcard_redeem_banned")
    assert wire_person.ban_s(msgspec.json.encode(body)) == 28 * 60
