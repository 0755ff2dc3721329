from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery.identity.clean_text import (
    MAX_TEXT,
    clean,
    is_encoded,
    is_placeholder,
    key,
    release,
    useful,
)
from discovery.identity.evidence import unhex, without_host


@given(st.text(max_size=5000))
def test_cleaned_text_is_one_bounded_printable_line(raw: str) -> None:
    text = clean(raw)
    assert len(text) <= MAX_TEXT
    assert "\n" not in text
    assert "\x00" not in text
    assert text == text.strip()
    assert clean(text) == text


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "N/A",
        "0",
        "unknown",
        "Not Specified",
        "To Be Filled By O.E.M.",
        "Default string",
        "XXXXXXXX",
        "0000000000",
        "...",
        "<private>",
        "System Serial Number",
    ],
)
def test_values_that_stand_for_nothing_are_no_answers(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize("value", ["FOC1426Y2AY", "C9300-48P", "17.9.4", "2", "A1"])
def test_short_real_values_are_answers(value: str) -> None:
    assert not is_placeholder(value)


def test_two_spellings_of_a_value_have_one_key() -> None:
    assert key("WS-C2960X-48FPD-L") == key("ws c2960x 48fpd l")


def test_useful_keeps_order_and_drops_doubles() -> None:
    assert useful(["N/A", "B-1", "b1", "A-2"]) == ["B-1", "A-2"]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Linux cisco-sw1 5.10.0-8 #1 SMP x86_64", "Linux 5.10.0-8 #1 SMP x86_64"),
        ("FreeBSD fortigate.example 12.1-RELEASE", "FreeBSD 12.1-RELEASE"),
        ("Linux 2.6.32.68 #1 mips", "Linux 2.6.32.68 #1 mips"),
        ("Linux", "Linux"),
        ("Cisco IOS Software", "Cisco IOS Software"),
    ],
)
def test_a_host_name_is_taken_out_of_uname_text(told: str, kept: str) -> None:
    assert without_host(told) == kept


@pytest.mark.parametrize(
    ("spelled", "text"),
    [
        (b"V1.2.3\r\n".hex(), "V1.2.3\r\n"),
        (b"RB750\0\0\0".hex(), "RB750   "),
        (b"ABCDEF".hex(), b"ABCDEF".hex()),
        ("00a0b1c2d3e4", "00a0b1c2d3e4"),
        ("112233445566", "112233445566"),
        ("S123", "S123"),
    ],
)
def test_hex_of_padded_text_is_read_back(spelled: str, text: str) -> None:
    assert unhex(spelled) == text


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("Agent 8 v8.00", "8.00"),
        ("Box-501E v5.6.4,build1575,180425 (GA)", "5.6.4"),
        ("1.0.7, Mon, 04 Dec 2017 10:31:09", "1.0.7"),
        ("15.2(4)M6", "15.2(4)M6"),
        ("5.2.1 (25684)", "5.2.1 (25684)"),
        ("V100R002C01", "V100R002C01"),
        ("", ""),
    ],
)
def test_a_version_is_cut_out_of_the_words_around_it(value: str, told: str) -> None:
    assert release(value) == told


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("0115" + b"VCF9H9KN19940".hex() + "0a32", True),
        (b"VCF9H9KN19940".hex(), False),
        ("4006527440100124", False),
        ("b8a44f96faa4", False),
        ("FOC1426Y2AY", False),
    ],
)
def test_a_text_in_another_coding_is_no_serial_number(
    value: str, encoded: bool
) -> None:
    assert is_encoded(value) is encoded
