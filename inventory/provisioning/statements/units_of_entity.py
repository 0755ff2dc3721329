"""Departments and cost centres are of the legal entity that employs somebody. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from inventory.kernel.texts import N_, Said
from inventory.provisioning.statements.employment_periods import (
    EmploymentPeriod,
    Transfer,
)
from inventory.provisioning.statements.organisation import (
    BOUND_UNITS,
    Finding,
    Organisation,
)


def within_entity(
    period: EmploymentPeriod, organisation: Organisation
) -> tuple[EmploymentPeriod, list[Finding]]:
    """Return a period without units of legal entities that do not employ the person.

    Somebody who goes to another legal entity leaves the department and the cost centre
    of the one before; what was not said of the new ones is asked.
    """
    findings: list[Finding] = []
    terms = dict(period.terms)
    entity = terms.get("legal_entity")
    _drop_foreign(terms, entity, organisation, findings)
    moves: list[Transfer] = []
    for move in period.moves:
        before = entity
        entity = move.changes.get("legal_entity", entity)
        changes = dict(move.changes)
        inherited = _terms_before(terms, moves)
        merged = inherited | changes
        if entity != before:
            _leave_units(changes, merged, entity, organisation)
            if not merged.get("department") or changes.get("department", "-") is None:
                findings.append(_department_wanted(move, entity))
        else:
            _drop_foreign(changes, entity, organisation, findings)
        moves.append(replace(move, changes=changes))
    return replace(period, terms=terms, moves=tuple(moves)), findings


def _terms_before(terms: Mapping[str, Any], moves: list[Transfer]) -> dict[str, Any]:
    found = dict(terms)
    for move in moves:
        found |= move.changes
    return found


def _leave_units(
    changes: dict[str, Any],
    merged: Mapping[str, Any],
    entity: str | None,
    organisation: Organisation,
) -> None:
    for unit in BOUND_UNITS:
        if not organisation.fits(unit, merged.get(unit), entity):
            changes[unit] = None


def _drop_foreign(
    terms: dict[str, Any],
    entity: str | None,
    organisation: Organisation,
    findings: list[Finding],
) -> None:
    for unit in BOUND_UNITS:
        code = terms.get(unit)
        if not organisation.fits(unit, code, entity):
            owner = organisation.owner_of(unit, code)
            noun = unit.replace("_", " ")
            text = Said(
                N_(
                    "the {noun} {code} belongs to {owner}, the employment is with"
                    " {entity}"
                ),
                noun=noun,
                code=code,
                owner=owner,
                entity=entity,
            )
            findings.append(Finding("foreign-unit", str(code), text))
            del terms[unit]


def _department_wanted(move: Transfer, entity: str | None) -> Finding:
    text = Said(
        N_("from {on} on with {entity}: in which department, who pays?"),
        on=move.on,
        entity=entity,
    )
    return Finding("department-wanted", f"{entity}:{move.on}", text)
