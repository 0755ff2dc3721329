"""How the columns of a table become fields of assets, as data. Pure.

A profile is a mapping, read from YAML::

    title: Snipe-IT, import format of assets
    delimiter: ","              of CSV; several characters: whichever occurs most
    decimal: "."                before the cents; auto: as the column itself tells
    dates: ["%m/%d/%y"]         besides YYYY-MM-DD
    currency: EUR               where the table tells none
    columns:                    heading -> field; "-" leaves a column out
      Asset Tag: tag
      Operating System: fields.os
    own_names: true             every field is a heading, too, as our own files have it
    unknown: field              other columns: field (a free field), ignore, refuse
    defaults: {kind: other}     for new assets where the table tells nothing
    kinds: {Laptops: laptop}    their words -> ours; "*" for all others
    states: {Ready to Deploy: in_stock}
    create: [persons, locations, legal_entities]    what may be added when unknown
    erase: [note]               fields that an empty cell clears

Two headings may lead to one field: the first cell that is not empty counts. Headings
are compared without case; a heading that occurs twice counts once, the first filled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inventory.assets.register.details import DETAILS
from inventory.assets.register.lifecycle import DEFAULT, KINDS
from inventory.bulk.files.cells import heading
from inventory.bulk.files.profile_words import check_known, words_of
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

FIELDS: Mapping[str, str] = {
    "tag": "inventory number",
    "kind": "what it is",
    "name": "its name",
    "manufacturer": "who made it",
    "serial": "serial number",
    "state": "lifecycle state, of new assets",
    "since": "day it went into that state",
    "legal_entity": "code or name of the company that owns it",
    "location": "code or name of where it belongs",
    **{name: str(field.description) for name, field in DETAILS.items()},
    "cost": "purchase cost",
    "currency": "of the cost",
    "warranty_months": "months of warranty from the day of purchase",
    "macs": "MAC addresses, separated by ;",
    "imei": "IMEIs, separated by ;",
    "uuid": "UUID of the firmware",
    "person": "who has it: key, login, e-mail address or name",
    "person_login": "who has it: login",
    "person_email": "who has it: e-mail address",
    "person_name": "who has it: given name and family name",
    "given_name": "of who has it",
    "family_name": "of who has it",
    "place": "code or name of the place that has it",
    "held_from": "day since when",
    "expected_return": "day it should be back",
    "cost_centre": "code or name of who pays for it",
}
"""Fields a column can be mapped to, and `fields.` with any name for free ones."""

ERASABLE = frozenset(
    (*DETAILS, *"name serial location cost manufacturer legal_entity".split())
)
CREATABLE = frozenset(("persons", "locations", "legal_entities", "cost_centres"))
AUTO = "auto"
"""The mark before the cents is found out from the column."""
_UNKNOWN = ("field", "ignore", "refuse")
_KEYS = frozenset(
    "title delimiter decimal dates currency columns unknown defaults kinds states "
    "create erase own_names".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A way to read a table; see the module."""

    title: str
    columns: Mapping[str, str]
    delimiter: str = ",;\t"
    decimal: str = "."
    dates: Sequence[str] = ()
    currency: str | None = None
    unknown: str = "refuse"
    defaults: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    create: frozenset[str] = frozenset()
    erase: frozenset[str] = frozenset()

    def field_of(self, head: str) -> str | None:
        """Return the field of a heading; None for a column that is left out.

        Raises:
            Invalid: The profile knows no such heading and refuses others.
        """
        key = heading(head)
        known = self.columns.get(key)
        if known is not None:
            return None if known == "-" else known
        if not key or self.unknown == "ignore":
            return None
        if self.unknown == "field":
            return f"fields.{' '.join(head.split())}"
        raise Invalid(
            N_("The profile {title!r} knows no column {head!r}."),
            where="columns",
            remedy=N_("Map it to a field, or to '-' to leave it out."),
            title=self.title,
            head=head,
        )

    def columns_of(self, heads: Sequence[str]) -> dict[str, str | None]:
        """Return heading -> field; None for what is left out or refused."""
        found: dict[str, str | None] = {}
        for head in heads:
            name = " ".join(head.split())
            if name:
                try:
                    found[name] = self.field_of(head)
                except Invalid:
                    found[name] = None
        return found


def read_profile(document: Mapping[str, Any]) -> Profile:
    """Return a profile from its document.

    Raises:
        Invalid: A key, a field or a word in it is unknown; the message names it.
    """
    check_known("key", document, _KEYS)
    columns = words_of(document, "columns")
    if document.get("own_names"):
        columns = {heading(name): name for name in FIELDS} | columns
    targets = [t for t in columns.values() if t != "-" and not t.startswith("fields.")]
    check_known("field", targets, FIELDS)
    kinds, states = words_of(document, "kinds"), words_of(document, "states")
    check_known("kind", kinds.values(), KINDS)
    check_known("state", states.values(), DEFAULT.states)
    defaults = {str(k): str(v) for k, v in (document.get("defaults") or {}).items()}
    check_known("field", defaults, FIELDS)
    create = frozenset(document.get("create") or ())
    check_known("section to create", create, CREATABLE)
    erase = frozenset(document.get("erase") or ())
    check_known("field to erase", erase, ERASABLE)
    unknown = str(document.get("unknown", "refuse"))
    check_known("way with unknown columns", [unknown], _UNKNOWN)
    return Profile(
        title=str(document.get("title", "")),
        columns=columns,
        delimiter=str(document.get("delimiter", ",;\t")),
        decimal=str(document.get("decimal", ".")),
        dates=tuple(document.get("dates") or ()),
        currency=document.get("currency"),
        unknown=unknown,
        defaults=defaults,
        kinds=kinds,
        states=states,
        create=create,
        erase=erase,
    )
