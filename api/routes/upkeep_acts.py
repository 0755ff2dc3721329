"""Acts that keep the register up: register, change many, categories, fields, notes."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.http.auth import Role
from inventory.assets.register import attachments, categories, saved_views
from inventory.assets.register.bulk_change import update_many
from inventory.kernel.errors import Invalid
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


class CategoryIn(Given):
    """A category; what it does not say it has from its parent."""

    code: str = Field(min_length=1, max_length=100)
    name: str | None = Field(default=None, max_length=200)
    parent: str | None = Field(default=None, max_length=100)
    kind: str | None = Field(default=None, max_length=40)
    asset_class: str | None = Field(default=None, max_length=100)
    warranty_months: int | None = Field(default=None, ge=0, le=600)


class SeriesIn(Given):
    """Which series numbers assets of a category in a legal entity."""

    prefix: str = Field(min_length=1, max_length=20)
    width: int = Field(default=5, ge=1, le=12)
    category: str | None = Field(default=None, max_length=100)
    legal_entity: str | None = Field(default=None, max_length=100)


class FieldIn(Given):
    """A field of assets: its type, and what its values may be."""

    key: str = Field(min_length=1, max_length=100)
    type: str = Field(max_length=20)
    label: str | None = Field(default=None, max_length=200)
    kind: str | None = Field(default=None, max_length=40)
    category: str | None = Field(default=None, max_length=100)
    required: bool = False
    choices: list[str] = Field(default=[], max_length=500)
    pattern: str | None = Field(default=None, max_length=500)
    least: str | None = Field(default=None, max_length=40)
    most: str | None = Field(default=None, max_length=40)


class KeyIn(Given):
    """A field that is checked no more."""

    key: str = Field(min_length=1, max_length=100)


class RemoveIn(Given):
    """A file to show no more."""

    attachment_id: int = Field(ge=1)


class ViewIn(Given):
    """A list as it shall be seen again."""

    page: str = Field(max_length=200)
    name: str = Field(min_length=1, max_length=100)
    query: str = Field(default="", max_length=2000)
    shared: bool = False


class ForgetIn(Given):
    """A view of one's own to forget."""

    view_id: int = Field(ge=1)


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
    told = f"{changed} of {len(rows)} {'changed' if written else 'would change'}"
    return {
        "written": written,
        "changed": changed,
        "problems": wrong,
        "rows": rows,
        "told": f"{told}, {wrong} cannot." if wrong else f"{told}.",
    }


_EMPTY = {"name": "", "note": ""}


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text!r} is no day.", where=name) from None


def _category(acting: Acting, given: CategoryIn) -> dict[str, Any]:
    reading = acting.work.connection
    values = given.model_dump(exclude={"code", "parent"})
    if given.parent:
        values["parent_id"] = categories.category_named(reading, given.parent)
    return {"id": categories.ensure_category(acting.work, given.code, **values)}


def _series(acting: Acting, given: SeriesIn) -> dict[str, Any]:
    reading = acting.work.connection
    entity, code = given.legal_entity, given.category
    categories.set_series(
        acting.work,
        given.prefix,
        width=given.width,
        category_id=categories.category_named(reading, code) if code else None,
        legal_entity_id=unit_named(reading, "legal_entity", entity) if entity else None,
    )
    return {"prefix": given.prefix}


def _field(acting: Acting, given: FieldIn) -> dict[str, Any]:
    rules: dict[str, Any] = {
        name: getattr(given, name)
        for name in ("choices", "pattern", "least", "most")
        if getattr(given, name)
    }
    code = given.category
    number = categories.category_named(acting.work.connection, code) if code else None
    values = given.model_dump(include={"label", "type", "kind", "required"})
    field_id = categories.ensure_field(
        acting.work, given.key, category_id=number, rules=rules, **values
    )
    return {"id": field_id, "key": given.key}


def _end_field(acting: Acting, given: KeyIn) -> dict[str, Any]:
    return {"ended": categories.end_field(acting.work, given.key)}


def _remove(acting: Acting, given: RemoveIn) -> dict[str, Any]:
    return {"removed": attachments.remove_file(acting.work, given.attachment_id)}


def _save_view(acting: Acting, given: ViewIn) -> dict[str, Any]:
    number = saved_views.save_view(
        acting.work, given.page, given.name, given.query, shared=given.shared
    )
    return {"id": number}


def _forget(acting: Acting, given: ForgetIn) -> dict[str, Any]:
    saved_views.delete_view(acting.work, given.view_id)
    return {"id": given.view_id}


CHANGE = Act("change-many", ChangeIn, _change, WRITERS, said="{told}")
CATEGORY = Act("category", CategoryIn, _category, WRITERS, said="Saved.")
SERIES = Act("series", SeriesIn, _series, WRITERS, said="Saved.")
FIELD = Act("field", FieldIn, _field, WRITERS, said="Saved.")
END_FIELD = Act("end-field", KeyIn, _end_field, WRITERS, said="Ended.")
REMOVE = Act("remove-file", RemoveIn, _remove, WRITERS, said="Removed.")
SAVE_VIEW = Act("save-view", ViewIn, _save_view, said="Saved.")
FORGET = Act("forget-view", ForgetIn, _forget, said="Forgotten.")
ACTS = (
    *(CHANGE, CATEGORY, SERIES, FIELD),
    *(END_FIELD, REMOVE, SAVE_VIEW, FORGET),
)
