"""Topic supplies: a printer's serial, supplies, trays and page count. Pure.

Printer-MIB (RFC 3805), HOST-RESOURCES-MIB for the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from collectors.facts import Hardware, Measure, Supply
from collectors.ports import Value
from collectors.snmp.smi_values import number, oid, some_text
from collectors.snmp.topic import Cells, Group, Topic, columns
from collectors.snmp.topics.host import DEVICE_ENTRY

GENERAL_ENTRY = oid("1.3.6.1.2.1.43.5.1.1")
LIFE_COUNT = oid("1.3.6.1.2.1.43.10.2.1.4")
SUPPLY_ENTRY = oid("1.3.6.1.2.1.43.11.1.1")
COLORANT = oid("1.3.6.1.2.1.43.12.1.1.4")
INPUT_ENTRY = oid("1.3.6.1.2.1.43.8.2.1")
_PRINTER = oid("1.3.6.1.2.1.25.3.1.5")

_SUPPLY = (3, 5, 6, 7, 8, 9)
_FAMILY = columns(SUPPLY_ENTRY, *_SUPPLY) + columns(GENERAL_ENTRY, 16, 17)
TOPIC = Topic(
    "supplies",
    (
        Group(columns(GENERAL_ENTRY, 16, 17)),
        Group(columns(SUPPLY_ENTRY, *_SUPPLY)),
        Group((LIFE_COUNT,), needs=_FAMILY),
        Group((COLORANT,), needs=_FAMILY),
        Group(columns(INPUT_ENTRY, 9, 10, 13, 18), needs=_FAMILY),
        Group(columns(DEVICE_ENTRY, 2, 3), needs=_FAMILY),
    ),
)

_KINDS = {
    3: "toner",
    4: "waste-toner",
    5: "ink",
    6: "ink-cartridge",
    7: "ribbon",
    8: "waste-ink",
    9: "drum",
    10: "developer",
    11: "fuser-oil",
    12: "solid-ink",
    15: "fuser",
    18: "cleaner",
    20: "transfer-unit",
    21: "toner",
    32: "staples",
}
"""PrtMarkerSuppliesTypeTC."""
_PERCENT = 19
_STATES = {-1: "unrestricted", -2: "unknown", -3: "some-left"}


def parse_supplies(cells: Cells) -> tuple[Supply, ...]:
    """Return the supplies; negative levels are states, never percentages."""
    colours = {i: some_text(v) for i, v in cells.column(COLORANT).items()}
    found = []
    for index, row in cells.rows(SUPPLY_ENTRY, *_SUPPLY):
        colour = colours.get((index[0], number(row.get(3)) or 0))
        kind = _KINDS.get(number(row.get(5)) or 0, "other")
        level, state = _level(row)
        name = some_text(row.get(6)) or " ".join(filter(None, (colour, kind)))
        found.append(Supply(name=name, kind=kind, level=level, state=state))
    return tuple(found)


def _level(row: Mapping[int, Value]) -> tuple[float | None, str]:
    """Return percent left and state.

    The level counts in units of its own up to a maximum; -2 as the maximum means it
    is unknown, and then only a level in percent says anything.
    """
    level, most = number(row.get(9)), number(row.get(8))
    if level is None or level < 0:
        return None, _STATES.get(-2 if level is None else level, "unknown")
    if level == 0:
        return 0.0, "empty"
    if most is not None and most > 0:
        return min(100.0, round(100 * level / most, 1)), "ok"
    if number(row.get(7)) == _PERCENT and level <= 100:
        return float(level), "ok"
    return None, "ok"


def parse_printer(cells: Cells) -> Hardware | None:
    """Return serial and model of a printer, None if this is none."""
    if not cells.has(_FAMILY):
        return None
    for index, row in cells.rows(GENERAL_ENTRY, 16, 17):
        serial, name = some_text(row.get(17)), some_text(row.get(16))
        model = some_text(cells.column((*DEVICE_ENTRY, 3)).get(index[:1]))
        if serial or model:
            return Hardware(
                model=model or name, serial=serial, source="snmp Printer-MIB"
            )
    for _, row in cells.rows(DEVICE_ENTRY, 2, 3):
        if row.get(2) == _PRINTER and some_text(row.get(3)):
            return Hardware(model=some_text(row.get(3)), source="snmp hrDeviceDescr")
    return None


def parse_counts(cells: Cells) -> tuple[Measure, ...]:
    """Return pages printed in the printer's life, and how full the trays are."""
    return (*_pages(cells), *_trays(cells))


def _pages(cells: Cells) -> Iterator[Measure]:
    for index, value in sorted(cells.column(LIFE_COUNT).items()):
        pages = number(value)
        if pages is not None and pages >= 0:
            name = "page-count" if index[-1] == 1 else f"page-count-{index[-1]}"
            yield Measure(name=name, value=float(pages), unit="pages")


def _trays(cells: Cells) -> Iterator[Measure]:
    for index, row in cells.rows(INPUT_ENTRY, 9, 10, 13, 18):
        level, most = number(row.get(10)), number(row.get(9))
        if level is None or most is None or level < 0 or most <= 0:
            continue
        name = some_text(row.get(13)) or some_text(row.get(18)) or str(index[-1])
        percent = min(100.0, round(100 * level / most, 1))
        yield Measure(name=f"tray {name}", value=percent, unit="percent")
