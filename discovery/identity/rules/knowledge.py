"""Rules compiled and indexed, so that one device looks at few of them.

A rule is found by the most telling of its conditions: a sysObjectID prefix, an
object, or a word; rules with none of these are found through their vendor. What a
device costs therefore depends on what it answers, not on how many vendors are known.
Pure: standard library only; files are read by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from discovery.identity.clean_text import key, words
from discovery.identity.device_types import GENERAL
from discovery.identity.rules import schema
from discovery.identity.rules.catalogue import Catalogue, build_catalogue
from discovery.identity.rules.patterns import compile_pattern

ENTERPRISES = "1.3.6.1.4.1."


@dataclass(frozen=True, slots=True)
class Read:
    """An object to read: instance, or column (`oid` ends with a dot)."""

    oid: str
    column: bool
    match: re.Pattern[str] | None
    values: Mapping[str, str] | None
    weight: float | None

    def target(self, object_id: str) -> str:
        """Return the OID, made absolute by the device's sysObjectID."""
        if self.oid.startswith("@-"):
            return object_id.rpartition(".")[0] + self.oid[2:]
        if self.oid.startswith("@"):
            return object_id + self.oid[1:]
        return self.oid


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule; `text` holds phrases as words between spaces."""

    about: str
    vendor: str | None
    clue: str
    oid: tuple[str, ...]
    text: tuple[str, ...]
    descr: re.Pattern[str] | None
    has: tuple[str, ...]
    constants: Mapping[str, str]
    parse: tuple[re.Pattern[str], ...]
    read: Mapping[str, tuple[Read, ...]]
    strength: float | None
    anywhere: bool = False

    @property
    def is_fallback(self) -> bool:
        """Whether it only speaks where no ordinary rule of its file does."""
        return self.strength is not None and self.strength < 0.5

    @property
    def specificity(self) -> int:
        """How much must hold for the rule to hold; the root rule has 0."""
        arcs = max((o.count(".") - 5 for o in self.oid), default=0)
        return (
            max(0, arcs)
            + 6 * bool(self.text)
            + 8 * (self.descr is not None)
            + 5 * bool(self.has)
        )


@dataclass(frozen=True, slots=True)
class Document:
    """A compiled file: the root rule, then its rules, most specific first."""

    name: str
    vendor: str | None
    aliases: tuple[str, ...]
    root: Rule
    rules: tuple[Rule, ...]
    enterprises: tuple[int, ...] = ()
    local: bool = False
    makes_many: bool = False
    serial_is_mac: bool = False


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything known, indexed.

    Attributes:
        documents: All files.
        by_enterprise: sysObjectID prefix of an enterprise to its documents.
        by_oid: sysObjectID prefix to documents with a rule for it.
        probes: Generic sysObjectID prefix, or empty for all generic agents, to the
            rules whose objects tell who hides behind it.
        by_object: Object prefix to documents whose rules need it.
        by_clue: Clue kind to documents with patterns for it; for sysDescr only files
            without vendor, whose patterns are tried on every device.
        by_word: (clue, first word) to documents and the phrases to look for.
        aliases: First word of a vendor's name to the name and its document.
        leading: The same for names that are everyday words, and therefore count only
            where a text begins with them.
        by_name: Vendor name or alias, as `text.key`, to the name Purser shows.
        by_oui: First six hex digits to vendor.
        catalogue: Product names, likely objects and enterprises of all vendors.
        makers: MAC address to who bought its block, None where that is unknown.
        known_for: Vendor to the type that all its numbers are known for, and how
            surely (0 to 1).
    """

    documents: tuple[Document, ...]
    by_enterprise: Mapping[str, tuple[Document, ...]]
    by_oid: Mapping[str, tuple[Document, ...]]
    probes: Mapping[str, tuple[tuple[Rule, Document], ...]]
    by_object: Mapping[str, tuple[Document, ...]]
    by_clue: Mapping[str, tuple[Document, ...]]
    by_word: Mapping[tuple[str, str], tuple[tuple[str, Document], ...]]
    aliases: Mapping[str, tuple[tuple[str, Document], ...]]
    leading: Mapping[str, tuple[tuple[str, Document], ...]]
    by_name: Mapping[str, str]
    by_oui: Mapping[str, str]
    catalogue: Catalogue
    makers: Callable[[str], str | None]
    known_for: Mapping[str, tuple[str, float]]


class Compiled(NamedTuple):
    """A file, compiled, and what it says of names and addresses."""

    document: Document
    parsed: schema.Document


