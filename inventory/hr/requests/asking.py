"""Who works here asks for something: a case of its own, approved before it is given.

The person's manager approves; what costs more than the site's limit needs whoever owns
the cost centre, too. Then it goes the way of a kit: from stock, or to be bought.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, select

from inventory.hr.cases.case_records import add_line, emit_case_changed, lines_of
from inventory.hr.cases.kit_versions import current_version
from inventory.hr.cases.return_assets import cancel_or_return
from inventory.hr.context import CaseContext
from inventory.hr.history import site_of
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.texts import N_
from inventory.people import tables as people
from inventory.people.employments import in_force
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.provisioning.kits import Item
from inventory.provisioning.plan import REQUEST
from inventory.storage.rows import Row, add, col, id_of, table_of

_EMPLOYMENT, _PLACEMENT = table_of(people.Employment), table_of(people.Placement)
_DEPARTMENT, _CASE = table_of(people.Department), table_of(ProvisioningCase)
_CENTRE, _LOCATION = table_of(people.CostCentre), table_of(people.Location)
_MANAGER = table_of(people.Person).alias("manager")


def ask_for(context: CaseContext, person_id: int, item: str, why: str) -> Row:
    """Ask for something of the catalogue; return the line, which waits for approval.

    Args:
        context: The change.
        person_id: Who gets it.
        item: Its name in the catalogue.
        why: What it is needed for.

    Raises:
        Invalid: It is not in the catalogue, or it is not said why.
        NotAllowed: The person does not work here today, or has asked already.
    """
    if not why.strip():
        raise Invalid(N_("Say what it is needed for."), where="why")
    known = context.rules.kits.items.get(item)
    if known is None:
        raise Invalid(
            N_("{item!r} is not in the catalogue."),
            where="item",
            remedy=N_("Use one of {names}."),
            item=item,
            names=", ".join(context.rules.kits.items),
        )
    context.lock_cases()
    _check_new(context, person_id, item)
    case = _open_case(context, person_id)
    note = f"asked for by {context.work.actor}: {why.strip()}"
    return add_line(context, case, _values(known) | {"note": why.strip()}, note=note)


def _check_new(context: CaseContext, person_id: int, item: str) -> None:
    query = (
        select(id_of(CaseLine))
        .join(_CASE, id_of(ProvisioningCase) == col(CaseLine.case_id))
        .where(
            col(ProvisioningCase.person_id) == person_id,
            col(ProvisioningCase.kind) == REQUEST,
            col(CaseLine.item) == item,
            col(CaseLine.closed_on).is_(None),
        )
    )
    if context.connection.execute(query.limit(1)).scalar() is not None:
        raise NotAllowed(N_("It was asked for already, and is not done."), where="item")


def _open_case(context: CaseContext, person_id: int) -> Row:
    terms = _work_today(context, person_id)
    site = site_of(context.connection, terms["location"])
    today = context.today(site)
    query = select(func.count()).where(
        col(ProvisioningCase.person_id) == person_id,
        col(ProvisioningCase.kind) == REQUEST,
    )
    number = context.connection.execute(query).scalar_one() + 1
    said = ("legal_entity", "department", "cost_centre", "location", "manager")
    values: Row = {
        "key": f"{person_id}/{REQUEST}/{number}",
        "kind": REQUEST,
        "person_id": person_id,
        "employment_id": terms["employment_id"],
        "effective_on": context.rules.calendars.shift(site, today, 10),
        "state": "open",
        "quiet": False,
        "site": site,
        "kit_version_id": current_version(context),
        "facts": {"terms": {name: terms[name] for name in said if terms[name]}},
        "version": 1,
        "opened_on": today,
        "closed_on": None,
    }
    case: Row = {"id": add(context.work, ProvisioningCase, values), **values}
    emit_case_changed(context, case, "opened")
    return case


def _work_today(context: CaseContext, person_id: int) -> Row:
    """Return where somebody works today: codes, and the key of the manager.

    Raises:
        NotAllowed: Nowhere.
    """
    day = context.work.clock().date()
    payer = func.coalesce(
        col(people.Placement.cost_centre_id), col(people.Department.cost_centre_id)
    )
    query = (
        select(
            id_of(people.Employment).label("employment_id"),
            col(people.LegalEntity.code).label("legal_entity"),
            col(people.Department.code).label("department"),
            col(people.CostCentre.code).label("cost_centre"),
            col(people.Location.code).label("location"),
            _MANAGER.c.key.label("manager"),
        )
        .select_from(_at_work(day, payer))
        .where(col(people.Employment.person_id) == person_id)
        .where(in_force(_EMPLOYMENT, day))
        .order_by(id_of(people.Employment))
    )
    row = context.connection.execute(query).mappings().first()
    if row is None:
        raise NotAllowed(
            N_("Only who works here today asks for something."),
            where="person",
            remedy=N_("For a joiner, add an item to the case."),
        )
    return dict(row)


def _at_work(day: date, payer: ColumnElement[Any]) -> FromClause:
    """Join employments with where somebody works on a day, who pays and who leads."""
    return (
        _EMPLOYMENT.join(
            table_of(people.LegalEntity),
            id_of(people.LegalEntity) == col(people.Employment.legal_entity_id),
        )
        .outerjoin(
            _PLACEMENT,
            (col(people.Placement.employment_id) == id_of(people.Employment))
            & in_force(_PLACEMENT, day),
        )
        .outerjoin(
            _DEPARTMENT,
            id_of(people.Department) == col(people.Placement.department_id),
        )
        .outerjoin(_CENTRE, id_of(people.CostCentre) == payer)
        .outerjoin(
            _LOCATION, id_of(people.Location) == col(people.Placement.location_id)
        )
        .outerjoin(
            _MANAGER,
            _MANAGER.c.id
            == func.coalesce(
                col(people.Placement.manager_id), col(people.Department.manager_id)
            ),
        )
    )


def _values(item: Item) -> Row:
    values: Row = {
        "slot": item.name,
        "action": "provide",
        "item": item.name,
        "kind": item.kind,
        "requested_models": list(item.models),
        "tracked": item.tracked,
        "benefit": item.benefit,
        "state": "proposed",
    }
    if item.cost is not None:
        values |= {"cost_minor": item.cost.minor, "currency": item.cost.currency}
    return values


def call_off_requests(context: CaseContext, person_id: int, why: str) -> None:
    """Call off what a leaver asked for and does not have yet."""
    query = select(_CASE).where(
        col(ProvisioningCase.person_id) == person_id,
        col(ProvisioningCase.kind) == REQUEST,
        col(ProvisioningCase.state) == "open",
    )
    for case in context.connection.execute(query).mappings().all():
        for line in lines_of(context, case["id"]):
            if line["closed_on"] is None:
                cancel_or_return(context, dict(case), line, why, returns=False)
