"""`/extensions`, `/numbers`, `/phone-systems`: who is reached where, as of a day."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.http.errors import Missing
from api.routes.answers import answer, answer_page, problems
from api.routes.parameters import After, AsOf, Id, Limit, Words
from api.routes.telephony_models import (
    Changed,
    ExtensionDetail,
    ExtensionPage,
    NumberPage,
    OwnerGiven,
    PhoneSystems,
)
from inventory.queries.telephony import extensions as telephony
from inventory.queries.telephony.extensions import ExtensionFilter
from inventory.telecom.assignments import assign_person

SEE_LINES = frozenset({Role.IT, Role.HR, Role.AUDITOR})

extensions = APIRouter(
    prefix="/extensions", tags=["telephony"], dependencies=[allow(*sorted(SEE_LINES))]
)
numbers = APIRouter(
    prefix="/numbers",
    tags=["telephony"],
    dependencies=[allow(*sorted(SEE_LINES | {Role.ACCOUNTING}))],
)
systems = APIRouter(
    prefix="/phone-systems",
    tags=["telephony"],
    dependencies=[allow(Role.IT, Role.AUDITOR)],
)
ROUTERS = (extensions, numbers, systems)


@extensions.get("", response_model=ExtensionPage, responses=problems(401, 403, 422))
def list_all(
    app: AppDep,
    reading: ReadDep,
    search: Words = "",
    system: Annotated[
        str | None, Query(max_length=200, description="Name of a telephone system.")
    ] = None,
    person_id: Annotated[
        int | None,
        Query(ge=1, le=2**63 - 1, description="Of this person on the day."),
    ] = None,
    free: Annotated[
        bool | None, Query(description="Nobody's on the day, or somebody's.")
    ] = None,
    removed: Annotated[
        bool, Query(description="Those too that are not listed any more.")
    ] = False,
    sort: Annotated[
        str,
        Query(
            max_length=40,
            description="number, name, person, last_seen or id; `-` for descending.",
        ),
    ] = "number",
    day: AsOf = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List extensions with phones, switch ports and persons on a day."""
    wanted = ExtensionFilter(
        search=search, system=system, person_id=person_id, free=free, removed=removed
    )
    return answer_page(
        telephony.list_extensions(
            reading,
            day or app.clock().date(),
            wanted,
            sort=sort,
            after=after,
            limit=limit,
        )
    )


@extensions.get(
    "/{extension_id}",
    response_model=ExtensionDetail,
    responses=problems(401, 403, 404, 422),
)
def detail(
    app: AppDep, reading: ReadDep, extension_id: Id, day: AsOf = None
) -> Response:
    """Show an extension with its phones and persons over time."""
    on = day or app.clock().date()
    found = telephony.extension_detail(reading, extension_id, on)
    if found is None:
        raise Missing(f"There is no extension {extension_id}.")
    return answer(found)


@extensions.put(
    "/{extension_id}/person",
    response_model=Changed,
    responses=problems(401, 403, 404, 409, 422),
)
def give(
    app: AppDep,
    who: Annotated[Caller, allow(Role.IT)],
    extension_id: Id,
    given: OwnerGiven,
) -> Response:
    """Say whose an extension is from a day; no telephone system overrules it."""
    with app.work(who.actor) as work:
        changed = assign_person(
            work,
            extension_id,
            given.person_id,
            given.on or app.clock().date(),
            source=who.actor,
        )
        work.commit()
    return answer({"changed": changed})


@numbers.get("", response_model=NumberPage, responses=problems(401, 403, 422))
def list_numbers(
    app: AppDep,
    reading: ReadDep,
    search: Annotated[str, Query(max_length=40, description="Digits of it.")] = "",
    state: Literal["free", "assigned", "gone"] | None = None,
    day: AsOf = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List numbers of the public network with where they lead on a day."""
    return answer_page(
        telephony.list_numbers(
            reading,
            day or app.clock().date(),
            search=search,
            state=state,
            after=after,
            limit=limit,
        )
    )


@systems.get("", response_model=PhoneSystems, responses=problems(401, 403))
def list_systems(reading: ReadDep) -> Response:
    """List the telephone systems that were read, with how it went last."""
    return answer({"items": telephony.list_systems(reading)})
