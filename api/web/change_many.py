"""The act behind the page that changes many assets alike, or says what would happen."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.http.auth import Role
from inventory.assets.register import categories
from inventory.assets.register.bulk_change import update_many
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.people.organisation import unit_named
from inventory.queries.references import asset_ids_of

WRITERS = frozenset({Role.IT})
_UNITS = {
    "location": ("location_id", "location"),
    "legal_entity": ("legal_entity_id", "legal_entity"),
}


class ChangeIn(Given):
    """The same change for many assets.

    `clear` names what is emptied; `fields` are the company's own.
    """

    tags: list[str] = Field(min_length=1, max_length=5000)
    changes: dict[str, str] = Field(default={})
    fields: dict[str, Any] = Field(default={})
    clear: list[str] = Field(default=[], max_length=50)
    preview: bool = Field(default=True, description="Only say what would happen.")


def _change(acting: Acting, given: ChangeIn) -> dict[str, Any]:
    work = acting.work
    changes: dict[str, Any] = {}
    for name, text in given.changes.items():
        if name in _UNITS:
            column, unit = _UNITS[name]
            changes[column] = unit_named(work.connection, unit, text)
        elif name == "category":
            number = categories.category_named(work.connection, text)
            changes["category_id"] = number
        elif name in ("purchased_on", "warranty_until"):
            changes[name] = _day(name, text)
        else:
            changes[name] = text
    own = dict(given.fields)
    for name in given.clear:
        if name.startswith("fields."):
            own[name.removeprefix("fields.")] = None
        else:
            column = "category_id" if name == "category" else name
            changes[_UNITS.get(name, (column,))[0]] = _EMPTY.get(name)
    rows = update_many(work, asset_ids_of(work.connection, given.tags), changes, own)
    wrong = sum(row["problem"] is not None for row in rows)
    if given.preview or wrong:
        work.rollback()
    written = not (given.preview or wrong)
    changed = sum(bool(row["changes"]) for row in rows)
    summary = f"{changed} of {len(rows)} {'changed' if written else 'would change'}"
    return {
        "written": written,
        "changed": changed,
        "problems": wrong,
        "rows": rows,
        "told": f"{summary}, {wrong} cannot." if wrong else f"{summary}.",
    }


_EMPTY = {"name": "", "note": ""}


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            N_("{given} is not a date (YYYY-MM-DD)."), where=name, given=text
        ) from None


CHANGE = Act("change-many", ChangeIn, _change, WRITERS, said=N_("{told}"))
