"""`/hr/cases`, `/hr/lists`, `/hr/tasks`, `/hr/write-offs`: what follows from events."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.compose.wiring import App, provisioning_of
from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.http.errors import Missing
from api.routes.answers import answer, answer_page, problems
from api.routes.hr_models import Case, CasePage, ItemIn, Rows, StepIn, WhyIn
from api.routes.once import Body, IfMatch, Key, check_match, etag, once
from api.routes.parameters import After, Id, Limit, Words
from inventory.hr.cases import write_off
from inventory.hr.cases.extras import Extra, request_extra
from inventory.hr.cases.steps import StepRequest, take_line_step
from inventory.hr.context import CaseContext
from inventory.hr.views import detail, lists
from inventory.kernel.errors import Invalid
from inventory.kernel.money import MoneyError, parse_money
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.provisioning.tasks import close_task
from inventory.storage.rows import Row, get
from inventory.storage.work import UnitOfWork

router = APIRouter(prefix="/hr", tags=["hr"])

READERS = allow(Role.HR, Role.IT, Role.AUDITOR)
WRITERS = allow(Role.HR, Role.IT)
DECIDERS = allow(Role.HR, Role.ACCOUNTING)


def case_context(app: App, work: UnitOfWork) -> CaseContext:
    """Return the change of cases of a unit of work."""
    return CaseContext(work, provisioning_of(app.settings))


@router.get(
    "/cases",
    response_model=CasePage,
    responses=problems(401, 403, 422),
    dependencies=[READERS],
)
def all_cases(
    connection: ReadDep,
    kind: Annotated[str | None, Query(max_length=20)] = None,
    state: Annotated[str | None, Query(max_length=20)] = None,
    person: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    search: Words = "",
    sort: Annotated[
        str, Query(max_length=40, description="effective_on, person, id; - to reverse")
    ] = "effective_on",
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List cases with the number of their lines."""
    wanted = lists.CaseFilter(kind=kind, state=state, person_id=person, search=search)
    return answer_page(
        lists.list_cases(connection, wanted, sort=sort, after=after, limit=limit)
    )


