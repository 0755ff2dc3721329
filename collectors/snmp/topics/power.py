"""Uninterruptible supplies and power distribution: model, serial, battery, load. Pure.

UPS-MIB (RFC 1628; it has no serial number) and PowerNet-MIB. The objects are data:
a vendor is added with a row in `IDENTITIES` or `GAUGES`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.facts import Hardware, Measure
from collectors.ports import Oid
from collectors.snmp.smi_values import number, oid, some_text
from collectors.snmp.topic import Cells, Group, Topic, columns


@dataclass(frozen=True, slots=True)
class Identity:
    """Instances that name a unit; empty where the vendor has none."""

    source: str
    manufacturer: Oid = ()
    model: Oid = ()
    serial: Oid = ()
    firmware: Oid = ()


@dataclass(frozen=True, slots=True)
class Gauge:
    """An instance with a number, and what to multiply it with."""

    instance: Oid
    name: str
    unit: str
    scale: float = 1.0


IDENTITIES = (
    Identity(
        "snmp PowerNet-MIB upsAdvIdent",
        model=oid("1.3.6.1.4.1.318.1.1.1.1.1.1.0"),
        serial=oid("1.3.6.1.4.1.318.1.1.1.1.2.3.0"),
        firmware=oid("1.3.6.1.4.1.318.1.1.1.1.2.1.0"),
    ),
    Identity(
        "snmp PowerNet-MIB rPDU2Ident",
        model=oid("1.3.6.1.4.1.318.1.1.26.2.1.8.1"),
        serial=oid("1.3.6.1.4.1.318.1.1.26.2.1.9.1"),
        firmware=oid("1.3.6.1.4.1.318.1.1.26.2.1.6.1"),
    ),
    Identity(
        "snmp PowerNet-MIB rPDUIdent",
        model=oid("1.3.6.1.4.1.318.1.1.12.1.5.0"),
        serial=oid("1.3.6.1.4.1.318.1.1.12.1.6.0"),
        firmware=oid("1.3.6.1.4.1.318.1.1.12.1.3.0"),
    ),
    Identity(
        "snmp UPS-MIB upsIdent",
        manufacturer=oid("1.3.6.1.2.1.33.1.1.1.0"),
        model=oid("1.3.6.1.2.1.33.1.1.2.0"),
        firmware=oid("1.3.6.1.2.1.33.1.1.3.0"),
    ),
)
GAUGES = (
    Gauge(oid("1.3.6.1.2.1.33.1.2.2.0"), "seconds-on-battery", "seconds"),
    Gauge(oid("1.3.6.1.2.1.33.1.2.3.0"), "battery-runtime", "seconds", 60.0),
    Gauge(oid("1.3.6.1.2.1.33.1.2.4.0"), "battery-charge", "percent"),
    Gauge(oid("1.3.6.1.4.1.318.1.1.1.2.2.1.0"), "battery-charge", "percent"),
    Gauge(oid("1.3.6.1.4.1.318.1.1.1.2.2.3.0"), "battery-runtime", "seconds", 0.01),
    Gauge(oid("1.3.6.1.4.1.318.1.1.1.4.2.3.0"), "load", "percent"),
    Gauge(oid("1.3.6.1.4.1.318.1.1.26.4.3.1.5.1"), "power", "W", 10.0),
    Gauge(oid("1.3.6.1.4.1.318.1.1.12.1.16.0"), "power", "W"),
)
"""The first answer to a name counts: standard objects before vendors'."""

OUTPUT_ENTRY = oid("1.3.6.1.2.1.33.1.4.4.1")
TOPIC = Topic(
    "power",
    (Group(columns(OUTPUT_ENTRY, 4, 5)),),
    tuple(
        instance
        for unit in IDENTITIES
        for instance in (unit.manufacturer, unit.model, unit.serial, unit.firmware)
        if instance
    )
    + tuple(gauge.instance for gauge in GAUGES),
)


def parse_power_unit(cells: Cells) -> Hardware | None:
    """Return what names the unit, put together from all that answer; else None."""
    found: dict[str, str] = {}
    sources = []
    for unit in IDENTITIES:
        texts = {
            "manufacturer": some_text(cells.scalar(unit.manufacturer)),
            "model": some_text(cells.scalar(unit.model)),
            "serial": some_text(cells.scalar(unit.serial)),
            "firmware": some_text(cells.scalar(unit.firmware)),
        }
        fresh = {k: v for k, v in texts.items() if v and k not in found}
        if fresh:
            found |= fresh
            sources.append(unit.source)
    if "model" not in found and "serial" not in found:
        return None
    return Hardware(**found, source=sources[0])


def parse_power_measures(cells: Cells) -> tuple[Measure, ...]:
    """Return battery, load and power; values below zero mean unknown."""
    found: dict[str, Measure] = {}
    for measure in (*_gauges(cells), *_outputs(cells)):
        found.setdefault(measure.name, measure)
    return tuple(found.values())


def _gauges(cells: Cells) -> Iterator[Measure]:
    for gauge in GAUGES:
        value = number(cells.scalar(gauge.instance))
        if value is not None and value >= 0:
            scaled = round(value * gauge.scale, 3)
            yield Measure(name=gauge.name, value=scaled, unit=gauge.unit)


def _outputs(cells: Cells) -> Iterator[Measure]:
    """Yield load and power of the output lines: the fullest line, the sum of power."""
    rows = [row for _, row in cells.rows(OUTPUT_ENTRY, 4, 5)]
    loads = [n for row in rows if (n := number(row.get(5))) is not None and n >= 0]
    watts = [n for row in rows if (n := number(row.get(4))) is not None and n >= 0]
    if loads:
        yield Measure(name="load", value=float(max(loads)), unit="percent")
    if watts:
        yield Measure(name="power", value=float(sum(watts)), unit="W")
