"""Forwarding tables that an agent keeps once per VLAN (Cisco IOS, CatOS, NX-OS).

BRIDGE-MIB has no VLANs, so these agents show one instance of it per VLAN: under the
community `community@vlan`, or the SNMPv3 context `vlan-<n>`. Bridge port numbers
differ between them, so the port map is read in each as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from collectors.errors import CollectError, TimedOut, Unsupported
from collectors.facts import FdbEntry, Problem, Reason
from collectors.patience import listening
from collectors.ports import Oid, Snmp, Table
from collectors.sentences import N_
from collectors.snmp.switching.fdb import FDB_ENTRY, parse_context
from collectors.snmp.switching.port_map import BASE_PORT_IF_INDEX, PortMap, base_ports
from collectors.snmp.topic import Cells, columns
from collectors.snmp.topics.system import BASE_BRIDGE_ADDRESS, SYS_UPTIME

_COLUMNS: tuple[Oid, ...] = (*columns(FDB_ENTRY, 2, 3), BASE_PORT_IF_INDEX)
_SPELLINGS = ("{}", "vlan-{}")
_SILENT = (Reason.TIMED_OUT, Reason.AUTH_FAILED, Reason.UNREACHABLE)
_LIMIT = 1000
"""VLANs read on one switch."""


async def read_per_vlan(
    session: Snmp,
    vlans: Sequence[int],
    ports: PortMap,
    *,
    parallel: int,
    patience: float,
) -> tuple[list[FdbEntry], Problem | None]:
    """Return the rows of all VLANs, and what kept some of them from being read.

    The first VLAN shows whether and how the agent takes contexts; an agent that
    does not answer there within `patience` seconds is not asked for the others.
    """
    if not vlans:
        return [], None
    try:
        spelling = await _spelling(session, vlans[0], patience)
    except CollectError as error:
        return [], error.as_problem("snmp:fdb")
    tables: list[Table] = []
    for at in range(0, min(len(vlans), _LIMIT), parallel):
        batch = vlans[at : at + parallel]
        answers = await asyncio.gather(*(_read(session, spelling, v) for v in batch))
        tables += answers
        if all(_is_silent(answer) for answer in answers):
            break
    entries = [
        entry
        for vlan, answer in zip(vlans, tables, strict=False)
        for entry in _entries(answer, vlan, ports)
    ]
    problems = [answer.problem for answer in tables if answer.problem is not None]
    return entries, problems[0] if problems else None


async def _spelling(session: Snmp, vlan: int, patience: float) -> str:
    """Return how the agent spells its contexts.

    An unknown SNMPv3 context is refused at once, an unknown community never
    answered: after silence no further spelling is worth the wait.

    Raises:
        CollectError: It takes none.
    """
    refusal: CollectError = Unsupported(N_("the agent has no contexts for VLANs"))
    for spelling in _SPELLINGS:
        inner = session.with_context(spelling.format(vlan))
        try:
            expected = inner.get((BASE_BRIDGE_ADDRESS, SYS_UPTIME))
            async with listening(patience):
                if await expected:
                    return spelling
        except TimeoutError:
            raise TimedOut(
                N_("no answer in a context within {patience} s"),
                patience=f"{patience:.1f}",
            ) from None
        except TimedOut:
            raise
        except CollectError as error:
            refusal = error
        finally:
            await inner.close()
    raise refusal


async def _read(session: Snmp, spelling: str, vlan: int) -> Table:
    inner = session.with_context(spelling.format(vlan))
    try:
        return await inner.walk(_COLUMNS)
    finally:
        await inner.close()


def _is_silent(table: Table) -> bool:
    return table.problem is not None and table.problem.reason in _SILENT


def _entries(table: Table, vlan: int, ports: PortMap) -> list[FdbEntry]:
    inner = PortMap(
        ports.interfaces,
        ports.base | base_ports(table.columns.get(BASE_PORT_IF_INDEX, {})),
    )
    return list(parse_context(Cells(tables=dict(table.columns)), inner, vlan))
