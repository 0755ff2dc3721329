"""Topic system: who the agent says it is (SNMPv2-MIB, SNMP-FRAMEWORK-MIB). Pure."""

from __future__ import annotations

from collectors.facts import System
from collectors.snmp.smi_values import dotted, mac, number, object_id, oid, some_text
from collectors.snmp.topic import Cells, Group, Topic

SYS_DESCR = oid("1.3.6.1.2.1.1.1.0")
SYS_OBJECT_ID = oid("1.3.6.1.2.1.1.2.0")
SYS_UPTIME = oid("1.3.6.1.2.1.1.3.0")
SYS_CONTACT = oid("1.3.6.1.2.1.1.4.0")
SYS_NAME = oid("1.3.6.1.2.1.1.5.0")
SYS_LOCATION = oid("1.3.6.1.2.1.1.6.0")
SYS_SERVICES = oid("1.3.6.1.2.1.1.7.0")
ENGINE_ID = oid("1.3.6.1.6.3.10.2.1.1.0")
ENGINE_BOOTS = oid("1.3.6.1.6.3.10.2.1.2.0")
ENGINE_TIME = oid("1.3.6.1.6.3.10.2.1.3.0")
HR_SYSTEM_UPTIME = oid("1.3.6.1.2.1.25.1.1.0")
BASE_BRIDGE_ADDRESS = oid("1.3.6.1.2.1.17.1.1.0")
SYS_OR_ID = oid("1.3.6.1.2.1.1.9.1.2")

FIRST = (
    SYS_DESCR,
    SYS_OBJECT_ID,
    SYS_UPTIME,
    SYS_CONTACT,
    SYS_NAME,
    SYS_LOCATION,
    SYS_SERVICES,
    ENGINE_ID,
    ENGINE_BOOTS,
    ENGINE_TIME,
    HR_SYSTEM_UPTIME,
    BASE_BRIDGE_ADDRESS,
)
"""Asked before anything else: they also show whether the agent answers at all."""

TOPIC = Topic("system", (Group((SYS_OR_ID,)),))

_WRAP = 2**32 / 100
"""Seconds after which sysUpTime starts again from zero (497 days)."""
_DEFAULT_LOCATIONS = ("edit /etc/snmp/snmpd.conf", "unknown", "not set")
_DEFAULT_CONTACTS = ("root@localhost", "root <root@localhost>", "me <me@example.org>")


def parse_system(cells: Cells) -> System:
    """Return the system group; placeholders of packaged agents count as empty."""
    named = object_id(cells.scalar(SYS_OBJECT_ID))
    engine_id = cells.scalar(ENGINE_ID)
    return System(
        descr=some_text(cells.scalar(SYS_DESCR)),
        object_id=None if named is None else dotted(named),
        name=some_text(cells.scalar(SYS_NAME)),
        contact=_unless(some_text(cells.scalar(SYS_CONTACT)), _DEFAULT_CONTACTS),
        location=_unless(some_text(cells.scalar(SYS_LOCATION)), _DEFAULT_LOCATIONS),
        services=number(cells.scalar(SYS_SERVICES)),
        uptime=_uptime(cells),
        engine_id=engine_id.hex() if isinstance(engine_id, bytes) else None,
        engine_boots=number(cells.scalar(ENGINE_BOOTS)),
        base_mac=_base_mac(cells),
        or_ids=tuple(
            dotted(value)
            for value in cells.column(SYS_OR_ID).values()
            if isinstance(value, tuple)
        ),
    )


def _unless(value: str | None, placeholders: tuple[str, ...]) -> str | None:
    if value is not None and value.lower().startswith(placeholders):
        return None
    return value


def _uptime(cells: Cells) -> float | None:
    """Return seconds since the agent started, past the wrap of sysUpTime.

    snmpEngineTime counts seconds and does not wrap for 68 years, but some agents
    count it from something else; it is believed when it agrees with sysUpTime
    modulo the wrap, give or take a minute. hrSystemUptime is of the host, not the
    agent, and stands in only if neither is there.
    """
    ticks = cells.scalar(SYS_UPTIME)
    engine = cells.scalar(ENGINE_TIME)
    if not isinstance(ticks, int):
        host = cells.scalar(HR_SYSTEM_UPTIME)
        if isinstance(engine, int):
            return float(engine)
        return host / 100 if isinstance(host, int) else None
    uptime = ticks / 100
    if isinstance(engine, int) and engine > uptime:
        wraps = round((engine - uptime) / _WRAP)
        if abs(uptime + wraps * _WRAP - engine) < 60:
            return round(uptime + wraps * _WRAP, 2)
    return uptime


def _base_mac(cells: Cells) -> str | None:
    base = mac(cells.scalar(BASE_BRIDGE_ADDRESS))
    return None if base == "00:00:00:00:00:00" else base
