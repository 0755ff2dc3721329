"""`/directory`: what identity providers brought, and where it differs."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.http.auth import Role
from api.http.deps import AppDep, ReadDep, allow
from api.routes.answers import answer, answer_page, problems
from api.routes.models import Model
from api.routes.parameters import After, AsOf, Limit
from inventory.directory.queries import differences, list_records

router = APIRouter(
    prefix="/directory",
    tags=["directory"],
    dependencies=[allow(Role.IT, Role.HR, Role.AUDITOR)],
)

Source = Annotated[
    str | None, Query(max_length=200, description="A provider, such as scim:okta.")
]


class DirectoryEntry(Model):
    """A user or group of an identity provider."""

    id: int
    source: str
    uid: str
    external_id: str | None
    number: str | None
    active: bool
    person_id: int | None
    person: str | None
    team_id: int | None
    team: str | None
    kit: str | None
    changed_at: datetime
    name: str | None


class DirectoryPage(Model):
    """A page of them."""

    items: list[DirectoryEntry]
    next: str | None


class DirectoryDifference(Model):
    """What a provider says otherwise than the register."""

    record_id: int
    source: str
    user: str | None
    person_id: int
    field: str
    known: str
    said: str


class DirectoryDifferences(Model):
    """All of them, or the first."""

    items: list[DirectoryDifference]


@router.get("/users", response_model=DirectoryPage, responses=problems(401, 403, 422))
def users(
    reading: ReadDep,
    source: Source = None,
    active: bool | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List users of identity providers, with the person each belongs to."""
    page = list_records(
        reading, "User", source=source, active=active, after=after, limit=limit
    )
    return answer_page(page)


@router.get("/groups", response_model=DirectoryPage, responses=problems(401, 403, 422))
def groups(
    reading: ReadDep, source: Source = None, after: After = None, limit: Limit = 50
) -> Response:
    """List groups of identity providers, with the team or kit each stands for."""
    page = list_records(reading, "Group", source=source, after=after, limit=limit)
    return answer_page(page)


@router.get(
    "/differences",
    response_model=DirectoryDifferences,
    responses=problems(401, 403, 422),
)
def different(
    app: AppDep, reading: ReadDep, day: AsOf = None, limit: Limit = 1000
) -> Response:
    """List what providers say otherwise than the register, as of a day."""
    found = differences(reading, day or app.clock().date())
    return answer({"items": list(islice(found, limit))})
