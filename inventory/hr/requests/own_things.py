"""What somebody says of his own things: he brings them back, or misses them."""

from __future__ import annotations

from datetime import date, timedelta

from inventory.hr.cases.case_records import set_line_state
from inventory.hr.context import CaseContext
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.texts import N_, Said
from inventory.people import tables as people
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.provisioning.line_states import UNCARRIED
from inventory.provisioning.tasks import open_task
from inventory.storage.rows import Row, get


def appoint_return(context: CaseContext, line_id: int, on: date, where: str) -> Row:
    """Note when and where somebody brings a thing back; IT gets a task for that day.

    Raises:
        Invalid: The day is over, or more than a year away.
        NotAllowed: The thing is not due back.
    """
    context.lock_cases()
    line = get(context.connection, CaseLine, line_id, lock=True)
    today = context.work.clock().date()
    if not today <= on <= today + timedelta(days=366):
        raise Invalid(N_("Give a day from today on, within a year."), where="on")
    if line["state"] != "due" or line["action"] != "return":
        raise NotAllowed(
            N_("It is not to be given back: it is {state}."),
            where="line",
            state=line["state"],
        )
    if line["kind"] in UNCARRIED and line["asset_id"] is None:
        raise NotAllowed(
            N_("Nobody can bring it anywhere; IT frees it."),
            where="line",
        )
    case = get(context.connection, ProvisioningCase, line["case_id"])
    told = f"brings it on {on.isoformat()}" + (f", {where.strip()}" if where else "")
    row = set_line_state(context, line_id, "due", name="appointment", note=told)
    person = get(context.connection, people.Person, case["person_id"])
    name = f"{person['given_name']} {person['family_name']}".strip()
    open_task(
        context.work,
        "return-appointment",
        source=f"case:{case['id']}",
        person_id=case["person_id"],
        case_id=case["id"],
        line_id=line_id,
        subject=Said(N_("{name} brings back: {item}"), name=name, item=line["item"]),
        detail=told,
        owner="it",
        due_on=on,
        key=on.isoformat(),
    )
    return row


def report_missing(context: CaseContext, person_id: int, thing: str, what: str) -> int:
    """Let IT know that somebody misses a thing he holds; return the task.

    Nothing is written off by that: IT locks it, accounting decides.

    Args:
        context: The change.
        person_id: Who holds it.
        thing: Its tag.
        what: What happened.
    """
    if not what.strip():
        raise Invalid(N_("Say what happened."), where="what")
    person = get(context.connection, people.Person, person_id)
    name = f"{person['given_name']} {person['family_name']}".strip()
    return open_task(
        context.work,
        "reported-missing",
        source=context.work.actor,
        person_id=person_id,
        subject=Said(N_("{name} misses {thing}"), name=name, thing=thing),
        detail=what.strip(),
        owner="it",
        due_on=context.work.clock().date(),
        key=thing,
    )