@router.get(
    "/cases/{case_id}",
    response_model=Case,
    responses=problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def case(app: AppDep, connection: ReadDep, case_id: Id) -> Response:
    """Show a case with its lines and the steps possible for each; with an ETag."""
    found = detail.case_detail(
        connection, case_id, provisioning_of(app.settings).machine
    )
    if found is None:
        raise Missing(f"There is no case {case_id}.")
    return answer(found, headers=_tag(found))


def _tag(found: Row) -> dict[str, str]:
    return {"ETag": etag(found["id"], found["version"])}


def _detail(app: App, work: UnitOfWork, case_id: int) -> Row:
    machine = provisioning_of(app.settings).machine
    found = detail.case_detail(work.connection, case_id, machine)
    assert found is not None
    return found


@router.post(
    "/cases/{case_id}/lines/{line_id}/steps",
    response_model=Case,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def take_step(
    app: AppDep,
    request: Request,
    case_id: Id,
    line_id: Id,
    wanted: StepIn,
    body: Body,
    who: Annotated[Caller, WRITERS],
    key: Key = None,
    match: IfMatch = None,
) -> Response:
    """Take a step of a line, with what it does to the asset; answers the case."""

    def act(work: UnitOfWork) -> tuple[int, Any]:
        context = case_context(app, work)
        context.lock_cases()
        row = get(work.connection, ProvisioningCase, case_id, lock=True)
        check_match(match, case_id, row["version"])
        line = get(work.connection, CaseLine, line_id)
        if line["case_id"] != case_id:
            raise Missing(f"The case {case_id} has no line {line_id}.")
        step_request = StepRequest(
            name=wanted.step,
            note=wanted.note,
            on=wanted.on,
            carrier=wanted.carrier,
            tracking=wanted.tracking,
            recipient_id=wanted.to,
        )
        take_line_step(context, line_id, step_request)
        return 200, _detail(app, work, case_id)

    return once(app, who, request, key, body, act, _tag)


@router.post(
    "/cases/{case_id}/lines",
    status_code=201,
    response_model=Case,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def add_item(
    app: AppDep,
    request: Request,
    case_id: Id,
    wanted: ItemIn,
    body: Body,
    who: Annotated[Caller, WRITERS],
    key: Key = None,
    match: IfMatch = None,
) -> Response:
    """Ask for something above the kit; it waits for approval; answers the case."""
    cost = None
    if wanted.cost is not None:
        try:
            cost = parse_money(wanted.cost, wanted.currency or app.settings.currency)
        except MoneyError as error:
            raise Invalid(str(error), where="cost") from error
    extra = Extra(
        item=wanted.item,
        kind=wanted.kind,
        models=tuple(wanted.models),
        tracked=wanted.tracked,
        benefit=wanted.benefit,
        cost=cost,
    )

    def act(work: UnitOfWork) -> tuple[int, Any]:
        context = case_context(app, work)
        context.lock_cases()
        row = get(work.connection, ProvisioningCase, case_id, lock=True)
        check_match(match, case_id, row["version"])
        request_extra(context, case_id, extra)
        return 201, _detail(app, work, case_id)

    return once(app, who, request, key, body, act, _tag)


@router.get(
    "/lists/{name}",
    response_model=Rows,
    responses=problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def a_list(
    app: AppDep,
    connection: ReadDep,
    name: str,
    days: Annotated[int, Query(ge=0, le=3650, description="How far ahead.")] = 30,
) -> Response:
    """Return a list people ask for.

    joining, leaving, still-holding, overdue, overdue-returns, unsigned, disputed,
    shortages, sighted or at-risk.
    """
    if name not in lists.LISTS:
        raise Missing(f"There is no list {name!r}: {', '.join(lists.LISTS)}.")
    today = app.clock().date()
    if name in ("joining", "leaving"):
        return answer({"items": lists.cases_due_within(connection, name, today, days)})
    return answer({"items": lists.LISTS[name](connection, today)})


@router.get(
    "/tasks",
    response_model=Rows,
    responses=problems(401, 403, 422),
    dependencies=[READERS],
)
def tasks(connection: ReadDep, all: bool = False) -> Response:
    """List what a person has to decide, the most urgent first."""
    return answer({"items": detail.list_tasks(connection, open_only=not all)})


@router.post(
    "/tasks/{task_id}/close",
    status_code=204,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def close(
    app: AppDep, task_id: Id, wanted: WhyIn, who: Annotated[Caller, WRITERS]
) -> Response:
    """Close a task with what was decided."""
    with app.work(who.actor) as work:
        close_task(work, task_id, wanted.remark)
        work.commit()
    return Response(status_code=204)


@router.get(
    "/write-offs",
    response_model=Rows,
    responses=problems(401, 403, 422),
    dependencies=[allow(*Role)],
)
def write_offs(
    connection: ReadDep, state: Annotated[str | None, Query(max_length=20)] = None
) -> Response:
    """List proposals to write something off, with the book value of the day."""
    return answer({"items": detail.list_proposals(connection, state=state)})


@router.post(
    "/write-offs/{proposal_id}/{decision}",
    status_code=204,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def decide(
    app: AppDep,
    proposal_id: Id,
    decision: str,
    wanted: WhyIn,
    who: Annotated[Caller, DECIDERS],
) -> Response:
    """Decide on a proposal: `approve` or `refuse`. Nothing is deducted from any pay."""
    if decision not in ("approve", "refuse"):
        raise Missing("A proposal is approved or refused.")
    with app.work(who.actor) as work:
        approved = decision == "approve"
        write_off.decide(
            case_context(app, work),
            proposal_id,
            approved=approved,
            remark=wanted.remark,
        )
        work.commit()
    return Response(status_code=204)
