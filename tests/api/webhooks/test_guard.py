"""Which addresses may be called: none of the inside, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.webhooks.address_guard import AddressRefused, Guard

INSIDE = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_the_inside_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        Guard().judge(address, secure=True)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111"])
def test_a_public_address_is_called_by_tls_only(address: str) -> None:
    Guard().judge(address, secure=True)
    with pytest.raises(AddressRefused, match="https"):
        Guard().judge(address, secure=False)


def test_a_private_network_can_be_allowed_and_no_other_with_it() -> None:
    guard = Guard(["10.1.0.0/24", "192.168.5.10-192.168.5.12"])
    guard.judge("10.1.0.7", secure=False)
    guard.judge("::ffff:10.1.0.7", secure=False)
    guard.judge("192.168.5.11", secure=True)
    for address in ("10.1.1.7", "192.168.5.13", "127.0.0.1", "169.254.169.254"):
        with pytest.raises(AddressRefused):
            guard.judge(address, secure=True)


def test_one_bad_address_makes_the_name_bad() -> None:
    assert Guard().judge_all(["8.8.8.8", "1.1.1.1"], secure=True) == "8.8.8.8"
    with pytest.raises(AddressRefused):
        Guard().judge_all(["8.8.8.8", "127.0.0.1"], secure=True)
    with pytest.raises(AddressRefused, match="no address"):
        Guard().judge_all([], secure=True)


@given(st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="fc00::/7"))
def test_no_private_address_is_ever_called(address: object) -> None:
    with pytest.raises(AddressRefused):
        Guard().judge(str(address), secure=True)
