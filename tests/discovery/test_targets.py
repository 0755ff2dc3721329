from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery.scan.targets import Span, TargetError, Targets, parse_targets, subtract

NAMES = {"printer.example": ["10.0.0.7"], "dual.example": ["10.0.0.8", "2001:db8::8"]}


def parse(*targets: str, exclude: tuple[str, ...] = (), limit: int = 1000) -> Targets:
    return parse_targets(
        targets, exclude, resolve=lambda name: NAMES.get(name, []), limit=limit
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.0/30", ["10.0.0.1", "10.0.0.2"]),
        ("10.0.0.4/31", ["10.0.0.4", "10.0.0.5"]),
        ("10.0.0.9/32", ["10.0.0.9"]),
        ("10.0.0.5-10.0.0.7", ["10.0.0.5", "10.0.0.6", "10.0.0.7"]),
        ("10.0.0.5-6", ["10.0.0.5", "10.0.0.6"]),
        ("10.0.0.3", ["10.0.0.3"]),
        ("printer.example", ["10.0.0.7"]),
        ("dual.example", ["10.0.0.8", "2001:db8::8"]),
        ("2001:db8::/126", ["2001:db8::", "2001:db8::1", "2001:db8::2", "2001:db8::3"]),
        ("::1", ["::1"]),
    ],
)
def test_every_way_to_write_a_target_is_understood(
    text: str, expected: list[str]
) -> None:
    assert list(parse(text).addresses()) == expected


def test_an_address_named_twice_is_visited_once() -> None:
    found = parse("10.0.0.1-3", "10.0.0.2", "10.0.0.0/29")
    assert list(found.addresses()) == [f"10.0.0.{n}" for n in range(1, 7)]


def test_exclusions_are_never_visited() -> None:
    found = parse("10.0.0.0/29", exclude=("10.0.0.3-4", "printer.example"))
    assert list(found.addresses()) == ["10.0.0.1", "10.0.0.2", "10.0.0.5", "10.0.0.6"]


def test_excluding_a_network_excludes_its_ends_too() -> None:
    assert parse("10.0.0.0", exclude=("10.0.0.0/24",)).size == 0


def test_names_without_an_address_are_reported() -> None:
    assert parse("nowhere.example", "10.0.0.1").unresolved == ("nowhere.example",)


def test_names_and_single_addresses_are_remembered_as_written() -> None:
    found = parse("printer.example", "10.0.0.1", "10.0.1.0/30")
    assert found.named == {"10.0.0.7": "printer.example", "10.0.0.1": "10.0.0.1"}


def test_a_million_addresses_are_refused_with_the_flag_that_raises_the_limit() -> None:
    with pytest.raises(TargetError, match="--max-addresses") as refused:
        parse("10.0.0.0/12", limit=262_144)
    assert "1,048,574 addresses" in str(refused.value)
    assert "262,144" in str(refused.value)


def test_an_ipv6_network_is_counted_without_being_expanded() -> None:
    with pytest.raises(TargetError, match="more than the limit"):
        parse("2001:db8::/64")


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0/33",
        "10.0.0.300",
        "10.0.0.9-10.0.0.5",
        "10.0.0.5-x",
        "a b",
        "",
        "1.2.3",
    ],
)
def test_nonsense_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(TargetError, match="Write") as refused:
        parse(text)
    assert refused.value.where == text


def test_a_scan_can_go_on_where_it_stopped() -> None:
    found = parse("10.0.0.1-3", "10.0.1.1-3")
    whole = list(found.addresses())
    for start in range(7):
        assert list(found.addresses(start)) == whole[start:]
    assert list(found.chunks(4)) == [whole[:4], whole[4:]]


def test_no_targets_is_an_error() -> None:
    with pytest.raises(TargetError, match="nothing to scan"):
        parse()


_spans = st.builds(
    lambda a, b: Span(4, min(a, b), max(a, b)), st.integers(0, 60), st.integers(0, 60)
)


@given(st.lists(_spans, max_size=5), st.lists(_spans, max_size=5))
def test_subtraction_is_that_of_sets(wanted: list[Span], refused: list[Span]) -> None:
    def numbers(spans: list[Span]) -> set[int]:
        return {n for s in spans for n in range(s.first, s.last + 1)}

    left = subtract(wanted, refused)
    assert numbers(left) == numbers(wanted) - numbers(refused)
    assert sum(s.size for s in left) == len(numbers(left))


@given(st.integers(0, 2**32 - 1), st.integers(20, 32))
def test_targets_contain_what_they_yield(number: int, prefix: int) -> None:
    network = ipaddress.ip_network((number, prefix), strict=False)
    found = parse(str(network), limit=5000)
    for address in list(found.addresses())[:50]:
        assert address in found


def test_targets_lie_in_the_networks_of_the_site_names_too() -> None:
    allowed = ("10.1.0.0/16", "10.2.0.10-20")
    resolve = {"inside": ["10.1.2.3"], "outside": ["192.0.2.1"]}.__getitem__
    inside = ("10.1.2.0/24", "10.2.0.11-13", "inside")
    found = parse_targets(inside, resolve=resolve, allowed=allowed)
    assert found.size == 254 + 3
    for text in ("10.0.0.0/8", "10.2.0.19-21", "192.0.2.1", "outside"):
        with pytest.raises(TargetError, match="not in the networks of the site"):
            parse_targets((text,), resolve=resolve, allowed=allowed)


def test_of_an_ipv6_network_what_is_known_is_visited() -> None:
    known = {"2001:db8::/64": ["2001:db8::5", "2001:db8::1"]}
    asked = parse_targets(
        ["2001:db8::/64", "10.0.0.1"],
        ["2001:db8::1"],
        resolve=lambda _: (),
        known=lambda network: known.get(network, []),
    )
    assert list(asked.addresses()) == ["10.0.0.1", "2001:db8::5"]
    small = parse_targets(["2001:db8::/126"], resolve=lambda _: (), known=lambda _: ())
    assert small.size == 4
    with pytest.raises(TargetError, match="known yet"):
        parse_targets(["2001:db8:1::/64"], resolve=lambda _: (), known=lambda _: ())
