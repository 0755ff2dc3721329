"""The form of vendor, fingerprint and override files, and what is wrong with them.

A file states facts of one vendor (or, without `vendor`, of a family of systems). Its
top level is itself a rule that holds for everything of the vendor; `rules` add to it
and the most specific one that holds wins, field by field.

Conditions, all of which must hold (within a list: any):

* `oid`: sysObjectID is, or lies below, one of these.
* `text`: the clue contains one of these, whatever the case, as whole words. Such a
  rule speaks only of devices that its vendor is thought of for another reason,
  unless it says `anywhere: true` (always so in files without `vendor`).
* `descr`: the clue matches this pattern.
* `has`: the device answered one of these objects (`X.*`: any instance of a column).

What follows from them:

* `vendor`, `type`, `family`, `os`, `model`, ... : plain statements.
* `parse`: patterns over the clue, whose named groups are fields.
* `read`: per field the objects that hold it, best first. `1.3.6.1.x.0` is an
  instance; `1.3.6.1.x.*` a column, of which the first row counts.

In OIDs `e.` stands for enterprises (1.3.6.1.4.1.) and `m.` for mib-2 (1.3.6.1.2.1.);
one value may stand where a list is allowed. To `read`, `@.x` lies below the device's
own sysObjectID and `@-.x` beside its last arc, for vendors with a tree per product.

`clue` says which text `text`, `descr` and `parse` look at (default `sysDescr`).
`strength` (0 to 1) lowers or raises what the rule's statements weigh.
Pure: pydantic and the standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from discovery.identity.device_types import GENERAL
from discovery.identity.rules.patterns import compile_pattern
from discovery.identity.verdicts import FIELDS

CLUES = (
    "sysDescr",
    "ssh-banner",
    "http-server",
    "http-title",
    "http-realm",
    "tls-name",
    "sip-user-agent",
    "dhcp-vendor-class",
    "dhcp-requested",
    "cdp-platform",
    "lldp-descr",
    "mdns",
    "ssdp",
    "ws-discovery",
    "organisation",
    "manufacturer",
    "announced-model",
)
"""Texts a rule may look at. `lldp-descr` is what a neighbour heard the device say;
`organisation` who registered the enterprise number, where no file claims it;
`manufacturer` who made the hardware, as ENTITY, SMBIOS, LLDP-MED or the phone says;
`announced-model` what a service of the device calls it."""

REASONS: Mapping[str, str] = {
    "form": "its texts have a form of their own, not a name, a code and a version",
    "object": "which object holds a field, no MIB file says or ranks rightly",
    "kinds": "it makes several kinds, told apart by sysObjectID, objects or words",
    "system": "its devices run a system with a name of its own",
    "guest": "its name stands in what agents and machines of others say",
    "mac": "it prints the MAC as the serial",
    "constant": "what a product is called stands in nothing that the device says",
}
"""Why a vendor has a file: what no table and no mechanism can tell."""

_OID = re.compile(r"(0|1|2)(\.\d+)*(\.\*)?")
_RELATIVE = re.compile(r"@-?(\.\d+)+(\.\*)?")
_SHORT = {"e.": "1.3.6.1.4.1.", "m.": "1.3.6.1.2.1."}


class KnowledgeError(Exception):
    """A rule file is broken; the text names the file, the place and the remedy."""


def _oid(value: str) -> str:
    value = _SHORT.get(value[:2], value[:2]) + value[2:]
    if not _OID.fullmatch(value):
        raise ValueError(
            "an OID is dotted numbers, optionally after e. or m. and before .*"
        )
    return value


def _listed(value: object) -> object:
    """Let one value stand where a list of them may."""
    return [value] if isinstance(value, str | int | float | dict) else value


def _pattern(value: str) -> str:
    compile_pattern(value)
    return value


def _kind(value: str) -> str:
    if value not in GENERAL:
        raise ValueError(f"unknown type; one of {', '.join(sorted(GENERAL))}")
    return value


def _target(value: str) -> str:
    return value if _RELATIVE.fullmatch(value) else _oid(value)


Oid = Annotated[str, AfterValidator(_oid)]
Target = Annotated[str, AfterValidator(_target)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Kind = Annotated[str, AfterValidator(_kind)]
Weight = Annotated[float, Field(gt=0, le=1)]
Oids = Annotated[tuple[Oid, ...], BeforeValidator(_listed)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_listed)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Read(_Strict):
    """An object to read.

    Attributes:
        oid: Instance, or column with `.*`.
        match: Take group 1 (or all) of this pattern; no match, no answer.
        values: Enumerated answers to their meaning; others are no answer.
        weight: Instead of the usual weight.
    """

    oid: Target
    match: Pattern | None = None
    values: Mapping[str, str] | None = None
    weight: Weight | None = None


Reads = Annotated[tuple[Target | Read, ...], BeforeValidator(_listed)]


class Statements(_Strict):
    """What a rule or a whole file states."""

    clue: str = "sysDescr"
    type: Kind | None = None
    family: str | None = None
    os: str | None = None
    model: str | None = None
    version: str | None = None
    parse: Patterns = ()
    read: Mapping[str, Reads] = {}
    strength: Weight | None = None

    @model_validator(mode="after")
    def _fields_are_known(self) -> Statements:
        if self.clue not in CLUES:
            raise ValueError(f"unknown clue {self.clue!r}; one of {', '.join(CLUES)}")
        named = {n for p in self.parse for n in compile_pattern(p).groupindex}
        if unknown := (named | set(self.read)) - set(FIELDS):
            raise ValueError(
                f"unknown field {sorted(unknown)[0]!r}; one of {', '.join(FIELDS)}"
            )
        return self


class Rule(Statements):
    """A rule of a file: conditions and statements."""

    about: str = ""
    vendor: str | None = None
    anywhere: bool = False
    oid: Oids = ()
    text: Texts = ()
    descr: Pattern | None = None
    has: Oids = ()

    @model_validator(mode="after")
    def _has_conditions(self) -> Rule:
        if not (self.oid or self.text or self.descr or self.has):
            raise ValueError(
                "a rule needs a condition: oid, text, descr or has; what holds for "
                "the whole vendor belongs at the top of the file"
            )
        return self


class Document(Statements):
    """A vendor or fingerprint file.

    Attributes:
        vendor: The name Purser shows; None for systems of no one vendor.
        aliases: Other spellings that devices use.
        common_words: The vendor's name is an everyday word: it counts only where a
            text begins with it, or in fields that hold a manufacturer.
        enterprises: IANA private enterprise numbers.
        ouis: Hexadecimal MAC prefixes.
        serial_is_mac: The serial printed on its devices is the MAC, in capitals.
        why: What no line of a table could say of the vendor; words of `REASONS`.
        also: Texts of other kinds in which its rules about texts hold as well.
    """

    vendor: str | None = None
    aliases: Texts = ()
    common_words: bool = False
    enterprises: Annotated[tuple[int, ...], BeforeValidator(_listed)] = ()
    ouis: Texts = ()
    serial_is_mac: bool = False
    why: Texts = ()
    also: Texts = ()
    rules: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _reasons_are_known(self) -> Document:
        if unknown := set(self.why) - set(REASONS):
            raise ValueError(
                f"unknown reason {min(unknown)!r}; one of {', '.join(REASONS)}"
            )
        return self

    @model_validator(mode="after")
    def _other_clues_are_known(self) -> Document:
        if unknown := set(self.also) - set(CLUES):
            raise ValueError(
                f"unknown clue {min(unknown)!r}; one of {', '.join(CLUES)}"
            )
        return self


def parse_document(name: str, raw: Mapping[str, Any]) -> Document:
    """Validate one file.

    Raises:
        KnowledgeError: Naming the file, the place in it and what is wrong.
    """
    try:
        return Document.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(p) for p in first["loc"]) or "top level"
        what = first["msg"].removeprefix("Value error, ")
        more = error.error_count() - 1
        rest = f" (and {more} more)" if more else ""
        raise KnowledgeError(f"{name}, {place}: {what}{rest}") from error
