"""The centre's side of what collectors tell beside hosts: logins, notices, machines.

A collector speaks for its site alone: a login at a device elsewhere, or of an account
it was never given, is refused, and what it heard is of its site whatever it says.
"""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from collectors import macs
from collectors.facts import Observation
from collectors.pacing import LockoutGuard
from collectors.snmp.notifications import Notice
from discovery.access import login_guard
from discovery.remote import wire
from inventory.kernel.clean_text import clean_words
from inventory.kernel.errors import Invalid
from inventory.network.findings.dhcp_servers import HeardServer
from inventory.storage.work import Clock
from inventory.vault import lockout, uses

FAILED, SUCCEEDED, KEY, OTHER_KEY = "failed", "succeeded", "key", "other-key"


def apply_login(
    connection: Connection,
    clock: Clock,
    limits: LockoutGuard,
    site: str,
    accounts: Collection[str],
    body: Mapping[str, Any],
) -> None:
    """Count a login, or note a host key, as if it had happened here.

    Args:
        connection: A transaction that writes.
        clock: Present moment as aware UTC.
        limits: From how many failures on an account or a device is off.
        site: The collector's.
        accounts: Names that the collector was given.
        body: As `api.remote.logins` notes it.

    Raises:
        Invalid: It is not of this site, or of no account of it.
    """
    device = str(body.get("device", ""))
    at_site, _, address = device.rpartition("/")
    if at_site != site or not address:
        raise Invalid("That device is at no site of this collector.", where="device")
    what = body.get("what")
    if what in {FAILED, SUCCEEDED}:
        account = str(body.get("account", ""))
        if account not in accounts:
            raise Invalid("That account is not one of this site.", where="account")
        if what == SUCCEEDED:
            lockout.note_success(connection, account, device)
        else:
            detail = str(body.get("detail", ""))[:500]
            login_guard.count_failure(
                connection, clock(), limits, account, device, detail
            )
        return
    where = {"site": site, "address": address}
    key, port = str(body.get("key", ""))[:200], int(body.get("port", 0))
    if what == KEY:
        uses.note_host_key(connection, key, **where, port=port, at=clock())
    elif what == OTHER_KEY:
        known = login_guard.is_of_a_device(connection, site, key)
        note = uses.move_pin if known else uses.note_changed_key
        note(connection, key, **where, port=port, at=clock())
    else:
        raise Invalid("That is nothing a collector notes.", where="what")


def standing(connection: Connection, site: str) -> dict[str, dict[str, int]]:
    """Return the failures of accounts, and of the devices of a site, by name."""
    found: dict[str, dict[str, int]] = {"accounts": {}, "devices": {}}
    for row in lockout.list_failures(connection):
        if row["kind"] == "account":
            found["accounts"][row["subject"]] = row["failures"]
        elif row["subject"].rpartition("/")[0] == site:
            found["devices"][row["subject"]] = row["failures"]
    return found


def notice_of(body: Mapping[str, Any]) -> Notice:
    """Return a notice.

    Raises:
        ValueError: It is none.
    """
    return wire.from_plain(Notice, body)


def machine_of(body: Mapping[str, Any], site: str, ahead: timedelta) -> Observation:
    """Return a machine that was heard, at the site and by the clock of the centre.

    Args:
        body: As the collector noted it.
        site: The collector's.
        ahead: How far the collector's clock is ahead.

    Raises:
        ValueError: It is none.
    """
    found = wire.unpack(Observation, base64.b64decode(str(body.get("packed", ""))))
    return replace(found, site=site, seen_at=found.seen_at - ahead)


def server_of(body: Mapping[str, Any], collector: str) -> HeardServer:
    """Return a DHCP server that was heard, on a segment of a collector.

    Two collectors of a site may both have an `eth0`, in networks of their own.

    Args:
        body: As the collector noted it.
        collector: Its name.

    Raises:
        ValueError: It is none.
        Invalid: Its words cannot be kept.
    """
    said = wire.from_plain(HeardServer, body)
    lease = said.lease_seconds
    return HeardServer(
        segment=f"{collector} {clean_words(str(said.segment)[:50], 'segment')}",
        address=str(ipaddress.ip_address(said.address)),
        mac=macs.from_text(str(said.mac)) if said.mac else None,
        router=str(ipaddress.ip_address(said.router)) if said.router else None,
        name_servers=tuple(str(ipaddress.ip_address(a)) for a in said.name_servers),
        domain=clean_words(str(said.domain)[:255], "domain") if said.domain else None,
        lease_seconds=None if lease is None else min(max(int(lease), 0), 2**31 - 1),
    )
