"""What part of the house a login or a token sees, as it is given."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection
from sqlmodel import SQLModel

from api.http.actions import Given
from api.resources.declare import Input
from api.resources.references import (
    CostCentreRef,
    DepartmentRef,
    LegalEntityRef,
    LocationRef,
)
from inventory.kernel.texts import N_
from inventory.people.tables import CostCentre, Department, LegalEntity, Location
from inventory.scoping.scope import PARTS
from inventory.storage.rows import get

Scoped = dict[str, list[str]]
SCOPE_ABOUT = "Codes by legal_entities, sites, departments, cost_centres; empty: all."
_MODELS: dict[str, type[SQLModel]] = dict(
    zip(PARTS, (LegalEntity, Location, Department, CostCentre), strict=True)
)
_HINT = N_("Only these; empty is all.")
_GROUP = N_("What it sees")
_LEGAL_ENTITIES = Input(
    "Legal entities", hint=_HINT, pick="legal-entities", group=_GROUP
)
_SITES = Input("Sites", hint=_HINT, pick="places", group=_GROUP)
_DEPARTMENTS = Input("Departments", hint=_HINT, pick="departments", group=_GROUP)
_COST_CENTRES = Input("Cost centres", hint=_HINT, pick="cost-centres", group=_GROUP)


class ScopeIn(Given):
    """Part of the house that is seen; everything without."""

    legal_entities: Annotated[
        list[LegalEntityRef], Field(default_factory=list), _LEGAL_ENTITIES
    ]
    sites: Annotated[list[LocationRef], Field(default_factory=list), _SITES]
    departments: Annotated[
        list[DepartmentRef], Field(default_factory=list), _DEPARTMENTS
    ]
    cost_centres: Annotated[
        list[CostCentreRef], Field(default_factory=list), _COST_CENTRES
    ]


class ScopeEditIn(Given):
    """Another part of the house; what is left out stays."""

    legal_entities: Annotated[list[LegalEntityRef] | None, _LEGAL_ENTITIES] = None
    sites: Annotated[list[LocationRef] | None, _SITES] = None
    departments: Annotated[list[DepartmentRef] | None, _DEPARTMENTS] = None
    cost_centres: Annotated[list[CostCentreRef] | None, _COST_CENTRES] = None


def scope_given(
    connection: Connection, given: ScopeIn | ScopeEditIn
) -> dict[str, list[str]]:
    """Return the parts that are given, as they are stored: part -> codes."""
    found: dict[str, list[str]] = {}
    for name, model in _MODELS.items():
        ids: list[Any] | None = getattr(given, name, None)
        if ids is None or name not in given.model_fields_set:
            continue
        codes = [str(get(connection, model, int(one))["code"]) for one in ids]
        found[name] = sorted(codes)
    return found
