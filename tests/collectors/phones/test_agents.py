"""User-Agent headers: the shapes are data, the MAC is found in any of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import macs
from collectors.user_agents import AgentReading, build_shapes, find_mac, read_agent

SHAPES = build_shapes(
    [
        {
            "pattern": r"^Acme (?P<model>A\d+) (?P<firmware>[\d.]+)",
            "vendor": "Acme",
            "kind": "phone",
        },
        {"pattern": r"^(?P<vendor>\w+)-GW SN/(?P<serial>\w+)", "kind": "gateway"},
    ]
)


def test_named_groups_become_the_fields() -> None:
    assert read_agent("Acme A12 1.2.3 805ec0112233", SHAPES) == AgentReading(
        vendor="Acme",
        model="A12",
        firmware="1.2.3",
        mac="80:5e:c0:11:22:33",
        kind="phone",
    )
    assert read_agent("Bolt-GW SN/X1", SHAPES) == AgentReading(
        vendor="Bolt", serial="X1", kind="gateway"
    )


def test_an_unknown_agent_still_gives_its_mac() -> None:
    assert read_agent("Other/1 (MAC:c8-1f-ea-83-e8-5a)") == AgentReading(
        mac="c8:1f:ea:83:e8:5a"
    )


@pytest.mark.parametrize(
    ("text", "mac"),
    [
        ("snom710-SIP 8.7.5.35 000413741767)", "00:04:13:74:17:67"),
        ("IP PRO/83.V2.11.0+build.a546b91;7C2F80E0D605", "7c:2f:80:e0:d6:05"),
        ("Mitel6930 MAC:14-00-E9-1E-DB-52 V:6.4.0", "14:00:e9:1e:db:52"),
        ("VVX_400-UA/4.1.4.7430", None),
        ("build 202411230815", None),
        ("0123456789abcdef0123", None),
        ("ff:ff:ff:ff:ff:ff", None),
    ],
)
def test_macs_are_told_from_other_numbers(text: str, mac: str | None) -> None:
    assert find_mac(text) == mac


@pytest.mark.parametrize("row", [{}, {"pattern": "("}])
def test_a_broken_row_is_named(row: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="user agent row 1"):
        build_shapes([row])


@given(st.text(max_size=600))
def test_any_text_gives_a_reading(text: str) -> None:
    mac = read_agent(text, SHAPES).mac
    assert mac is None or macs.identifies(mac)
