"""Acts that keep the register up: register, change many, categories, fields, notes."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.http.auth import Role
from inventory.assets.register import attachments, categories, saved_views
from inventory.assets.register.bulk_change import update_many
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.kernel.errors import Invalid
from inventory.kernel.money import MoneyError, parse_money
from inventory.people.organisation import unit_named
from inventory.queries.references import asset_ids_of

WRITERS = frozenset({Role.IT})
_UNITS = {
    "location": ("location_id", "location"),
    "legal_entity": ("legal_entity_id", "legal_entity"),
}


class RegisterIn(Given):
    """A thing to register; without a tag it gets the next of its series."""

    kind: str = Field(max_length=40)
    tag: str = Field(default="", max_length=64)
    name: str = Field(default="", max_length=200)
    manufacturer: str | None = Field(default=None, max_length=200)
    model: str | None = Field(default=None, max_length=200)
    serial: str | None = Field(default=None, max_length=200)
    category: str | None = Field(default=None, max_length=100, description="Its code.")
    asset_class: str | None = Field(default=None, max_length=100)
    legal_entity: str | None = Field(default=None, max_length=100)
    location: str | None = Field(default=None, max_length=200)
    supplier: str | None = Field(default=None, max_length=200)
    purchased_on: date | None = None
    cost: str | None = Field(default=None, max_length=40, description="1249.00")
    currency: str | None = Field(default=None, min_length=3, max_length=3)
    warranty_until: date | None = None
    fields: dict[str, Any] = Field(default={})
    note: str = Field(default="", max_length=10_000)


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


class NoteIn(Given):
    """A note to an asset."""

    tag: str = Field(max_length=64)
    text: str = Field(min_length=1, max_length=20_000)


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


def _register(acting: Acting, given: RegisterIn) -> dict[str, Any]:
    reading = acting.work.connection
    plain = given.model_dump(
        exclude={"category", "legal_entity", "location", "cost", "currency"}
    )
    try:
        cost = parse_money(given.cost, given.currency or "") if given.cost else None
    except MoneyError as error:
        raise Invalid(f"{error}.", where="cost") from error
    for name, (column, unit) in _UNITS.items():
        code = getattr(given, name)
        plain[column] = unit_named(reading, unit, code) if code else None
    if given.category:
        plain["category_id"] = categories.category_named(reading, given.category)
    new = NewAsset(**plain, cost=cost, since=acting.work.clock().date())
    return {"asset_id": register_asset(acting.work, new)}


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


def _note(acting: Acting, given: NoteIn) -> dict[str, Any]:
    (asset_id,) = asset_ids_of(acting.work.connection, [given.tag])
    return {"id": attachments.add_note(acting.work, asset_id, given.text)}


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


REGISTER = Act(
    "register",
    RegisterIn,
    _register,
    WRITERS,
    said="Registered.",
    leads_to="/assets/{asset_id}",
)
CHANGE = Act("change-many", ChangeIn, _change, WRITERS, said="{told}")
CATEGORY = Act("category", CategoryIn, _category, WRITERS, said="Saved.")
SERIES = Act("series", SeriesIn, _series, WRITERS, said="Saved.")
FIELD = Act("field", FieldIn, _field, WRITERS, said="Saved.")
END_FIELD = Act("end-field", KeyIn, _end_field, WRITERS, said="Ended.")
NOTE = Act("note", NoteIn, _note, frozenset(Role) - {Role.AUDITOR}, said="Noted.")
REMOVE = Act("remove-file", RemoveIn, _remove, WRITERS, said="Removed.")
SAVE_VIEW = Act("save-view", ViewIn, _save_view, said="Saved.")
FORGET = Act("forget-view", ForgetIn, _forget, said="Forgotten.")
ACTS = (
    *(REGISTER, CHANGE, CATEGORY, SERIES, FIELD),
    *(END_FIELD, NOTE, REMOVE, SAVE_VIEW, FORGET),
)
