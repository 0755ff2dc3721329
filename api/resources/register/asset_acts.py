"""What may be done with an asset itself: register it, correct it, take a step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.http.callers import STAFF, Role
from api.http.errors import Forbidden
from api.resources.declare import DetailModel, Input
from api.resources.perform import changes_of, partial
from api.resources.references import (
    AssetRef,
    CategoryRef,
    LegalEntityRef,
    LocationRef,
)
from api.resources.register.asset_details import with_inputs
from inventory.assets.register import attachments
from inventory.assets.register.details import BOUGHT, MORE, WHAT
from inventory.assets.register.lifecycle import DEFAULT, KINDS, Step
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset, update_asset
from inventory.assets.register.tables import Asset
from inventory.assets.register.transitions import take_step
from inventory.kernel.errors import Invalid
from inventory.kernel.money import Money, MoneyError, parse_money
from inventory.kernel.texts import N_, Said
from inventory.queries.register.assets import asset_detail
from inventory.storage.rows import get

WRITERS = frozenset({Role.IT})
_REFERENCES = ("category", "legal_entity", "location", "parent")
_NEVER_EMPTY = ("name", "note")

Short = Annotated[str | None, Field(max_length=200)]
WHERE = N_("Where it belongs")


@with_inputs
class RegisterIn(Given):
    """A thing to register; without a tag it gets the next of its series."""

    kind: Annotated[
        str,
        Field(max_length=40),
        Input("Kind", known=lambda _app: KINDS, group=WHAT),
    ]
    tag: Annotated[
        str,
        Field(max_length=64),
        Input("Tag", hint="The next of the series without.", group=WHAT),
    ] = ""
    name: Annotated[str, Field(max_length=200), Input("Name", group=WHAT)] = ""
    manufacturer: Annotated[Short, Input("Manufacturer", group=WHAT)] = None
    serial: Annotated[Short, Input("Serial", hint="As on the label.", group=WHAT)] = (
        None
    )
    category: Annotated[
        CategoryRef | None, Input("Category", pick="categories", group=WHAT)
    ] = None
    parent: Annotated[AssetRef | None, Input("Part of", pick="assets", group=WHAT)] = (
        None
    )
    legal_entity: Annotated[
        LegalEntityRef | None, Input("Legal entity", group=WHERE)
    ] = None
    location: Annotated[
        LocationRef | None, Input("Belongs to", pick="places", group=WHERE)
    ] = None
    cost: Annotated[
        str | None,
        Field(max_length=40),
        Input("Cost", kind="money", hint="1249.00", group=BOUGHT),
    ] = None
    currency: Annotated[
        str | None,
        Field(min_length=3, max_length=3),
        Input("Currency", hint="ISO 4217, such as EUR.", group=BOUGHT),
    ] = None
    since: Annotated[
        date | None, Input("In stock since", hint="Today without.", group=BOUGHT)
    ] = None
    fields: Annotated[
        dict[str, Any],
        Field(default_factory=dict),
        Input("Own fields", hint="The company's own, by key.", group=MORE),
    ]


EditIn = partial(RegisterIn, "AssetEditIn", "since")


class StepIn(Given):
    """A step of the lifecycle."""

    asset: Annotated[AssetRef, Input("Asset", pick="assets")]
    on: Annotated[date | None, Input("On", hint="Today without.")] = None
    reason: Annotated[str, Field(max_length=2000), Input("Reason", kind="area")] = ""


class NamedStepIn(StepIn):
    """A step of the lifecycle, by its name."""

    step: Annotated[str, Field(max_length=40), Input("Step")]


class NoteIn(Given):
    """A note to an asset."""

    asset: Annotated[AssetRef, Input("Asset", pick="assets")]
    text: Annotated[
        str, Field(min_length=1, max_length=20_000), Input("Note", kind="area")
    ]


class NoteAdded(DetailModel):
    """A note that was added."""

    note_id: int


def money_of(text: str | None, currency: str | None) -> Money | None:
    """Return an amount as it was given in words; None for none.

    Raises:
        Invalid: It is no amount of the currency.
    """
    try:
        return parse_money(text, currency or "") if text else None
    except MoneyError as error:
        raise Invalid(f"{error}.", where="cost") from error


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return inputs by the names that the service has for them."""
    named = {n: v for n, v in values.items() if n not in ("cost", "currency")}
    for name in _REFERENCES:
        if name in named:
            named[f"{name}_id"] = named.pop(name)
    return named


def _register(acting: Acting, given: RegisterIn) -> dict[str, Any]:
    values = _columns(dict(given))
    values["since"] = given.since or acting.work.clock().date()
    new = NewAsset(**values, cost=money_of(given.cost, given.currency))
    return {"id": register_asset(acting.work, new)}


