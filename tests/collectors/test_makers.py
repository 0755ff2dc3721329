"""Who bought a block of MAC addresses."""

from __future__ import annotations

import pytest

from collectors.mac_vendors import maker_of


@pytest.mark.parametrize(
    ("mac", "maker"),
    [
        ("00:1b:54:aa:bb:cc", "Cisco Systems, Inc"),
        ("001b54aabbcc", "Cisco Systems, Inc"),
        ("02:1b:54:aa:bb:cc", None),
        ("01:00:5e:00:00:01", None),
        ("not a mac", None),
        ("", None),
    ],
)
def test_the_block_of_an_address_tells_its_buyer(mac: str, maker: str | None) -> None:
    assert maker_of(mac) == maker
