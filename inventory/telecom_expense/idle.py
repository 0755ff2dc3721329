"""Extensions, numbers, phones and SIMs that nobody has used for a while.

What telephone systems and switches told decides: a phone counts as used while a system
had it registered or a switch saw its MAC. Imports `network`, `telecom` and its estate.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from inventory.network.modem_tables import DeviceModem
from inventory.network.topology_tables import Sighting
from inventory.storage.rows import Row, col, id_of, table_of
from inventory.telecom.estate.tables import (
    LineAssignment,
    ModemSlot,
    NumberRange,
    SimCard,
    TelecomLine,
)
from inventory.telecom.tables import (
    Extension,
    ExtensionPerson,
    ExtensionPhone,
    GroupMember,
    NumberExtension,
    PhoneNumber,
    PhoneSystem,
    Telephone,
)
from inventory.telecom_expense.waste_found import (
    IDLE_EXTENSION,
    IDLE_NUMBER,
    IDLE_SIM,
    LOST_PHONE,
    NO_ACCOUNT,
    Found,
)

IDLE_DAYS = 90
"""Days without person, phone or registration, before something counts as unused."""


def find_idle(
    connection: Connection,
    accounts: Mapping[int, Row],
    monthly: Mapping[int, int],
    today: date,
) -> Iterator[Found]:
    """Yield what nobody has used for `IDLE_DAYS`.

    Args:
        connection: Where to look.
        accounts: Accounts at providers by id, to say who bills a number.
        monthly: What lines cost a month, net minor units, by id.
        today: The day.
    """
    before = today - timedelta(days=IDLE_DAYS)
    moment = datetime.combine(before, time(), UTC)
    yield from _extensions(connection, moment, today)
    yield from _numbers(connection, accounts, moment, today)
    yield from _phones(connection, moment)
    yield from _sims(connection, accounts, monthly, before, today)


def _extensions(
    connection: Connection, before: datetime, today: date
) -> Iterator[Found]:
    """Yield extensions without person, group or a phone that was there."""
    own = id_of(Extension)
    phone = exists().where(
        col(ExtensionPhone.extension_id) == own,
        or_(
            col(ExtensionPhone.registered).is_(True),
            col(ExtensionPhone.last_seen) >= before,
        ),
        _now(ExtensionPhone, today),
    )
    person = exists().where(
        col(ExtensionPerson.extension_id) == own, _now(ExtensionPerson, today)
    )
    group = exists().where(
        col(GroupMember.extension_id) == own, _now(GroupMember, today)
    )
    query = (
        select(col(PhoneSystem.name), col(Extension.number), col(Extension.first_seen))
        .join(table_of(PhoneSystem), id_of(PhoneSystem) == col(Extension.system_id))
        .where(
            col(Extension.removed_at).is_(None),
            col(Extension.first_seen) < before,
            ~phone,
            ~person,
            ~group,
        )
        .order_by(col(PhoneSystem.name), col(Extension.number))
    )
    for system, number, since in connection.execute(query):
        about = f"{system} {number}"
        yield Found(IDLE_EXTENSION, about, since=since.date())


def _numbers(
    connection: Connection, accounts: Mapping[int, Row], before: datetime, today: date
) -> Iterator[Found]:
    """Yield numbers that lead nowhere: billed by themselves, or assigned by a system.

    What is free within a range is its stock, and a range that is not used at all is
    told as a whole.
    """
    led = exists().where(
        col(NumberExtension.number_id) == id_of(PhoneNumber),
        _now(NumberExtension, today),
    )
    line = exists().where(
        col(TelecomLine.e164) == col(PhoneNumber.e164),
        col(TelecomLine.ended_on).is_(None),
    )
    ranges = _Ranges(connection)
    used = select(col(PhoneNumber.e164)).where(
        or_(led, line), col(PhoneNumber.state) != "gone"
    )
    around = map(ranges.around, connection.execute(used).scalars())
    busy = {one["id"] for one in around if one}
    query = (
        select(
            col(PhoneNumber.e164), col(PhoneNumber.first_seen), col(PhoneNumber.state)
        )
        .where(
            ~led,
            ~line,
            col(PhoneNumber.state) != "gone",
            col(PhoneNumber.first_seen) < before,
        )
        .order_by(col(PhoneNumber.e164))
    )
    for number, since, state in connection.execute(query):
        within = ranges.around(number)
        if within and (state == "free" or within["id"] not in busy):
            continue
        account = accounts.get(within["account_id"] if within else 0, NO_ACCOUNT)
        contract = within["contract_id"] if within else None
        yield Found(
            IDLE_NUMBER,
            number,
            account=account,
            contract_id=contract,
            since=since.date(),
        )


class _Ranges:
    """Number ranges that were not returned; finds the one around a number."""

    def __init__(self, connection: Connection) -> None:
        query = select(table_of(NumberRange)).where(
            col(NumberRange.returned_on).is_(None)
        )
        rows = [dict(row) for row in connection.execute(query).mappings()]
        rows.sort(key=lambda row: (len(row["first"]), row["first"]))
        self._rows = rows
        self._firsts = [(len(row["first"]), row["first"]) for row in rows]

    def around(self, number: str) -> Row | None:
        """Return the range that a number is in."""
        place = bisect_right(self._firsts, (len(number), number)) - 1
        if place < 0:
            return None
        row = self._rows[place]
        same = len(row["last"]) == len(number)
        return row if same and row["first"] <= number <= row["last"] else None


def _phones(connection: Connection, before: datetime) -> Iterator[Found]:
    """Yield phones that no system had registered and no switch saw since."""
    own = id_of(Telephone)
    registered = exists().where(
        col(ExtensionPhone.phone_id) == own,
        col(ExtensionPhone.valid_to).is_(None),
        or_(
            col(ExtensionPhone.registered).is_(True),
            col(ExtensionPhone.last_seen) >= before,
        ),
    )
    plugged = exists().where(
        col(Sighting.mac) == col(Telephone.mac), col(Sighting.last_seen) >= before
    )
    query = (
        select(
            func.coalesce(
                col(Telephone.mac), col(Telephone.device_name), col(Telephone.ip), ""
            ),
            col(Telephone.model),
            col(Telephone.last_seen),
        )
        .where(col(Telephone.first_seen) < before, ~registered, ~plugged)
        .order_by(own)
    )
    for name, model, since in connection.execute(query):
        about = f"{model} {name}" if model else name
        yield Found(LOST_PHONE, about or "", since=since.date())


def _sims(
    connection: Connection,
    accounts: Mapping[int, Row],
    monthly: Mapping[int, int],
    before: date,
    today: date,
) -> Iterator[Found]:
    """Yield active SIMs in no device, of lines that no person carries about."""
    built_in = _in_a_modem()
    carried = exists().where(
        col(LineAssignment.line_id) == col(SimCard.line_id),
        col(LineAssignment.role) == "person",
        _now(LineAssignment, today),
    )
    held = exists().where(
        col(LineAssignment.line_id) == col(SimCard.line_id),
        _now(LineAssignment, today),
    )
    query = (
        select(
            col(SimCard.iccid),
            col(SimCard.line_id),
            col(SimCard.account_id),
            col(TelecomLine.contract_id),
            col(TelecomLine.active_from),
        )
        .join(table_of(TelecomLine), id_of(TelecomLine) == col(SimCard.line_id))
        .where(
            col(SimCard.state).in_(("active", "suspended")),
            col(TelecomLine.active_from) < before,
            col(TelecomLine.ended_on).is_(None),
            ~built_in,
            ~carried,
            held,
        )
        .order_by(id_of(SimCard))
    )
    for iccid, line, account, contract, since in connection.execute(query):
        of = accounts.get(account, NO_ACCOUNT)
        yield Found(
            IDLE_SIM,
            iccid,
            line_id=line,
            account=of,
            contract_id=contract,
            monthly=monthly.get(line or 0, 0),
            since=since,
        )


def _in_a_modem() -> ColumnElement[bool]:
    """Return whether a SIM is in a modem, as recorded or as a device told."""
    recorded = exists().where(col(ModemSlot.sim_id) == id_of(SimCard))
    told = exists().where(
        col(DeviceModem.iccid) == col(SimCard.iccid),
        col(DeviceModem.removed_at).is_(None),
    )
    return or_(recorded, told)


def _now(model: Any, today: date) -> ColumnElement[bool]:  # noqa: ANN401 - a table
    """Return whether a row of a dated table holds on a day."""
    table = table_of(model)
    return (table.c.valid_from <= today) & (
        table.c.valid_to.is_(None) | (table.c.valid_to > today)
    )