def _update(acting: Acting, given: Given) -> dict[str, Any]:
    changes = changes_of(given)
    old = get(acting.work.connection, Asset, acting.id, lock=True)
    values = _columns(changes)
    for name in _NEVER_EMPTY:
        if name in values and values[name] is None:
            values[name] = ""
    if "cost" in changes:
        currency = changes.get("currency") or old["currency"]
        values["cost"] = money_of(changes["cost"], currency)
    elif "currency" in changes:
        raise Invalid(
            N_("A currency alone is no cost."),
            where="currency",
            remedy=N_("Give both."),
        )
    if values.get("fields") is not None:
        merged = {**old["fields"], **values["fields"]}
        values["fields"] = {key: one for key, one in merged.items() if one is not None}
    update_asset(acting.work, acting.id, **values)
    return {"id": acting.id}


def _begin(acting: Acting) -> dict[str, Any]:
    row = get(acting.work.connection, Asset, acting.id)
    values = {name: row[name] for name in EditIn.model_fields if name in row}
    return values | {name: row[f"{name}_id"] for name in _REFERENCES}


def _take(acting: Acting, given: StepIn, name: str) -> dict[str, Any]:
    step = DEFAULT.steps.get(name)
    if step is not None and step.roles.isdisjoint(map(str, acting.caller.roles)):
        needed = " or ".join(sorted(step.roles))
        raise Forbidden(f"The step {step.name!r} needs the role {needed}.")
    asset_id = int(given.asset)
    day = given.on or acting.work.clock().date()
    taken = take_step(acting.work, asset_id, name, on=day, reason=given.reason)
    return {"asset_id": asset_id, "step": taken.name, "state": taken.target}


def _named_step(acting: Acting, given: NamedStepIn) -> dict[str, Any]:
    return _take(acting, given, given.step)


def _note(acting: Acting, given: NoteIn) -> dict[str, Any]:
    return {"note_id": attachments.add_note(acting.work, int(given.asset), given.text)}


def _consequences(acting: Acting, step: Step) -> list[str]:
    """Say who loses the asset by a step, and what the step means."""
    work = acting.work
    asset = asset_detail(work.connection, acting.id, work.clock().date())
    holder = asset["holder_on_day"] if asset else None
    meaning = DEFAULT.states[step.target].meaning
    state = _blanks(step.target)
    lines: list[str] = [
        Said(N_("It is {state}: {meaning}."), state=state, meaning=meaning)
    ]
    if holder and step.ends_custody:
        lines.append(Said(N_("{holder} holds it no more."), holder=holder["holder"]))
    return lines


def _blanks(word: str) -> str:
    return word.replace("_", " ")


def _named(step: str) -> str:
    return _blanks(step).capitalize()


def _step_act(step: Step) -> Act:
    verb = step.name.replace("_", "-")
    return Act(
        f"step-{verb}",
        StepIn,
        lambda acting, given: _take(acting, given, step.name),
        frozenset(Role(name) for name in step.roles),
        verb=verb,
        ref="asset",
        about=f"{_named(step.name)}: afterwards it is {_blanks(step.target)}.",
        said=N_("It is {state}."),
        many=True,
        danger=not DEFAULT.states[step.target].owned,
        consequences=lambda acting, _given: _consequences(acting, step),
    )


REGISTER = Act(
    "register",
    RegisterIn,
    _register,
    WRITERS,
    said=N_("Registered."),
    leads_to="/assets/{id}",
    verb="create",
    about="Register a thing.",
    title=N_("Register a thing"),
    many=True,
)
UPDATE = Act(
    "update-asset",
    EditIn,
    _update,
    WRITERS,
    said=N_("Saved."),
    leads_to="/assets/{id}",
    verb="update",
    about="Correct what is said about an asset.",
    title=N_("Change {tag}"),
    many=True,
    begin=_begin,
)
STEP = Act(
    "step",
    NamedStepIn,
    _named_step,
    frozenset({Role.IT, Role.ACCOUNTING}),
    said=N_("It is {state}."),
)
"""Of a form that offers all steps; the API and the commands have one act a step."""
NOTE = Act(
    "note",
    NoteIn,
    _note,
    STAFF - {Role.AUDITOR},
    said=N_("Noted."),
    ref="asset",
    about="Add a note to an asset; it is never changed.",
    answer=NoteAdded,
)
STEPS = tuple(_step_act(step) for step in DEFAULT.steps.values())
ASSET_ACTS = (REGISTER, UPDATE, NOTE, *STEPS)
