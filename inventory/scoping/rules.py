"""By which condition each root of the register is cut down to a scope. Pure.

A condition is SQL over the row's own table. Names of tables alone mean the rows in
scope; `{base}` in front means all rows. Roots are cut down in the order of `ROOTS`, so
a condition may use those before it; every other table follows by its foreign keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from inventory.scoping.scope import Scope

_LAST_EMPLOYMENT = (
    "NOT EXISTS (SELECT 1 FROM {base}employment l WHERE l.person_id = e.person_id"
    " AND (l.valid_from > e.valid_from OR"
    " (l.valid_from = e.valid_from AND l.id > e.id)))"
)
_LAST_PLACEMENT = (
    "NOT EXISTS (SELECT 1 FROM {base}placement l"
    " WHERE l.employment_id = p.employment_id"
    " AND (l.valid_from > p.valid_from OR"
    " (l.valid_from = p.valid_from AND l.id > p.id)))"
)
_HELD = (
    "EXISTS (SELECT 1 FROM {base}custody c WHERE c.asset_id = asset.id"
    " AND c.valid_to IS NULL AND c.person_id IN (SELECT id FROM person))"
)
_HELD_BY_TEAM = (
    "EXISTS (SELECT 1 FROM {base}custody c JOIN {base}team t ON t.id = c.team_id"
    " WHERE c.asset_id = asset.id AND c.valid_to IS NULL"
    " AND t.department_id IN (SELECT id FROM department))"
)
_CHARGED = (
    "EXISTS (SELECT 1 FROM {base}allocation a JOIN {base}allocation_share s"
    " ON s.allocation_id = a.id WHERE a.asset_id = asset.id AND a.valid_to IS NULL"
    " AND s.cost_centre_id IN (SELECT id FROM cost_centre))"
)


_PAID = (
    "COALESCE(p.cost_centre_id, (SELECT d.cost_centre_id FROM"
    " {base}department d WHERE d.id = p.department_id))"
    " IN (SELECT id FROM cost_centre)"
)
"""Who pays for the placement p is in scope."""


def _legal_entity(scope: Scope) -> Iterator[str]:
    if scope.legal_entities:
        yield f"code IN ({_texts(scope.legal_entities)})"


def _cost_centre(scope: Scope) -> Iterator[str]:
    return _unit("cost_centre", scope.cost_centres, scope)


def _department(scope: Scope) -> Iterator[str]:
    return _unit("department", scope.departments, scope)


def _unit(table: str, codes: tuple[str, ...], scope: Scope) -> Iterator[str]:
    if scope.legal_entities:
        yield "legal_entity_id IN (SELECT id FROM legal_entity)"
    if codes:
        yield _below(table, f"code IN ({_texts(codes)})")
    if scope.own is not None:
        yield "1 = 0"
    if scope.leads is not None:
        yield _below(table, f"manager_id = {scope.leads:d}")


def _location(scope: Scope) -> Iterator[str]:
    if scope.sites:
        yield _below("location", f"code IN ({_texts(scope.sites)})")


def _person(scope: Scope) -> Iterator[str]:
    if scope.legal_entities:
        yield (
            "EXISTS (SELECT 1 FROM {base}employment e WHERE e.person_id = person.id"
            " AND e.legal_entity_id IN (SELECT id FROM legal_entity)"
            f" AND {_LAST_EMPLOYMENT})"
        )
    if scope.sites:
        yield _placed("p.location_id IN (SELECT id FROM location)")
    if scope.departments:
        yield _placed("p.department_id IN (SELECT id FROM department)")
    if scope.cost_centres:
        yield _placed(_PAID)
    if scope.own is not None:
        yield f"id = {scope.own:d}"
    if scope.leads is not None:
        led = _placed(
            "(p.department_id IN (SELECT id FROM department)"
            f" OR p.manager_id = {scope.leads:d} OR {_PAID})"
        )
        yield f"(id = {scope.leads:d} OR {led})"


def _asset(scope: Scope) -> Iterator[str]:
    if scope.legal_entities:
        yield "legal_entity_id IN (SELECT id FROM legal_entity)"
    if scope.sites:
        yield f"(location_id IN (SELECT id FROM location) OR {_HELD})"
    if scope.departments:
        yield f"({_HELD} OR {_HELD_BY_TEAM})"
    if scope.cost_centres:
        yield f"({_HELD} OR {_CHARGED})"
    if scope.own is not None or scope.leads is not None:
        yield _HELD


def _device(scope: Scope) -> Iterator[str]:
    if scope.sites:
        yield f"site IN ({_texts(scope.sites)})"
    if not scope.only_sites:
        yield (
            "id IN (SELECT r.device_id FROM {base}reconciliation r"
            " WHERE r.closed_at IS NULL AND r.asset_id IN (SELECT id FROM asset))"
        )


def _book(scope: Scope) -> Iterator[str]:
    if scope.legal_entities:
        yield "legal_entity_id IN (SELECT id FROM legal_entity)"
    if scope.own is not None or scope.leads is not None:
        yield "1 = 0"


def _fiscal_period(scope: Scope) -> Iterator[str]:
    if any(_book(scope)):
        yield "book_id IN (SELECT id FROM book)"


ROOTS: dict[str, Callable[[Scope], Iterator[str]]] = {
    "legal_entity": _legal_entity,
    "cost_centre": _cost_centre,
    "department": _department,
    "location": _location,
    "person": _person,
    "asset": _asset,
    "device": _device,
    "book": _book,
    "fiscal_period": _fiscal_period,
}
"""Table -> the conditions of a scope; none: all rows are names for everybody."""

SHARED = frozenset(
    {
        "audit_head",
        "category",
        "consumable",
        "custom_field",
        "hr_source",
        "import_profile",
        "job_run",
        "kit_version",
        "manufacturer",
        "manufacturer_alias",
        "saved_view",
        "provisioning_rules",
        "supplier",
        "tag_rule",
        "tag_series",
        "telecom_provider",
        "telecom_tariff",
    }
)
"""Tables without anything of one legal entity, site, department or person."""

WHOLE_ENTITY = frozenset({"journal_export", "posting", "rulebook"})
"""Sums over a whole legal entity: for a part of one they would tell of the rest."""

CYCLES = frozenset(
    {
        ("allocation", "allocation_share"),
        ("case_line", "asset"),
        ("purchase_request", "asset"),
        ("purchase_request", "purchase_line"),
    }
)
"""Foreign keys that are not followed: they lead back from the whole to its parts, or a
line is seen by who sees its person, whatever is reserved or ordered for it."""

PLACED = frozenset({("placement", "department"), ("placement", "cost_centre")})
"""Foreign keys that are not followed for a person and for whom that person leads.

Title and place are theirs, whichever unit they work for; its name is not told."""


def _below(table: str, root: str) -> str:
    """Return the condition that a row is one of a tree, or below it."""
    return (
        "id IN (WITH RECURSIVE tree(id) AS"
        f" (SELECT id FROM {{base}}{table} WHERE {root}"
        f" UNION SELECT n.id FROM {{base}}{table} n JOIN tree ON n.parent_id = tree.id)"
        " SELECT id FROM tree)"
    )


def _placed(condition: str) -> str:
    """Return the condition that the last placement of a person meets a condition."""
    return (
        "EXISTS (SELECT 1 FROM {base}employment e"
        " JOIN {base}placement p ON p.employment_id = e.id"
        f" WHERE e.person_id = person.id AND {condition}"
        f" AND {_LAST_EMPLOYMENT} AND {_LAST_PLACEMENT})"
    )


def _texts(codes: tuple[str, ...]) -> str:
    return ", ".join("'" + code.replace("'", "''") + "'" for code in codes)
