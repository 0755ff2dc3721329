"""Categories, the series of their tags, the company's own fields, manufacturers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection

from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.perform import changes_of, partial
from api.resources.references import (
    CATEGORY,
    OWN_FIELD,
    CategoryRef,
    LegalEntityRef,
)
from api.resources.register.shared import WRITERS, columns_of_table, refuse_known
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.assets.register import categories
from inventory.assets.register.custom_fields import TYPES
from inventory.assets.register.detail_tables import CustomField, TagRule
from inventory.assets.register.tables import Category
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import LegalEntity
from inventory.storage.rows import col, find, id_of, table_of

_CATEGORY = table_of(Category)
_PARENT = _CATEGORY.alias("parent")
_ENTITY = table_of(LegalEntity)


class Inherited(DetailModel):
    """What a category has from those above it, where it does not say it itself."""

    kind: Text
    asset_class: Text
    warranty_months: Number


class CategoryRow(RowModel):
    """A category of assets."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    code: Annotated[str, Column("Code", sort=True, lead=True)]
    name: Annotated[str, Column("Name", sort=True)]
    parent: Annotated[Text, Column("Part of", about="Code of the category above.")]
    parent_id: Number
    kind: Annotated[Text, Column("Kind", Show.WORD)]
    asset_class: Annotated[Text, Column("Class")]
    warranty_months: Annotated[Number, Column("Warranty (months)", Show.NUMBER)]
    inherited: Inherited
    recorded_at: Moment


