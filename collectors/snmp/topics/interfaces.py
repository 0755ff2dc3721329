"""Topic interfaces: ports, their speeds, stacking and aggregates. Pure.

IF-MIB (RFC 2863), EtherLike-MIB (RFC 3635), IEEE8023-LAG-MIB, CISCO-PAGP-MIB.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from collectors.facts import Interface
from collectors.ports import Value
from collectors.snmp.smi_values import mac, number, oid, seconds, text, truth
from collectors.snmp.topic import Cells, Group, Topic, columns

IF_ENTRY = oid("1.3.6.1.2.1.2.2.1")
IFX_ENTRY = oid("1.3.6.1.2.1.31.1.1.1")
IF_DESCR = (*IF_ENTRY, 2)
IF_TYPE = (*IF_ENTRY, 3)
IF_PHYS_ADDRESS = (*IF_ENTRY, 6)
IF_NAME = (*IFX_ENTRY, 1)
IF_ALIAS = (*IFX_ENTRY, 18)
STACK_STATUS = oid("1.3.6.1.2.1.31.1.2.1.3")
DUPLEX_STATUS = oid("1.3.6.1.2.1.10.7.2.1.19")
AGG_ATTACHED = oid("1.2.840.10006.300.43.1.2.1.1.13")
PAGP_GROUP = oid("1.3.6.1.4.1.9.9.98.1.1.1.1.8")

_IF_COLUMNS = (2, 3, 4, 5, 6, 7, 8, 9)
_IFX_COLUMNS = (1, 15, 17, 18)

TOPIC = Topic(
    "interfaces",
    (
        Group(columns(IF_ENTRY, *_IF_COLUMNS)),
        Group(columns(IFX_ENTRY, *_IFX_COLUMNS)),
        Group((STACK_STATUS,)),
        Group((DUPLEX_STATUS,)),
        Group((AGG_ATTACHED,)),
        Group((PAGP_GROUP,)),
    ),
)

_SATURATED = 2**32 - 1
_MEGA = 1_000_000
_DUPLEX = {2: "half", 3: "full"}
_ACTIVE = 1
_LAG_TYPES = frozenset({53, 54, 161})
"""propVirtual, propMultiplexor and ieee8023adLag carry aggregates."""
_PHYSICAL_TYPES = frozenset(
    {6, 7, 9, 15, 18, 19, 26, 30, 37, 39, 55, 56, 62, 69, 71, 94, 96, 97, 117, 127}
    | {128, 129, 157, 188, 199, 205, 237, 238, 250}
)
"""IANAifType values of media with a connector or a radio."""


def parse_interfaces(cells: Cells) -> tuple[Interface, ...]:
    """Return every interface of ifTable and ifXTable.

    Rows that stand in only one of the two tables are returned too.
    """
    basic = _by_index(cells, IF_ENTRY, _IF_COLUMNS)
    extended = _by_index(cells, IFX_ENTRY, _IFX_COLUMNS)
    lower = _lower(cells)
    lags = _lags(cells, lower, basic)
    duplex = cells.column(DUPLEX_STATUS)
    return tuple(
        _interface(
            index,
            basic.get(index, {}),
            extended.get(index, {}),
            duplex=_DUPLEX.get(number(duplex.get((index,))) or 0),
            lag=lags.get(index),
            lower=tuple(sorted(lower.get(index, ()))),
        )
        for index in sorted(basic.keys() | extended.keys())
    )


def _by_index(
    cells: Cells, entry: tuple[int, ...], numbers: tuple[int, ...]
) -> dict[int, dict[int, Value]]:
    return {
        index[0]: row for index, row in cells.rows(entry, *numbers) if len(index) == 1
    }


def _interface(
    index: int,
    basic: Mapping[int, Value],
    extended: Mapping[int, Value],
    *,
    duplex: str | None,
    lag: int | None,
    lower: tuple[int, ...],
) -> Interface:
    descr = text(basic.get(2))
    kind = number(basic.get(3))
    return Interface(
        if_index=index,
        name=text(extended.get(1)) or descr or f"if{index}",
        descr=descr,
        alias=text(extended.get(18)),
        type=kind,
        mtu=number(basic.get(4)),
        speed=speed(number(basic.get(5)), number(extended.get(15))),
        mac=mac(basic.get(6)),
        admin_up=_up(basic.get(7)),
        oper_up=_up(basic.get(8)),
        duplex=duplex,
        lag_if_index=lag,
        lower=lower,
        physical=_physical(kind, truth(extended.get(17))),
        last_change=seconds(basic.get(9)),
    )


def speed(bits: int | None, megabits: int | None) -> int | None:
    """Return bits per second from ifSpeed and ifHighSpeed.

    ifSpeed saturates at 4.29 Gbit/s and is then useless. Some agents put megabits
    into ifSpeed as well, others bits into ifHighSpeed.
    """
    if megabits and megabits >= 10 * _MEGA:
        return megabits
    if megabits and (not bits or bits == megabits or bits > 1000 * _MEGA):
        return megabits * _MEGA
    return bits if bits != _SATURATED else None


def _up(value: Value | None) -> bool | None:
    """Return whether a status is up; testing and unknown are neither."""
    status = number(value)
    if status == 1:
        return True
    return False if status in (2, 5, 6, 7) else None


def _physical(kind: int | None, connector: bool | None) -> bool | None:
    if kind is None:
        return connector
    if kind not in _PHYSICAL_TYPES:
        return False
    return connector if connector is not None else True


def _lower(cells: Cells) -> dict[int, set[int]]:
    """Return the interfaces directly below each interface (ifStackTable)."""
    below: dict[int, set[int]] = defaultdict(set)
    for index, status in cells.column(STACK_STATUS).items():
        if len(index) == 2 and index[0] and index[1] and status == _ACTIVE:
            below[index[0]].add(index[1])
    return below


def _lags(
    cells: Cells,
    lower: Mapping[int, set[int]],
    basic: Mapping[int, Mapping[int, Value]],
) -> dict[int, int]:
    """Return the aggregate of each member: by LACP, by PAgP, else by stacking."""
    lags: dict[int, int] = {}
    for upper, members in lower.items():
        if number(basic.get(upper, {}).get(3)) in (_LAG_TYPES - {53}):
            lags.update(dict.fromkeys(members, upper))
    for column in (PAGP_GROUP, AGG_ATTACHED):
        for index, value in cells.column(column).items():
            aggregate = number(value)
            if aggregate and len(index) == 1 and aggregate != index[0]:
                lags[index[0]] = aggregate
    return {member: lag for member, lag in lags.items() if lag in basic}