@dataclass(slots=True)
class _Index:
    by_enterprise: dict[str, list[Document]] = field(default_factory=dict)
    by_oid: dict[str, list[Document]] = field(default_factory=dict)
    probes: dict[str, list[tuple[Rule, Document]]] = field(default_factory=dict)
    by_object: dict[str, list[Document]] = field(default_factory=dict)
    by_clue: dict[str, list[Document]] = field(default_factory=dict)
    by_word: dict[tuple[str, str], list[tuple[str, Document]]] = field(
        default_factory=dict
    )
    aliases: dict[str, list[tuple[str, Document]]] = field(default_factory=dict)
    leading: dict[str, list[tuple[str, Document]]] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)
    by_oui: dict[str, str] = field(default_factory=dict)


def build_knowledge(
    vendor_docs: Iterable[tuple[str, Mapping[str, Any]]],
    fingerprint_docs: Iterable[tuple[str, Mapping[str, Any]]] = (),
    *,
    local_docs: Iterable[tuple[str, Mapping[str, Any]]] = (),
    tables: Mapping[str, str] | None = None,
    makers: Callable[[str], str | None] = lambda _: None,
) -> Knowledge:
    """Validate, compile and index rule files.

    Args:
        vendor_docs: (file name, content) of `config/vendors`.
        fingerprint_docs: The same of `config/fingerprints`.
        local_docs: The same of the site's own overrides; these outrank the others.
        tables: Text of `config/fingerprints/*.tsv` by file name without suffix.
        makers: Says who bought the block of a MAC address.

    Raises:
        KnowledgeError: A file is broken; names file, place and remedy.
    """
    known = compile_documents((*vendor_docs, *fingerprint_docs))
    known += compile_vendors((tables or {}).get("vendors", ""))
    known += compile_documents(local_docs, local=True)
    return index_documents(known, build_catalogue(tables or {}), makers)


def compile_documents(
    docs: Iterable[tuple[str, Mapping[str, Any]]], *, local: bool = False
) -> list[Compiled]:
    """Validate and compile files; an error names file, place and remedy."""
    parsed = [(name, schema.parse_document(name, raw)) for name, raw in docs]
    return [Compiled(_compile(name, each, local), each) for name, each in parsed]


def compile_vendors(table: str) -> list[Compiled]:
    """Compile the table of vendors of which no more is known than one line holds.

    Columns: name, enterprise numbers, what it mostly makes (`?` behind it where it
    makes several kinds), other names (`|` between them), MAC prefixes, and `start`
    where its name is an everyday word.

    Raises:
        KnowledgeError: A row is broken; names its line.
    """
    found = []
    for n, line in enumerate(table.splitlines()[1:], 2):
        vendor, numbers, kind, aliases, ouis, named, *_ = (*line.split("\t"), *[""] * 6)
        raw = {
            "vendor": vendor,
            "enterprises": numbers.split(),
            "type": kind.removesuffix("?"),
            "aliases": [alias for alias in aliases.split("|") if alias],
            "ouis": ouis.split(),
            "common_words": named == "start",
        }
        parsed = schema.parse_document(f"vendors.tsv, line {n}", raw)
        document = _compile(f"vendors.tsv, {vendor}", parsed, False)
        found.append(Compiled(replace(document, makes_many=kind.endswith("?")), parsed))
    return found


def index_documents(
    known: Sequence[Compiled],
    catalogue: Catalogue,
    makers: Callable[[str], str | None],
) -> Knowledge:
    """Index compiled files."""
    index = _Index()
    for document, _ in known:
        for vendor in (document.vendor, *(rule.vendor for rule in document.rules)):
            if vendor:
                index.by_name.setdefault(key(vendor), vendor)
    for document, parsed in known:
        _enter(document, parsed, index, catalogue)
    _enter_successors(index, catalogue, [document for document, _ in known])
    return Knowledge(
        documents=tuple(document for document, _ in known),
        by_enterprise={k: tuple(v) for k, v in index.by_enterprise.items()},
        by_oid={k: tuple(v) for k, v in index.by_oid.items()},
        probes={k: tuple(v) for k, v in index.probes.items()},
        by_object={k: tuple(v) for k, v in index.by_object.items()},
        by_clue={k: tuple(v) for k, v in index.by_clue.items()},
        by_word={k: tuple(v) for k, v in index.by_word.items()},
        aliases={k: tuple(v) for k, v in index.aliases.items()},
        leading={k: tuple(v) for k, v in index.leading.items()},
        by_name=index.by_name,
        by_oui=index.by_oui,
        catalogue=catalogue,
        makers=makers,
        known_for=dict(_known_for(index.by_enterprise, catalogue)),
    )


def _known_for(
    by_enterprise: Mapping[str, Sequence[Document]], catalogue: Catalogue
) -> Iterator[tuple[str, tuple[str, float]]]:
    """Yield vendors with the type that every number of theirs is known for."""
    found: dict[str, set[tuple[str, float]]] = {}
    for number, told in catalogue.makers.items():
        documents = by_enterprise.get(f"{ENTERPRISES}{number}", ())
        for vendor in {d.vendor for d in documents if d.vendor}:
            found.setdefault(vendor, set()).add(told)
    for vendor, kinds in found.items():
        if len({kind for kind, _ in kinds}) == 1:
            yield vendor, min(kinds, key=lambda told: told[1])


