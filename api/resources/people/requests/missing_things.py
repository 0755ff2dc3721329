"""What somebody says of a thing of his that is missing."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import select

from api.compose.rulebooks import context_of
from api.http.actions import Act, Acting, Given
from api.http.callers import Role
from api.resources.declare import Input
from inventory.assets.register.tables import Asset, Custody
from inventory.kernel.errors import NotAllowed
from inventory.kernel.texts import N_
from inventory.storage.rows import col, get


class MissingIn(Given):
    """What happened to a thing that is missing."""

    what: Annotated[
        str,
        Field(min_length=1, max_length=2000),
        Input("What happened", kind="area", hint="Where and when, lost or stolen."),
    ]


def _missing(acting: Acting, given: MissingIn) -> None:
    # Cases are a part of the house of their own, which the other acts of assets, and
    # the help of the command line, do without.
    from inventory.hr.requests.own_things import report_missing

    asset = get(acting.work.connection, Asset, acting.id)
    query = select(col(Custody.person_id)).where(
        col(Custody.asset_id) == acting.id, col(Custody.valid_to).is_(None)
    )
    holder = acting.work.connection.execute(query).scalar()
    own = holder is not None and holder == acting.caller.person_id
    if holder is None or not (own or acting.caller.roles & {Role.HR, Role.IT}):
        raise NotAllowed(N_("You do not have it."), where="asset")
    context = context_of(acting.app.settings, acting.work)
    report_missing(context, holder, asset["tag"], given.what)


REPORT_MISSING = Act(
    "report-missing",
    MissingIn,
    _missing,
    frozenset({Role.EMPLOYEE, Role.MANAGER, Role.HR, Role.IT}),
    verb="report-missing",
    title=N_("Report it lost"),
    about="Report that a thing you have is lost or stolen; IT gets a task at once.",
    said=N_("Reported; IT looks after it."),
)
