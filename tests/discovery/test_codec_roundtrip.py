"""Every fact that can be stored can be read back, whatever a device says."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
import zlib
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from collectors import facts
from collectors.facts import ArpEntry, FdbEntry, Observation, Poe, Reason
from discovery.observations import codec
from tests.discovery.fakes import T0

NOT_STORED = {"latency", "fdb", "arp", "problems"}
"""Of an observation: kept apart, or of the moment only."""
MOVING = {
    facts.System: {"uptime": None, "engine_boots": None},
    facts.OperatingSystem: {"uptime": None},
    facts.Interface: {"last_change": None},
    facts.Poe: {"milliwatts": None},
}
"""Running times, which are left out so that an unchanged device stays unchanged."""

TEXT = st.text(st.characters(), max_size=5)
"""Lone surrogates and control characters are among what devices say."""
SCALARS: dict[Any, SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(-(2**63), 2**64),
    bool: st.booleans(),
    float: st.floats(allow_nan=False),
    datetime: st.datetimes(timezones=st.just(UTC)),
}
RECORDS = sorted(
    (each for each in vars(facts).values() if dataclasses.is_dataclass(each)),
    key=lambda each: str(each),
)


@cache
def values(wanted: Any) -> SearchStrategy[Any]:  # noqa: ANN401
    """Return what an annotation of `collectors.facts` allows."""
    record: Any = wanted
    origin, inside = typing.get_origin(wanted), typing.get_args(wanted)
    if wanted in SCALARS:
        return SCALARS[wanted]
    if wanted is types.NoneType:
        return st.none()
    if origin in (types.UnionType, typing.Union):
        return st.one_of(*map(values, inside))
    if origin is tuple and inside[1:] == (Ellipsis,):
        return st.lists(values(inside[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values, inside))
    if origin is frozenset:
        return st.frozensets(values(inside[0]), max_size=3)
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return st.sampled_from(wanted)
    if dataclasses.is_dataclass(record):
        return records(typing.cast(Any, record))
    raise AssertionError(f"no values are known for {wanted}")


@cache
def records(record: Any) -> SearchStrategy[Any]:  # noqa: ANN401
    hints = typing.get_type_hints(record)
    return st.deferred(
        lambda: st.builds(
            record, **{name: values(hint) for name, hint in hints.items()}
        )
    )


def without_moving(value: Any) -> Any:  # noqa: ANN401
    """Return a value as it is stored: without running times, wherever they are."""
    if isinstance(value, tuple):
        return tuple(map(without_moving, value))
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    kept = {
        field.name: without_moving(getattr(value, field.name))
        for field in dataclasses.fields(value)
    }
    return type(value)(**(kept | MOVING.get(type(value), {})))


def read_back(seen: Observation) -> Observation:
    _, stored = codec.encode(seen)
    return codec.decode(stored, seen_at=seen.seen_at)


@pytest.mark.parametrize(
    "name",
    [f.name for f in dataclasses.fields(Observation) if f.name not in NOT_STORED],
)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_each_part_of_an_observation_comes_back(name: str, data: st.DataObject) -> None:
    hint = typing.get_type_hints(Observation)[name]
    base: dict[str, Any] = {"address": "10.0.0.1", "collector": "snmp", "seen_at": T0}
    seen = Observation(**(base | {name: data.draw(values(hint))}))
    assert read_back(seen) == without_moving(seen)


@settings(max_examples=10, deadline=None)
@given(seen=records(Observation))
def test_a_whole_observation_comes_back(seen: Observation) -> None:
    apart: dict[str, Any] = {"latency": None, "fdb": (), "arp": (), "problems": ()}
    stored = dataclasses.replace(without_moving(seen), **apart)
    assert read_back(seen) == stored
    assert codec.digest(read_back(seen)) == codec.digest(seen)


@pytest.mark.parametrize("record", RECORDS, ids=lambda each: each.__name__)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_fact_comes_back_from_its_plain_form(
    record: Any,  # noqa: ANN401
    data: st.DataObject,
) -> None:
    """Also those that no observation holds today in this place."""
    fact = data.draw(records(record))
    plain = json.loads(json.dumps(codec._plain(fact)))
    assert codec._decoder(record)(plain) == fact


@given(entries=st.lists(records(FdbEntry), max_size=3).map(tuple))
def test_a_forwarding_table_comes_back(entries: tuple[FdbEntry, ...]) -> None:
    found = codec.decode_fdb(codec.encode_fdb(entries))
    assert sorted(found, key=repr) == sorted(entries, key=repr)


@given(entries=st.lists(records(ArpEntry), max_size=3).map(tuple))
def test_an_address_table_comes_back(entries: tuple[ArpEntry, ...]) -> None:
    found = codec.decode_arp(codec.encode_arp(entries))
    assert sorted(found, key=repr) == sorted(entries, key=repr)


def test_a_power_port_without_interface_comes_back() -> None:
    """A stack numbers its power ports in a way that no interface has."""
    ports = (Poe(if_index=None, port="1.12", enabled=True),)
    seen = Observation(address="10.0.0.1", collector="snmp", seen_at=T0, poe=ports)
    assert read_back(seen).poe == ports


def stored(content: object) -> bytes:
    return zlib.compress(json.dumps(content).encode())


def test_a_row_of_an_older_program_that_left_none_out_is_read() -> None:
    content = {
        "address": "10.0.0.1",
        "collector": "snmp",
        "poe": [{"port": "1.12"}],
        "dropped_since": [1],
    }
    assert codec.decode(stored(content), seen_at=T0).poe == (
        Poe(if_index=None, port="1.12"),
    )


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"no zlib",
        zlib.compress(b"{"),
        stored([]),
        stored({"collector": "snmp"}),
        stored({"address": "10.0.0.1", "collector": "snmp", "interfaces": [1]}),
        stored({"address": "10.0.0.1", "collector": "snmp", "poe": [{}]}),
    ],
)
def test_what_is_damaged_is_said_to_be(damaged: bytes) -> None:
    with pytest.raises(ValueError, match="the stored observation is damaged"):
        codec.decode(damaged, seen_at=T0)


def test_reasons_are_stable_words() -> None:
    assert codec._decoder(Reason)("timed-out") is Reason.TIMED_OUT
