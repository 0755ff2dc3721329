"""Who answered at an address first, and was read there later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from collectors.facts import Clue, Observation
from discovery.matching.clusters import Record
from discovery.matching.identifiers import identifiers_of
from discovery.matching.match import resolve
from tests.discovery.fakes import T0, box, mac

SAYS = (
    Clue("announced", "LaserJet", "ipp model"),
    Clue("http-title", "LaserJet", "http 80 title"),
)


def record(key: str, days: float, *observations: Observation) -> Record:
    at = T0 + timedelta(days=days)
    seen = [replace(o, address="10.0.0.9", seen_at=at) for o in observations]
    return Record(key, frozenset(identifiers_of(seen)), "", "10.0.0.9", at)


def said(*clues: Clue) -> Observation:
    return Observation(address="", collector="probe", seen_at=T0, clues=clues)


def count(*records: Record) -> int:
    return len(resolve(records).groups)


def test_who_says_the_same_there_is_still_there() -> None:
    read = box(serial="S1", macs=[mac(1)])
    first = record("first", 0, said(*SAYS))
    assert count(first, record("later", 90, read, said(*SAYS))) == 1
    other = Clue("announced", "OfficeJet", "ipp model")
    assert count(first, record("later", 90, read, said(*SAYS, other))) == 2


def test_what_any_server_says_is_no_sign() -> None:
    read = box(serial="S1", macs=[mac(1)])
    one = Clue("http-server", "nginx", "http 80 Server")
    first, later = record("first", 0, said(one)), record("x", 40, read, said(one))
    assert count(first, later) == 2


def test_who_said_nothing_is_who_is_read_there_within_a_month() -> None:
    read, silent = box(serial="S1", macs=[mac(1)]), said()
    assert count(record("first", 0, silent), record("later", 20, read)) == 1
    assert count(record("first", 0, silent), record("later", 40, read)) == 2
    assert count(record("first", 0, read), record("later", 20, silent)) == 2
