"""Topic modems: cellular modems of routers and the SIMs in them. Pure.

No standard MIB has them. The tables are data, one row a maker; what a cell is follows
from what it holds: an IMEI has a check digit (3GPP TS 23.003), an ICCID begins with 89
(ITU-T E.118), an IMSI with the country of its network (ITU-T E.212). So firmware that
counts its columns otherwise tells less, and never a wrong number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stdnum import luhn

from collectors.facts import Modem
from collectors.ports import Oid, Value
from collectors.snmp.smi_values import oid, some_text
from collectors.snmp.topic import Cells, Group, Topic, columns

_IMEI = re.compile(r"[0-9]{15}")
_ICCID = re.compile(r"89[0-9]{16,18}")
_IMSI = re.compile(r"[2-7][0-9]{13,14}")
_MSISDN = re.compile(r"\+?[1-9][0-9]{6,14}")
_GAPS = re.compile(r"[\s\-]")


@dataclass(frozen=True, slots=True)
class ModemTable:
    """A table of modems.

    Attributes:
        source: MIB and table.
        entry: Its row object.
        numbers: Columns in which IMEI, ICCID or IMSI may stand.
        msisdn: Column of the telephone number; 0: there is none.
        maker: Column of the maker of the modem; 0: there is none.
        model: Column of its model; 0: there is none.
        firmware: Column of its firmware; 0: there is none.
        operator: Column of the network it is in; 0: there is none.
    """

    source: str
    entry: Oid
    numbers: tuple[int, ...]
    msisdn: int = 0
    maker: int = 0
    model: int = 0
    firmware: int = 0
    operator: int = 0

    @property
    def asked(self) -> tuple[int, ...]:
        """All columns that are read."""
        more = (self.msisdn, self.maker, self.model, self.firmware, self.operator)
        return tuple(sorted({*self.numbers, *more} - {0}))


TABLES = (
    ModemTable(
        "TELTONIKA-MIB modemTable",
        oid("1.3.6.1.4.1.48690.2.2.1"),
        numbers=(3, 8, 27),
        maker=5,
        model=4,
        firmware=6,
        operator=13,
    ),
    ModemTable(
        "MIKROTIK-MIB mtxrLTEModemTable",
        oid("1.3.6.1.4.1.14988.1.1.16.1.1"),
        numbers=(11, 12, 13),
    ),
    ModemTable(
        "CISCO-WAN-3G-MIB c3gGsmIdentityTable",
        oid("1.3.6.1.4.1.9.9.661.1.3.1.1"),
        numbers=(1, 2, 3),
        msisdn=4,
    ),
    ModemTable(
        "MDS-IF-CELL-MIB mIfCellStatusTable",
        oid("1.3.6.1.4.1.4130.10.2.1.1.2.1.1"),
        numbers=(1, 2, 3, 4),
    ),
)

TOPIC = Topic("modems", tuple(Group(columns(one.entry, *one.asked)) for one in TABLES))


def parse_modems(cells: Cells) -> tuple[Modem, ...]:
    """Return the modems that say who they are; an empty slot is none."""
    return tuple(_modems(cells))


def _modems(cells: Cells) -> Iterator[Modem]:
    for table in TABLES:
        for index, row in cells.rows(table.entry, *table.asked):
            told = _told(row, table.numbers)
            if told:
                yield Modem(
                    index=".".join(map(str, index)),
                    imei=told.get("imei"),
                    iccid=told.get("iccid"),
                    imsi=told.get("imsi"),
                    msisdn=_msisdn(row.get(table.msisdn)),
                    manufacturer=some_text(row.get(table.maker)),
                    model=some_text(row.get(table.model)),
                    firmware=some_text(row.get(table.firmware)),
                    network=some_text(row.get(table.operator)),
                    source=table.source,
                )


def _told(row: Mapping[int, Value], numbers: tuple[int, ...]) -> dict[str, str]:
    """Return the numbers of a row by what they are; the first of each kind counts."""
    found: dict[str, str] = {}
    for column in numbers:
        text = _GAPS.sub("", some_text(row.get(column)) or "").upper()
        digits = text.removesuffix("F")
        kind = _kind_of(digits, found)
        if kind:
            found[kind] = digits
    return found


def _kind_of(digits: str, found: Mapping[str, str]) -> str | None:
    if _ICCID.fullmatch(digits):
        kind = "iccid"
    elif not digits.strip("0"):
        return None
    elif _IMEI.fullmatch(digits) and luhn.is_valid(digits) and "imei" not in found:
        kind = "imei"
    elif _IMSI.fullmatch(digits):
        kind = "imsi"
    else:
        return None
    return None if kind in found else kind


def _msisdn(value: Value | None) -> str | None:
    text = _GAPS.sub("", some_text(value) or "")
    if not _MSISDN.fullmatch(text):
        return None
    return text if text.startswith("+") else f"+{text}"