def _compile(name: str, parsed: schema.Document, local: bool) -> Document:
    root = _rule(parsed, name)
    rules = [_rule(rule, f"{name} rule {n}") for n, rule in enumerate(parsed.rules, 1)]
    rules += [
        replace(rule, clue=clue)
        for clue in parsed.also
        for rule in rules
        if rule.text or rule.descr is not None
    ]
    rules.sort(key=lambda rule: (rule.is_fallback, -rule.specificity))
    names = (parsed.vendor, *parsed.aliases) if parsed.vendor else parsed.aliases
    types = {
        GENERAL[kind] for each in (root, *rules) if (kind := each.constants.get("type"))
    }
    return Document(
        name,
        parsed.vendor,
        names,
        root,
        tuple(rules),
        parsed.enterprises,
        local,
        len(types) > 1,
        parsed.serial_is_mac,
    )


def _rule(parsed: schema.Statements, name: str) -> Rule:
    conditions = parsed if isinstance(parsed, schema.Rule) else None
    constants = {
        n: v
        for n in ("type", "family", "os", "model", "version")
        if (v := getattr(parsed, n)) is not None
    }
    descr = conditions.descr if conditions else None
    return Rule(
        about=(conditions and conditions.about) or name,
        vendor=conditions.vendor if conditions else None,
        clue=parsed.clue,
        oid=conditions.oid if conditions else (),
        text=tuple(f" {' '.join(words(t))} " for t in conditions.text)
        if conditions
        else (),
        descr=compile_pattern(descr) if descr else None,
        has=conditions.has if conditions else (),
        constants=constants,
        parse=tuple(compile_pattern(p) for p in parsed.parse),
        read={f: tuple(_read(r) for r in rs) for f, rs in parsed.read.items()},
        strength=parsed.strength,
        anywhere=bool(conditions and conditions.anywhere),
    )


def _read(raw: str | schema.Read) -> Read:
    spec = raw if isinstance(raw, schema.Read) else schema.Read(oid=raw)
    column = spec.oid.endswith(".*")
    return Read(
        oid=spec.oid[:-1] if column else spec.oid,
        column=column,
        match=compile_pattern(spec.match) if spec.match else None,
        values=spec.values,
        weight=spec.weight,
    )


def _enter(
    document: Document, parsed: schema.Document, index: _Index, catalogue: Catalogue
) -> None:
    for number in document.enterprises:
        oid = f"{ENTERPRISES}{number}"
        index.by_enterprise.setdefault(oid, []).append(document)
    for name in document.aliases:
        index.by_name.setdefault(key(name), document.vendor or name)
        if found := words(name):
            names = index.leading if parsed.common_words else index.aliases
            names.setdefault(found[0], []).append((" ".join(found), document))
    for oui in parsed.ouis:
        index.by_oui[key(oui)[:6]] = document.vendor or ""
    for rule in document.rules:
        _enter_rule(rule, document, index, catalogue)


def _enter_successors(
    index: _Index, catalogue: Catalogue, documents: Sequence[Document]
) -> None:
    """File who goes on with a business under the numbers registered for it."""
    by_vendor: dict[str, list[Document]] = {}
    for document in documents:
        if document.vendor and document.aliases:
            by_vendor.setdefault(key(document.vendor), []).append(document)
    for number, brand in catalogue.successors.items():
        oid = f"{ENTERPRISES}{number}"
        if oid not in index.by_enterprise and (found := by_vendor.get(key(brand))):
            index.by_enterprise[oid] = list(found)


def _enter_rule(
    rule: Rule, document: Document, index: _Index, catalogue: Catalogue
) -> None:
    """File a rule under its most telling condition."""
    generic = [o for o in rule.oid if catalogue.is_agent(o)]
    for oid in rule.oid:
        if oid not in generic:
            _add(index.by_oid.setdefault(oid, []), document)
    if rule.oid and not generic:
        return
    if rule.has:
        for oid in rule.has:
            _add(index.by_object.setdefault(oid.removesuffix(".*"), []), document)
        for oid in generic or [""]:
            _add(index.probes.setdefault(oid, []), (rule, document))
    elif rule.text and (rule.anywhere or document.vendor is None):
        _enter_words(rule, document, index)
    elif rule.clue != "sysDescr" or (rule.descr is not None and not document.vendor):
        _add(index.by_clue.setdefault(rule.clue, []), document)


def _enter_words(rule: Rule, document: Document, index: _Index) -> None:
    for text in rule.text:
        if found := words(text):
            entry = (" ".join(found), document)
            _add(index.by_word.setdefault((rule.clue, found[0]), []), entry)


def _add(where: list[Any], what: object) -> None:
    if what not in where:
        where.append(what)
