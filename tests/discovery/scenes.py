"""Small networks made by hand, for scans without sockets."""

from __future__ import annotations

from typing import Any

from tests.discovery.fakes import box, lldp, mac, switch


def computers(count: int) -> dict[str, Any]:
    return {
        f"10.0.0.{n}": box(serial=f"SER{n:04}", name=f"pc{n}", macs=[mac(n)])
        for n in range(1, count + 1)
    }


def office_floor() -> dict[str, Any]:
    """Two switches, a phone and a computer on one port, one host that only pings."""
    phone, behind, pinged = mac(9001), mac(9002), mac(9003)
    core = switch(
        "10.0.0.1",
        100,
        4,
        fdb=[(mac(200), 1, 1), (phone, 1, 20), (behind, 1, 10), (pinged, 2, 10)],
        arp=[("10.0.0.9", pinged), ("10.0.0.8", behind)],
        neighbours=[lldp(1, mac(200), "Gi1/0/3", name="sw200", ip="10.0.0.2")],
    )
    access = switch(
        "10.0.0.2",
        200,
        4,
        fdb=[(mac(100), 3, 1), (phone, 4, 20), (behind, 4, 10), (pinged, 3, 10)],
        neighbours=[
            lldp(3, mac(100), "Gi1/0/1", name="sw100"),
            lldp(4, phone, phone, name="tel", capabilities=["telephone"]),
            lldp(2, mac(7777), "x", name="other", ip="192.0.2.1"),
        ],
    )
    return {"10.0.0.1": core, "10.0.0.2": access, "10.0.0.9": None}
