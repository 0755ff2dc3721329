"""Observations kept and put over each other: nothing empty erases anything."""

from __future__ import annotations

import dataclasses
import json
import typing
import zlib
from dataclasses import replace
from types import NoneType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors import facts
from collectors.facts import (
    ArpEntry,
    Clue,
    FdbEntry,
    Hardware,
    HostKey,
    Interface,
    MedInventory,
    Neighbour,
    Observation,
    Poe,
    Software,
    System,
)
from discovery.observations import codec
from discovery.observations.overlay import fold, overlay
from tests.discovery.fakes import HOUR, T0, box, mac

_text = st.one_of(st.none(), st.text(max_size=8))
_number = st.one_of(st.none(), st.integers(0, 2**40))


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    """Observations with a little of everything that is stored."""
    names = draw(st.lists(st.text(min_size=1, max_size=4), max_size=4, unique=True))
    return Observation(
        address="10.0.0.1",
        collector="snmp",
        seen_at=T0 + draw(st.integers(0, 9)) * HOUR,
        system=draw(
            st.one_of(
                st.none(),
                st.builds(System, name=_text, services=_number, uptime=st.floats(0, 9)),
            )
        ),
        hardware=draw(
            st.one_of(st.none(), st.builds(Hardware, serial=_text, model=_text))
        ),
        interfaces=tuple(
            Interface(if_index=n, name=name, speed=draw(_number), lower=(n, n + 1))
            for n, name in enumerate(names)
        ),
        neighbours=tuple(
            Neighbour(
                protocol="lldp",
                chassis_id=name,
                capabilities=("bridge",),
                med=MedInventory(serial=name, policies=((1, 20),)),
            )
            for name in names
        ),
        software=tuple(Software(name=name, version=draw(_text)) for name in names),
        host_keys=tuple(
            HostKey(algorithm="ssh-ed25519", fingerprint=name) for name in names[:1]
        ),
        clues=tuple(Clue("object", name, f"snmp {name}") for name in names),
        reads=frozenset(draw(st.sets(st.sampled_from(["interfaces", "neighbours"])))),
    )


def steady(seen: Observation) -> Observation:
    """What is left of an observation when it is stored."""
    system = seen.system
    if system is not None:
        system = replace(system, uptime=None, engine_boots=None)
    return replace(
        seen,
        latency=None,
        system=system,
        interfaces=tuple(replace(i, last_change=None) for i in seen.interfaces),
        fdb=(),
        arp=(),
        problems=(),
    )


@given(observations())
@settings(max_examples=100, deadline=None)
def test_what_is_stored_is_read_back(seen: Observation) -> None:
    digest, stored = codec.encode(seen)
    assert codec.decode(stored, seen_at=seen.seen_at) == steady(seen)
    assert digest == codec.digest(replace(seen, seen_at=T0 + 99 * HOUR, latency=1.0))


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 9)), max_size=9))
def test_tables_of_learned_addresses_are_read_back_whatever_their_order(
    rows: list[tuple[int, int]],
) -> None:
    fdb = tuple(FdbEntry(mac=mac(n), if_index=p, vlan=p or None) for n, p in rows)
    arp = tuple(ArpEntry(ip=f"10.0.0.{p}", mac=mac(n)) for n, p in rows)
    assert codec.encode_fdb(fdb) == codec.encode_fdb(fdb[::-1])
    assert sorted(codec.decode_fdb(codec.encode_fdb(fdb)), key=str) == sorted(
        fdb, key=str
    )
    assert sorted(codec.decode_arp(codec.encode_arp(arp)), key=str) == sorted(
        arp, key=str
    )


def test_power_of_a_port_without_a_number_is_read_back() -> None:
    """Switches that number their power ports apart from their interfaces."""
    seen = replace(box(serial="AX17"), poe=(Poe(port="1/1", delivering=True),))
    _, stored = codec.encode(seen)
    assert codec.decode(stored, seen_at=T0).poe == seen.poe


def test_no_fact_that_may_be_absent_is_required() -> None:
    """What is absent is not stored: reading it back has to do without."""
    required = {
        f"{record.__name__}.{field.name}"
        for record in vars(facts).values()
        if isinstance(record, type) and dataclasses.is_dataclass(record)
        for field in dataclasses.fields(record)
        if field.default is field.default_factory is dataclasses.MISSING
        and NoneType in typing.get_args(typing.get_type_hints(record)[field.name])
    }
    assert required == set()


def test_damaged_bytes_are_an_error_that_says_so() -> None:
    with pytest.raises(ValueError, match="damaged"):
        codec.decode(b"nonsense", seen_at=T0)


def test_what_a_later_release_added_is_passed_over() -> None:
    _, stored = codec.encode(box(serial="AX17"))
    content = json.loads(zlib.decompress(stored)) | {"from_the_future": 1}
    known = codec.decode(zlib.compress(json.dumps(content).encode()), seen_at=T0)
    assert known.hardware is not None
    assert known.hardware.serial == "AX17"


@given(observations(), observations())
@settings(max_examples=100, deadline=None)
def test_the_newer_one_wins_and_nothing_empty_erases(
    old: Observation, new: Observation
) -> None:
    merged = overlay(old, new)
    for name in ("interfaces", "neighbours", "software"):
        before, said, after = (getattr(o, name) for o in (old, new, merged))
        assert set(said) <= set(after)
        if not said:
            assert after == before
        elif name in new.reads:
            assert after == said
    for name in ("serial", "model"):
        values = [getattr(o.hardware, name, None) for o in (old, new, merged)]
        assert (values[2] or None) == (values[1] or values[0] or None)


@given(observations(), observations())
@settings(max_examples=60, deadline=None)
def test_merging_again_changes_nothing(old: Observation, new: Observation) -> None:
    once = overlay(old, new)
    assert overlay(once, new) == once
    assert overlay(new, new) == new


@given(st.lists(observations(), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_the_order_in_which_they_came_does_not_matter(seen: list[Observation]) -> None:
    distinct = [replace(o, seen_at=T0 + n * HOUR) for n, o in enumerate(seen)]
    assert fold(distinct[::-1]) == fold(distinct)
