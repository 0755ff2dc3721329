"""The kinds of rules: read, checked, put in the place of others. Pure.

What is wrong with a document is told part by part, with the line of each: all that its
shape does not allow, or else the first thing that makes no sense with the other rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from inventory.kernel.errors import InvalidRows, InventoryError, RowProblem
from inventory.kernel.texts import N_, Said
from inventory.provisioning.notices import read_notices
from inventory.provisioning.rulebook.document_shapes import SHAPES
from inventory.provisioning.rulebook.shapes import Wrong
from inventory.provisioning.rulebook.written import (
    FIELD,
    Path,
    Written,
    as_text,
    read_text,
)
from inventory.provisioning.rules import (
    Document,
    Rules,
    read_calendars,
    read_kits,
    read_machine,
    with_sources,
)

NEEDED_STATES = (
    *("proposed", "requested", "shortage", "reserved", "prepared", "shipped"),
    *("delivered", "accepted", "kept", "cancelled", "due", "in_return", "received"),
    *("evaluated", "lost", "stolen", "sighted", "on_hold"),
)
"""States that Purser itself puts lines into."""
NEEDED_STEPS = (
    *("reserve", "release", "deliver", "cancel", "recall", "withdraw", "keep"),
    *("receive", "hold", "sight", "resume"),
)
"""Steps that Purser itself takes."""
EVENTS = ("opened", "signed-back", "overdue")
"""When a notice is sent, besides when a line comes into a state."""
MOST_TOLD = 20
"""Problems of a document: the rest is often one of them again."""


@dataclass(frozen=True, slots=True)
class RuleKind:
    """A kind of rules.

    Attributes:
        name: Also that of its file.
        put: Returns rules with those of a document in the place of what they had.
        wrong: What does not fit the rules it has become part of.
    """

    name: str
    put: Callable[[Rules, Document], Rules]
    wrong: Callable[[Rules], Iterator[Wrong]]

    def read(self, text: str, rules: Rules) -> Rules:
        """Return rules with those of a text in the place of what they had.

        Args:
            text: YAML.
            rules: All others.

        Raises:
            InvalidRows: Parts of it are wrong, each with its line.
            Invalid: It is no YAML at all.
        """
        written = read_text(text)
        found = list(SHAPES[self.name].wrong(written.document, ()))
        if found:
            raise self._refused(written, found)
        try:
            changed = self.put(rules, written.document)
        except InventoryError as error:
            path = _path_of(error.where, written.document)
            one = Wrong(path, error.text, error.advice, error.values)
            raise self._refused(written, [one]) from error
        found = list(self.wrong(changed))
        if found:
            raise self._refused(written, found)
        return changed

    def text_of(self, rules: Rules) -> str:
        """Return the text of the file that rules were read from."""
        document = rules.documents.get(self.name, {})
        return rules.texts.get(self.name) or as_text(document)

    def _refused(self, written: Written, found: list[Wrong]) -> InvalidRows:
        told = [_problem(self.name, written.line_of(one.path), one) for one in found]
        return InvalidRows(sorted(told, key=lambda one: one.row)[:MOST_TOLD])


def put(rules: Rules, kind: str, document: Document) -> Rules:
    """Return rules with those of a document in the place of what they had.

    Raises:
        Invalid: It is broken.
    """
    return KINDS[kind].put(rules, document)


def _with(kind: str, rules: Rules, document: Document, **parts: Any) -> Rules:  # noqa: ANN401
    documents = {**rules.documents, kind: document}
    return replace(rules, documents=documents, **parts)


def _put_kits(rules: Rules, document: Document) -> Rules:
    changed = _with("kits", rules, document, kits=read_kits(document))
    # What a manager approves is in the currency of the kits.
    return with_sources(changed, rules.sources)


def _put_calendars(rules: Rules, document: Document) -> Rules:
    return _with("calendars", rules, document, calendars=read_calendars(document))


def _put_lines(rules: Rules, document: Document) -> Rules:
    return _with("lines", rules, document, machine=read_machine(document))


def _put_notices(rules: Rules, document: Document) -> Rules:
    return _with("notices", rules, document, notices=read_notices(document))


def _put_sources(rules: Rules, document: Document) -> Rules:
    return with_sources(_with("sources", rules, document), document)


def _nothing(_rules: Rules) -> Iterator[Wrong]:
    yield from ()


def _wrong_kits(rules: Rules) -> Iterator[Wrong]:
    names: set[str] = set()
    for place, kit in enumerate(rules.kits.kits):
        if kit.name in names:
            yield Wrong(
                ("kits", place, "name"),
                N_("Two kits are called {name}."),
                N_("Give one of them another name."),
                {"name": kit.name},
            )
        names.add(kit.name)
        if kit.start and kit.end and kit.start >= kit.end:
            yield Wrong(
                ("kits", place, "to"),
                N_("The kit ends before it begins."),
                N_("`to` is the first day on which it holds no more."),
            )


def _wrong_calendars(rules: Rules) -> Iterator[Wrong]:
    document = rules.documents["calendars"]
    groups: list[tuple[Path, Any]] = [(("default",), document["default"])]
    groups += [(("sites", n), one) for n, one in (document.get("sites") or {}).items()]
    for path, entries in groups:
        if not entries:
            yield Wrong(
                path,
                N_("The site has no calendar."),
                N_("Leave it out, so that the default holds, or add one."),
            )
        for place, entry in enumerate(entries):
            for number, one in enumerate(entry.get("closed") or ()):
                if one["from"] > one["to"]:
                    yield Wrong(
                        (*path, place, "closed", number),
                        N_("The first day is after the last one."),
                        N_("`from` is the first day without work, `to` the last one."),
                    )


def _wrong_lines(rules: Rules) -> Iterator[Wrong]:
    groups = (
        ("states", NEEDED_STATES, rules.machine.states),
        ("steps", NEEDED_STEPS, rules.machine.steps),
    )
    for section, needed, known in groups:
        for name in needed:
            if name not in known:
                yield Wrong(
                    (section,),
                    N_("{name} is missing, and Purser itself uses it."),
                    N_("Put it back; its words, owner and days may be others."),
                    {"name": name},
                )
    yield from _wrong_moments(rules, ("states",))


def _wrong_notices(rules: Rules) -> Iterator[Wrong]:
    yield from _wrong_moments(rules, None)


def _wrong_moments(rules: Rules, path: Path | None) -> Iterator[Wrong]:
    """Yield the notices of states that there are not.

    Args:
        rules: The rules.
        path: Where that is told; None: at the notice.
    """
    known = (*EVENTS, *rules.machine.states)
    for one in rules.notices.notices:
        if one.on not in known:
            yield Wrong(
                path or ("notices", one.name, "when"),
                N_("The notice {notice} waits for {given}, which does not happen."),
                N_("Use {choices}."),
                {"notice": one.name, "given": one.on, "choices": ", ".join(known)},
            )


KINDS: Mapping[str, RuleKind] = {
    one.name: one
    for one in (
        RuleKind(N_("kits"), _put_kits, _wrong_kits),
        RuleKind(N_("calendars"), _put_calendars, _wrong_calendars),
        RuleKind(N_("lines"), _put_lines, _wrong_lines),
        RuleKind(N_("notices"), _put_notices, _wrong_notices),
        RuleKind(N_("sources"), _put_sources, _nothing),
    )
}
"""All kinds by name."""


def _path_of(where: str, document: Document) -> Path:
    """Return the part that an error names as `kits: items: laptop`."""
    path: list[str | int] = []
    inside: Any = document
    for name in where.split(": ")[1:]:
        if isinstance(inside, Mapping) and name in inside:
            path.append(name)
            inside = inside[name]
            continue
        for section in ("kits", "sites", "notices"):
            entries = inside.get(section) if isinstance(inside, Mapping) else None
            places = _names_in(entries)
            if name in places:
                path += [section, places[name]]
    return tuple(path)


def _names_in(entries: object) -> dict[str, str | int]:
    if isinstance(entries, Mapping):
        return {str(name): name for name in entries}
    if isinstance(entries, list):
        return {str(one.get("name")): n for n, one in enumerate(entries)}
    return {}


def _problem(kind: str, line: int, one: Wrong) -> RowProblem:
    values = dict(one.values)
    if "value" in values:
        values["value"] = _shortly(values["value"])
    return RowProblem(
        file=kind,
        row=line,
        field=FIELD,
        text=N_("Line {at_line}, {part}: {problem}") if one.path else one.text,
        advice=one.advice,
        values=values
        | {
            "at_line": line,
            "part": " > ".join(map(_named, one.path)),
            "problem": Said(one.text, **values),
        },
    )


def _named(part: str | int) -> str:
    """Return a key, or the place in a list as people count."""
    return part if isinstance(part, str) else str(part + 1)


def _shortly(value: object) -> object:
    """Return a value as a sentence can hold it."""
    text = str(value)
    return value if len(text) <= 80 else f"{text[:80]}…"
