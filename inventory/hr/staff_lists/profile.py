"""How the columns of a list of staff are read, as data. Pure.

A profile is a mapping, read from YAML (`config/staff`)::

    title: "BambooHR: report of employees"
    source: bamboohr            of the events, unless another one is given
    dates: ["%d.%m.%Y"]         besides YYYY-MM-DD
    code_page: cp1252           of CSV that is neither UTF-8 nor UTF-16
    columns:                    heading -> field; "-" leaves a column out
      "Employee #": number
    names: family-first         how a full name is written, if not given-first
    statuses: {Terminated: left}    their words -> coming, active, away, left
    worker_types: {Contractor: contractor}
    create: [departments, locations, cost_centres, legal_entities]
    defaults: {legal_entity: "100"}    where a row tells nothing

Two headings may lead to one field: the first cell that is not empty counts. Headings
are compared without case. One that the profile does not know is read as in the general
profile, unless another column of the list has that field already. Any other column is
not read: pay, birthdays and health have no place in a register of things.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inventory.bulk.files.cells import heading
from inventory.bulk.files.profile_words import check_known, words_of
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

FIELDS: Mapping[str, str] = {
    "number": "employee id or personnel number",
    "given_name": "given name",
    "family_name": "family name",
    "full_name": "given name and family name in one cell",
    "email": "e-mail address at work",
    "login": "log-in",
    "start": "first day of the employment",
    "last": "last day of the employment",
    "last_working_day": "last day at work, if before the last day",
    "contract_end": "end of a contract that ends by itself",
    "status": "coming, active, away or left",
    "legal_entity": "code or name of the company that employs",
    "department": "code or name of the department",
    "cost_centre": "code or name of the cost centre",
    "location": "code or name of the place of work",
    "manager": "employee id, e-mail address or name of the manager",
    "title": "job title",
    "role": "job code, by which kits are chosen",
    "worker_type": "employee, contractor ...",
    "effective_on": "day since when the row holds",
    "reason": "why somebody leaves",
}
"""Fields a column can be mapped to."""

STATUSES = ("coming", "active", "away", "left")
CREATABLE = ("legal_entities", "departments", "cost_centres", "locations")
_NAMES = ("given-first", "family-first")
_KEYS = frozenset(
    "title source delimiter code_page dates columns names statuses worker_types"
    " create defaults".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffProfile:
    """A way to read a list of staff; see the module.

    Attributes:
        usual: Headings as anybody would write them, to fields.
    """

    title: str
    columns: Mapping[str, str]
    source: str = "staff-list"
    delimiter: str = ",;\t"
    code_page: str = "cp1252"
    dates: Sequence[str] = ()
    names: str = "given-first"
    statuses: Mapping[str, str] = field(default_factory=dict)
    worker_types: Mapping[str, str] = field(default_factory=dict)
    create: frozenset[str] = frozenset()
    defaults: Mapping[str, str] = field(default_factory=dict)
    usual: Mapping[str, str] = field(default_factory=dict)

    def fields_of(self, heads: Sequence[str]) -> list[str | None]:
        """Return the field of each heading; None for a column that is not read."""
        own = [self.columns.get(heading(head)) for head in heads]
        taken = set(own)
        found: list[str | None] = []
        for head, field_name in zip(heads, own, strict=True):
            usual = self.usual.get(heading(head)) if field_name is None else None
            name = usual if usual and usual not in taken else field_name
            found.append(None if name == "-" else name)
        return found


def read_staff_profile(
    document: Mapping[str, Any], usual: Mapping[str, Any] | None = None
) -> StaffProfile:
    """Return a profile from its document.

    Args:
        document: Of the profile.
        usual: Of the general one.

    Raises:
        Invalid: A key, a field or a word in it is unknown; the message names it.
    """
    check_known("key", document, _KEYS)
    columns = words_of(document, "columns")
    check_known("field", [one for one in columns.values() if one != "-"], FIELDS)
    statuses, types = words_of(document, "statuses"), words_of(document, "worker_types")
    check_known("status", statuses.values(), STATUSES)
    create = frozenset(map(str, document.get("create") or ()))
    check_known("unit to create", create, CREATABLE)
    defaults = {str(k): str(v) for k, v in (document.get("defaults") or {}).items()}
    check_known("field", defaults, FIELDS)
    names = str(document.get("names", "given-first"))
    check_known("order of names", [names], _NAMES)
    return StaffProfile(
        title=str(document.get("title", "")),
        columns=columns,
        source=str(document.get("source", "staff-list")),
        delimiter=str(document.get("delimiter", ",;\t")),
        code_page=_code_page(str(document.get("code_page", "cp1252"))),
        dates=tuple(map(str, document.get("dates") or ())),
        names=names,
        statuses=statuses,
        worker_types=types,
        create=create,
        defaults=defaults,
        usual=words_of(usual or {}, "columns"),
    )


def _code_page(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise Invalid(
            N_("There is no code page {name!r}."),
            where="profile",
            remedy=N_("Name one such as cp1252, cp1250 or iso8859-15."),
            name=name,
        ) from None
