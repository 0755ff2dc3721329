"""Sources of staff as a form has them: of the document of their rules, and back. Pure.

The document is what `sources.yaml` holds. A form has no lists of lists: a rule of
joining is `email + family name`, an order of sources `workday, sap`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.provisioning.rules import Document, Rules, as_json, with_sources

PLACES: Mapping[str, tuple[str, ...]] = {
    "joining": ("joining",),
    "order": ("authority", "others"),
    "field_order": ("authority", "fields"),
    "most_leavers": ("leavers", "most"),
    "leaver_days": ("leavers", "days"),
    "bridge": ("bridge",),
    "suspend": ("suspend",),
    "absence_days": ("absence_days",),
    "retention_days": ("retention_days",),
    "remind_before": ("remind", "before"),
    "remind_every": ("remind", "every"),
    "separate": ("separate",),
    "approve_up_to": ("approve_up_to",),
}
"""Field -> where the document has it."""
EMPLOYMENTS = "employments"
_KEYS: Mapping[str, type] = {
    "authority": dict,
    "leavers": dict,
    "remind": dict,
    EMPLOYMENTS: dict,
    "joining": list,
    "suspend": list,
    "separate": bool,
}
_INSIDE: Mapping[str, tuple[str, ...]] = {
    "authority": ("fields", "others"),
    "leavers": ("most", "days"),
    "remind": ("before", "every"),
}
_AND, _OR = "+", ","


def in_fields(document: Document) -> dict[str, Any]:
    """Return what a document says, field by field; None of what it leaves out."""
    found = {name: _at(document, place) for name, place in PLACES.items()}
    rules = [f" {_AND} ".join(rule) for rule in found["joining"] or ()]
    found["joining"] = [rule.replace("_", " ") for rule in rules]
    found["order"] = list(found["order"] or ())
    found["suspend"] = list(found["suspend"] or ())
    orders = found["field_order"] or {}
    found["field_order"] = {
        name.replace("_", " "): f"{_OR} ".join(one) for name, one in orders.items()
    }
    return found


def changed(document: Document, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with some fields in the place of what it said.

    A field that is None says nothing any more: what holds without a word holds then.
    """
    result = as_json(document, "sources")
    for name, value in changes.items():
        *sections, last = PLACES[name]
        inside = result
        for section in sections:
            if inside.get(section) is None:
                inside[section] = {}
            inside = inside[section]
        if value is None:
            inside.pop(last, None)
            continue
        inside[last] = _of_field(name, value)
    return result


def _of_field(name: str, value: Any) -> Any:  # noqa: ANN401 - as the document has it
    if name == "joining":
        rules = [_split(rule, _AND) for rule in value]
        return [[_named(field) for field in rule] for rule in rules]
    if name == "field_order":
        return {_named(field): _split(order, _OR) for field, order in value.items()}
    return value


def _named(field: str) -> str:
    """Return the name of a field that was written as people do."""
    return "_".join(field.split())


def _split(text: str, sign: str) -> list[str]:
    return [part.strip() for part in text.split(sign) if part.strip()]


def named_sources(document: Document) -> set[str]:
    """Return the sources that an order names."""
    authority = document.get("authority") or {}
    orders = [authority.get("others") or (), *(authority.get("fields") or {}).values()]
    return {str(one) for order in orders for one in order}


def checked(document: Mapping[str, Any], rules: Rules) -> Rules:
    """Return the rules with these of sources.

    Args:
        document: What `sources.yaml` may hold.
        rules: Those of everything else.

    Raises:
        Invalid: It has an unknown key, a value of another kind, or one that makes no
            sense; `where` is the field of the form that has it.
    """
    _check_shape(document)
    try:
        return with_sources(rules, document)
    except Invalid as error:
        error.where = _field_of(error.where)
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Invalid(
            N_("It has another shape: {error}."), where="file", error=str(error)
        ) from error


def _check_shape(document: Mapping[str, Any]) -> None:
    known = {place[0] for place in PLACES.values()} | {EMPLOYMENTS}
    for name in document:
        _check(name, name in known, "file", sorted(known))
    for name, kind in _KEYS.items():
        value = document.get(name)
        if value is not None and not isinstance(value, kind):
            raise _other_shape(name)
    for name, keys in _INSIDE.items():
        for key in document.get(name) or {}:
            _check(f"{name}: {key}", key in keys, "file", keys)
    _check_lists(document)


def _check_lists(document: Mapping[str, Any]) -> None:
    """Refuse a text, whose letters would be taken for the entries of a list."""
    authority = document.get("authority") or {}
    orders = authority.get("fields") or {}
    if not isinstance(orders, Mapping):
        raise _other_shape("authority: fields")
    lists = [("joining", rule) for rule in document.get("joining") or ()]
    lists += [("suspend", document.get("suspend") or [])]
    lists += [("authority: others", authority.get("others") or [])]
    lists += [(f"authority: fields: {name}", one) for name, one in orders.items()]
    for name, value in lists:
        if not isinstance(value, list) or not all(isinstance(x, str) for x in value):
            raise _other_shape(name)


def _other_shape(name: str) -> Invalid:
    return Invalid(
        N_("{name} has another shape than it must have."), where="file", name=name
    )


def _check(given: str, right: bool, where: str, choices: Sequence[str]) -> None:
    if not right:
        raise Invalid(
            N_("{given!r} is not understood."),
            where=where,
            remedy=N_("Use {choices}."),
            given=given,
            choices=", ".join(choices),
        )


def _field_of(where: str) -> str:
    """Return the field of the form that holds what is named `sources: ...`."""
    place = where.removeprefix("sources: ")
    if place.startswith(EMPLOYMENTS):
        return EMPLOYMENTS
    ends = {"authority": "field_order"} | {one[-1]: n for n, one in PLACES.items()}
    return ends.get(place, "file")


def _at(document: Document, place: Sequence[str]) -> Any:  # noqa: ANN401
    found: Any = document
    for name in place:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
