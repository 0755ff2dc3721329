"""Score identification on a corpus of recordings, also with vendors left out.

    python -m tests.tools.identity_score CORPUS [--only WAY] [--strict]
        [--misses FILE] [--reliability FILE]

CORPUS is the unpacked folder with `recordings/`, `expected/` and `score.py`; its own
scorer judges. Recordings are read by content only: their names never reach the
product. The figures that count are those of devices whose vendor, or whose operating
system, is left out of the knowledge (`tests.tools.left_out`): they show what becomes of
devices that nobody has met. `--strict` leaves out what public MIB files register for
their products, and who goes on with whose business. `--reliability` writes how often
answers are right by what was weighed for them, on all devices that were left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from collectors.mac_vendors import maker_of
from config import catalog
from discovery.identity.identify import (
    Identity,
    Knowledge,
    Verdict,
    build_knowledge,
    identify,
)
from tests.discovery.identify import corpus
from tests.tools import reliability
from tests.tools.left_out import LeftOut, by_system, by_vendor
from tests.tools.recorded import recordings

FIELDS = ("type", "vendor", "model", "os_version", "serial")


@dataclass(frozen=True, slots=True)
class Figure:
    """Cases with a fair expectation, answers given, answers right."""

    fair: int
    answered: int
    right: int

    @property
    def accuracy(self) -> float:
        """Share of fair cases answered right."""
        return self.right / self.fair if self.fair else 0.0

    @property
    def precision(self) -> float:
        """Share of answers that are right."""
        return self.right / self.answered if self.answered else 0.0


def scorer(folder: Path) -> ModuleType:
    """Load the corpus' own scorer."""
    spec = importlib.util.spec_from_file_location("corpus_score", folder / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    families = (folder / "vendor_families.json").read_text(encoding="utf-8")
    vars(module)["FAM"] = json.loads(families)
    return module


def answers(
    recorded: Mapping[str, corpus.Recording], knowledge: Knowledge
) -> dict[str, Identity]:
    """Identify every recording."""
    return {
        name: identify([corpus.observe(recording, knowledge)], knowledge)
        for name, recording in recorded.items()
    }


def tally(
    folder: Path, identities: Mapping[str, Identity]
) -> tuple[dict[str, Figure], list[dict[str, Any]]]:
    """Return the figure per field and what was missed."""
    judge, errors = scorer(folder), io.StringIO()
    given = {name: corpus.answer(i) for name, i in identities.items()}
    names = [n for n in judge.names_of(str(folder), "all") if n in given]
    fields = judge.run(str(folder), given.get, names, False, errors)[0]
    figures = {
        name: Figure(found.fair, found.ans, found.ok)
        for name in FIELDS
        for found in [fields[name, "ALL"]]
    }
    missed = [json.loads(line) for line in errors.getvalue().splitlines()]
    missed = [miss for miss in missed if miss["field"] in FIELDS]
    return figures, [{**miss, "because": reason(miss, identities)} for miss in missed]


def reason(miss: Mapping[str, Any], identities: Mapping[str, Identity]) -> str:
    """Return why a field was missed: what it rests on, or that nothing was said."""
    name = "version" if miss["field"] == "os_version" else str(miss["field"])
    identity = identities[miss["recording"]]
    verdict = identity.fields[name]
    said = [s for s in identity.statements if s.field == name]
    if verdict.value is None:
        heard = "; ".join(f"{s.value} ({s.reason})" for s in said[:3])
        return f"nothing sure was said: {heard}" if said else "nothing was said"
    expected = {str(e).lower() for e in _listed(miss["expected"])}
    other = next((s for s in said if s.value.lower() in expected), None)
    more = f"; against {other.value!r} ({other.reason})" if other else ""
    return f"{verdict.reasons[0]}{more}"


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return value if isinstance(value, list) else [value]


def show(title: str, figures: Mapping[str, Figure]) -> None:
    """Print a table of figures."""
    print(title)
    for name, found in figures.items():
        print(
            f"  {name:10} fair {found.fair:4}  accuracy {found.accuracy:6.1%}  "
            f"precision {found.precision:6.1%}  wrong {found.answered - found.right:3}"
            f"  silent {found.fair - found.answered:3}"
        )


def without_suggestions(identity: Identity) -> Identity:
    """Return an identity with only what is told for a fact."""
    fields = {
        name: Verdict() if verdict.suggested else verdict
        for name, verdict in identity.fields.items()
    }
    return replace(identity, fields=fields)


def expectation(folder: Path, way: str) -> Mapping[str, Any]:
    """Return what is expected of a recording that was identified in some way."""
    name = way.rpartition("/")[2]
    text = (folder / "expected" / f"{name}.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text)["identity"]
    return found if found.get("primary", True) else {**found, "fair": _UNFAIR}


_UNFAIR = dict.fromkeys(reliability.FIELDS, False)
"""Copies of one identity count once."""


def same_vendor(judge: ModuleType) -> Callable[[str, str], bool]:
    """Return whether two vendor names are the same for the corpus."""
    return lambda one, other: bool(judge.vendor_ok(one, other))


def main() -> None:
    """Read the arguments, score, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--only", choices=("whole", "vendors", "systems"))
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--misses", type=Path)
    parser.add_argument("--reliability", type=Path)
    given = parser.parse_args()
    recorded = recordings(given.corpus)
    missed: list[dict[str, Any]] = []
    unmet: dict[str, Identity] = {}

    def report(title: str, found: Mapping[str, Identity], *, left: bool = True) -> None:
        figures, wrong = tally(given.corpus, found)
        show(title, figures)
        told = {name: without_suggestions(identity) for name, identity in found.items()}
        show("  of these told for a fact", tally(given.corpus, told)[0])
        missed.extend({"way": title, **miss} for miss in wrong)
        if left:
            unmet.update({f"{title}/{name}": each for name, each in found.items()})

    if given.only in (None, "whole"):
        report("the whole corpus", answers(recorded, shipped()), left=False)
    if given.only != "whole":
        judge = scorer(given.corpus)
        out = LeftOut(recorded, same_vendor(judge), strict=given.strict)
        if given.only != "systems":
            groups = by_vendor(given.corpus)
            title = f"{len(groups)} vendors left out, one after the other"
            report(title, out.answers(groups))
        if given.only != "vendors":
            groups = by_system(given.corpus)
            title = f"{len(groups)} operating systems left out, one after the other"
            report(title, out.answers(groups))
    if given.reliability:
        expected = ((each, expectation(given.corpus, n)) for n, each in unmet.items())
        right = reliability.judged_by(scorer(given.corpus))
        rows = "".join(f"{row}\n" for row in reliability.table(expected, right))
        given.reliability.write_text(f"field\tweight\tright\tcases\n{rows}")
    if given.misses:
        lines = "".join(json.dumps(m, ensure_ascii=False) + "\n" for m in missed)
        given.misses.write_text(lines, encoding="utf-8")


def shipped() -> Knowledge:
    """Return the knowledge as it ships."""
    return build_knowledge(
        catalog.vendors(),
        catalog.fingerprints(),
        tables=catalog.tables(),
        makers=maker_of,
    )


if __name__ == "__main__":
    main()