class CategoryQuestion(Question):
    """Which categories are asked for."""

    code: Annotated[Word, Choice("Code", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    kind: Annotated[Word, Choice("Kind")] = None
    asset_class: Annotated[Word, Choice("Class", main=False)] = None
    parent: Annotated[CategoryRef | None, Choice("Part of", pick="categories")] = None


class CategoryIn(Given):
    """A category; what it does not say it has from its parent."""

    code: Annotated[str, Field(min_length=1, max_length=100), Input("Code")]
    name: Annotated[str | None, Field(max_length=200), Input("Name")] = None
    parent: Annotated[CategoryRef | None, Input("Part of", pick="categories")] = None
    kind: Annotated[str | None, Field(max_length=40), Input("Kind")] = None
    asset_class: Annotated[str | None, Field(max_length=100), Input("Class")] = None
    warranty_months: Annotated[
        int | None, Field(ge=0, le=600), Input("Warranty (months)")
    ] = None


CategoryEditIn = partial(CategoryIn, "CategoryEditIn", "code")


def _with_inherited(
    connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    for row in rows:
        row["inherited"] = categories.inherited(connection, row["id"])
    return rows


def _save_category(acting: Acting, given: CategoryIn) -> dict[str, Any]:
    values = given.model_dump(exclude={"code", "parent"})
    if given.parent is not None:
        values["parent_id"] = int(given.parent)
    return {"id": categories.ensure_category(acting.work, given.code, **values)}


def _add_category(acting: Acting, given: CategoryIn) -> dict[str, Any]:
    refuse_known(acting.work.connection, Category, "code", given.code)
    return _save_category(acting, given)


def _update_category(acting: Acting, given: Given) -> None:
    values = dict(changes_of(given))
    if "parent" in values:
        values["parent_id"] = values.pop("parent")
    categories.update_category(acting.work, acting.id, values)


_CATEGORIES: TableSource[CategoryQuestion] = TableSource(
    table=_CATEGORY,
    columns=columns_of_table(
        Category, "id code name parent_id kind asset_class warranty_months recorded_at"
    )
    | {"parent": _PARENT.c.code},
    joined=_CATEGORY.outerjoin(_PARENT, _PARENT.c.id == col(Category.parent_id)),
    refers={"parent": col(Category.parent_id)},
    searched=(col(Category.code), col(Category.name)),
    finish=_with_inherited,
    offered=("kind",),
)
CATEGORIES = Resource(
    name="categories",
    command="category",
    title=N_("Categories"),
    counted=NN_("{count} category", "{count} categories"),
    group="register",
    rows=CategoryRow,
    question=CategoryQuestion,
    sort="code",
    source=_CATEGORIES,
    reference=CATEGORY,
    detail=CategoryRow,
    get=_CATEGORIES.one,
    called=lambda row: str(row["code"]),
    acts=(
        Act(
            "add-category",
            CategoryIn,
            _add_category,
            WRITERS,
            verb="create",
            many=True,
            said=N_("Saved."),
        ),
        Act(
            "update-category",
            CategoryEditIn,
            _update_category,
            WRITERS,
            verb="update",
            said=N_("Saved."),
        ),
    ),
)


class TagSeriesRow(RowModel):
    """Which series numbers the assets of a category in a legal entity."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    prefix: Annotated[str, Column("Prefix", sort=True, lead=True)]
    width: Annotated[int, Column("Digits", Show.NUMBER)]
    category: Annotated[Text, Column("Category", about="Its code; any without.")]
    category_id: Number
    legal_entity: Annotated[Text, Column("Legal entity", about="Any without.")]
    legal_entity_id: Number
    recorded_at: Moment


class TagSeriesQuestion(Question):
    """Which series are asked for."""

    prefix: Annotated[Word, Choice("Prefix")] = None
    category: Annotated[CategoryRef | None, Choice("Category", pick="categories")] = (
        None
    )
    legal_entity: Annotated[LegalEntityRef | None, Choice("Legal entity")] = None


class SeriesIn(Given):
    """Which series numbers assets of a category in a legal entity."""

    prefix: Annotated[str, Field(min_length=1, max_length=20), Input("Prefix")]
    width: Annotated[int, Field(ge=1, le=12), Input("Digits")] = 5
    category: Annotated[
        CategoryRef | None, Input("Category", pick="categories", hint="Any without.")
    ] = None
    legal_entity: Annotated[
        LegalEntityRef | None, Input("Legal entity", hint="Any without.")
    ] = None


class SeriesSet(DetailModel):
    """A series that numbers assets from now on."""

    prefix: str


def _set_series(acting: Acting, given: SeriesIn) -> dict[str, Any]:
    category, entity = given.category, given.legal_entity
    categories.set_series(
        acting.work,
        given.prefix,
        width=given.width,
        category_id=None if category is None else int(category),
        legal_entity_id=None if entity is None else int(entity),
    )
    return {"prefix": given.prefix}


SET_SERIES = Act(
    "series",
    SeriesIn,
    _set_series,
    WRITERS,
    verb="set",
    said=N_("Saved."),
    on="list",
    answer=SeriesSet,
)
TAG_SERIES = Resource(
    name="tag-series",
    command="tag-series",
    title=N_("Series of tags"),
    counted=NN_("{count} series", "{count} series"),
    group="register",
    rows=TagSeriesRow,
    question=TagSeriesQuestion,
    sort="prefix",
    source=TableSource(
        table=table_of(TagRule),
        columns=columns_of_table(
            TagRule, "id prefix width category_id legal_entity_id recorded_at"
        )
        | {"category": col(Category.code), "legal_entity": col(LegalEntity.code)},
        joined=table_of(TagRule)
        .outerjoin(_CATEGORY, id_of(Category) == col(TagRule.category_id))
        .outerjoin(_ENTITY, id_of(LegalEntity) == col(TagRule.legal_entity_id)),
        refers={
            "category": col(TagRule.category_id),
            "legal_entity": col(TagRule.legal_entity_id),
        },
        searched=(col(TagRule.prefix),),
    ),
    acts=(SET_SERIES,),
)


class FieldRow(RowModel):
    """A field of assets that the company has."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    key: Annotated[str, Column("Key", sort=True, lead=True)]
    label: Annotated[str, Column("Label", sort=True)]
    type: Annotated[str, Column("Type", Show.WORD)]
    kind: Annotated[Text, Column("Only of the kind", Show.WORD)]
    category: Annotated[Text, Column("Only of the category")]
    category_id: Number
    required: Annotated[bool, Column("Required", Show.YES)]
    rules: dict[str, Any]
    recorded_at: Moment
    ended_at: Annotated[Moment, Column("Ended", Show.DAY, shown=False)]


class FieldQuestion(Question):
    """Which fields are asked for."""

    key: Annotated[Word, Choice("Key", main=False)] = None
    type: Annotated[Word, Choice("Type")] = None
    kind: Annotated[Word, Choice("Kind")] = None
    category: Annotated[CategoryRef | None, Choice("Category", pick="categories")] = (
        None
    )
    required: Annotated[bool | None, Choice("Required", main=False)] = None
    ended: Annotated[
        bool | None, Choice("Ended", about="Checked no more; all without.")
    ] = None


class FieldIn(Given):
    """A field of assets: its type, and what its values may be."""

    key: Annotated[str, Field(min_length=1, max_length=100), Input("Key")]
    type: Annotated[str, Field(max_length=20), Input("Type", about=", ".join(TYPES))]
    label: Annotated[str | None, Field(max_length=200), Input("Label")] = None
    kind: Annotated[str | None, Field(max_length=40), Input("Only of the kind")] = None
    category: Annotated[
        CategoryRef | None, Input("Only of the category", pick="categories")
    ] = None
    required: Annotated[bool, Input("Required")] = False
    choices: Annotated[
        list[str],
        Field(default_factory=list, max_length=500),
        Input("Choices", hint="One a line."),
    ]
    pattern: Annotated[str | None, Field(max_length=500), Input("Pattern")] = None
    least: Annotated[str | None, Field(max_length=40), Input("Least")] = None
    most: Annotated[str | None, Field(max_length=40), Input("Most")] = None


FieldEditIn = partial(FieldIn, "FieldEditIn", "key")
_RULES = ("choices", "pattern", "least", "most")


def _save_field(acting: Acting, given: FieldIn) -> dict[str, Any]:
    values = given.model_dump(include={"label", "type", "kind", "required"})
    field_id = categories.ensure_field(
        acting.work,
        given.key,
        category_id=None if given.category is None else int(given.category),
        rules={name: getattr(given, name) for name in _RULES if getattr(given, name)},
        **values,
    )
    return {"id": field_id, "key": given.key}


def _add_field(acting: Acting, given: FieldIn) -> dict[str, Any]:
    key = " ".join(given.key.split())
    refuse_known(acting.work.connection, CustomField, "key", key)
    return _save_field(acting, given)


def _update_field(acting: Acting, given: Given) -> None:
    changes = dict(changes_of(given))
    old = find(acting.work.connection, CustomField, id=acting.id) or {}
    rules = {**old["rules"], **{n: changes.pop(n) for n in _RULES if n in changes}}
    if "category" in changes:
        changes["category_id"] = changes.pop("category")
    values = {n: old[n] for n in ("label", "type", "kind", "category_id", "required")}
    categories.update_field(
        acting.work,
        acting.id,
        values | changes | {"rules": {n: v for n, v in rules.items() if v}},
    )


class FieldKeyIn(Given):
    """A field that is checked no more."""

    key: Annotated[str, Field(min_length=1, max_length=100), Input("Key")]


def _end_field(acting: Acting, given: FieldKeyIn) -> dict[str, Any]:
    return {"ended": categories.end_field(acting.work, given.key)}


_FIELDS: TableSource[FieldQuestion] = TableSource(
    table=table_of(CustomField),
    columns=columns_of_table(
        CustomField,
        "id key label type kind category_id required rules recorded_at ended_at",
    )
    | {"category": col(Category.code)},
    joined=table_of(CustomField).outerjoin(
        _CATEGORY, id_of(Category) == col(CustomField.category_id)
    ),
    refers={"category": col(CustomField.category_id)},
    filters={
        "ended": lambda ended, _viewer: col(CustomField.ended_at).is_not(None) == ended,
    },
    searched=(col(CustomField.key), col(CustomField.label)),
)
END_FIELD = Act(
    "end-field",
    FieldKeyIn,
    _end_field,
    WRITERS,
    verb="end",
    ref="key",
    said=N_("Ended."),
    danger=True,
    about="Check a field no more; its values stay.",
)
FIELDS = Resource(
    name="fields",
    command="field",
    title=N_("Own fields"),
    counted=NN_("{count} field", "{count} fields"),
    group="register",
    rows=FieldRow,
    question=FieldQuestion,
    sort="key",
    source=_FIELDS,
    reference=OWN_FIELD,
    detail=FieldRow,
    get=_FIELDS.one,
    called=lambda row: str(row["key"]),
    acts=(
        Act("add-field", FieldIn, _add_field, WRITERS, verb="create"),
        Act("update-field", FieldEditIn, _update_field, WRITERS, verb="update"),
        END_FIELD,
    ),
)
