"""A person's correction of what a device is: for the device, and as a rule of the site.

The device keeps the correction whatever later scans say; the rule file says the same
of every device that looks like it. May import `inventory`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from collectors.facts import Observation
from discovery.identity.device_types import GENERAL, split_kind
from discovery.identity.identify import KnowledgeError, NoRule, correction
from discovery.observations.fact_rows import read_facts
from inventory.kernel.errors import Invalid, NotFound
from inventory.kernel.texts import N_
from inventory.network.device_state import SUGGESTED
from inventory.network.scan_tables import StoredObservation
from inventory.network.tables import Device, DeviceField
from inventory.network.worklist_decisions import correct_field, suggestion
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork

FIELDS = ("type", "vendor", "family", "model", "serial", "os", "version")
"""Fields a person may correct of one device."""
MOST = 200
"""Characters of a value."""


def observations_of(connection: Connection, device_id: int) -> list[Observation]:
    """Return what the collectors last brought of a device, without long tables.

    Raises:
        NotFound: There is no such device.
    """
    device = table_of(Device)
    known = select(device.c.id).where(device.c.id == device_id)
    if connection.execute(known).scalar() is None:
        raise NotFound(
            N_("There is no device {device}."), where="device", device=device_id
        )
    rows = table_of(StoredObservation)
    ids = select(rows.c.id).where(rows.c.device_id == device_id)
    return read_facts(connection, connection.execute(ids).scalars())


def correct(
    work: UnitOfWork, device_id: int, corrected: Mapping[str, str | None]
) -> None:
    """Correct fields of a device; `None` takes a correction back. Each is audited.

    Args:
        work: The transaction; the caller commits.
        device_id: The device.
        corrected: Field to what it is. `type` takes a general word or a sub-type.

    Raises:
        NotFound: There is no such device.
        Invalid: A field cannot be corrected, or a value is none.
    """
    for name, value in corrected.items():
        if name not in FIELDS:
            raise Invalid(
                N_("{name!r} is not a field that can be corrected."),
                where="fields",
                remedy=N_("Use one of {choices}."),
                name=name,
                choices=", ".join(FIELDS),
            )
        if name == "type":
            _correct_type(work, device_id, value)
        else:
            correct_field(work, device_id, name, _checked(name, value))


def accept_suggestion(work: UnitOfWork, suggestion_id: int) -> dict[str, Any]:
    """Say that what a device may be is what it is; audited as a correction.

    Args:
        work: The transaction; the caller commits.
        suggestion_id: Row of `device_field` whose value is suggested.

    Returns:
        `device_id`, `field` and `value`.

    Raises:
        NotFound: There is no such suggestion.
    """
    row = suggestion(work, suggestion_id)
    name, value = row["field"], str(row["value"])
    if name == "type":
        value = _kind_of(work, row["device_id"], value)
    correct(work, row["device_id"], {name: value})
    return {"device_id": row["device_id"], "field": name, "value": value}


def _kind_of(work: UnitOfWork, device_id: int, general: str) -> str:
    """Return the sub-type that is suggested with a type, else the type."""
    table = table_of(DeviceField)
    query = select(table.c.value).where(
        table.c.device_id == device_id,
        table.c.field == "subtype",
        table.c.origin == SUGGESTED,
    )
    below = work.connection.execute(query).scalar()
    return below if below and GENERAL.get(below) == general else general


def _correct_type(work: UnitOfWork, device_id: int, value: str | None) -> None:
    if value is None:
        general, below = None, None
    elif value in GENERAL:
        general, below = split_kind(value)
    else:
        raise Invalid(
            N_("{value!r} is not a type."),
            where="fields.type",
            remedy=N_("Use one of {choices}."),
            value=value,
            choices=", ".join(sorted(GENERAL)),
        )
    correct_field(work, device_id, "type", general)
    correct_field(work, device_id, "subtype", below)


def _checked(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    text = " ".join(value.split())
    if not text or len(text) > MOST or not text.isprintable():
        raise Invalid(
            N_("{name}: a value is 1 to {most} printable characters."),
            where=f"fields.{name}",
            remedy=N_("Give the value, or null to take the correction back."),
            name=name,
            most=MOST,
        )
    return text


def rule_for(
    observations: Sequence[Observation], corrected: Mapping[str, str | None], note: str
) -> Mapping[str, Any]:
    """Return the rule file (as parsed YAML) that says the same of all such devices.

    Raises:
        Invalid: No rule could recognise the device, or the field is its own alone.
    """
    by_snmp = [each for each in observations if each.system is not None]
    stated = {name: value for name, value in corrected.items() if value is not None}
    if not by_snmp:
        raise NoRule(N_("The device has never answered SNMP."), where="rule")
    try:
        return correction(by_snmp[-1], stated, note)
    except KnowledgeError as error:
        raise NoRule(
            N_("No rule can be made of this: {error}."), where="rule", error=error
        ) from error
