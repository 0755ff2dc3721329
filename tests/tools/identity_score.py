"""Score identification on a corpus of recordings, also with vendors left out.

    python -m tests.tools.identity_score CORPUS [--leave-out] [--misses FILE]

CORPUS is the unpacked folder with `recordings/`, `expected/` and `score.py`; its own
scorer judges. Recordings are read by content only: their names never reach the
product. With `--leave-out` each vendor's file is hidden in turn and its devices are
scored without it, which shows how far the rest generalises.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from collectors.mac_vendors import maker_of
from config import catalog
from discovery.identity.identify import Identity, Knowledge, build_knowledge, identify
from tests.discovery.identify import corpus

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


def recordings(folder: Path) -> dict[str, corpus.Recording]:
    """Read all recordings, those of other contexts excepted."""
    files = sorted((folder / "recordings").glob("*.snmprec"))
    return {f.stem: corpus.read(f) for f in files if "@" not in f.stem}


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


def left_out(
    recorded: Mapping[str, corpus.Recording], known: Knowledge, folds: int = 0
) -> dict[str, Identity]:
    """Identify each recording without the file of its own vendor.

    Args:
        recorded: The recordings.
        known: All knowledge: tells whose device a recording is.
        folds: Hide this many groups of files instead of one file at a time, which is
            faster and slightly harder.
    """
    vendors, rest, tables = catalog.vendors(), catalog.fingerprints(), catalog.tables()
    owned: dict[str, set[str]] = defaultdict(set)
    whole = answers(recorded, known)
    for document in known.documents:
        speaks = {document.vendor, *(rule.vendor for rule in document.rules)} - {None}
        for name, identity in whole.items():
            if (
                document.name.startswith("vendors/")
                and identity.value("vendor") in speaks
            ):
                owned[document.name].add(name)
    found: dict[str, Identity] = {}
    for hidden in _groups(sorted(owned), folds):
        kept = [doc for doc in vendors if doc[0] not in hidden]
        knowledge = build_knowledge(kept, rest, tables=tables, makers=maker_of)
        mine = {name for file in hidden for name in owned[file]}
        found.update(answers({name: recorded[name] for name in mine}, knowledge))
    return found


def _groups(files: list[str], folds: int) -> Iterable[set[str]]:
    if not folds:
        return [{file} for file in files]
    return [set(files[n::folds]) for n in range(folds)]


def show(title: str, figures: Mapping[str, Figure]) -> None:
    """Print a table of figures."""
    print(title)
    for name, found in figures.items():
        print(
            f"  {name:10} fair {found.fair:4}  accuracy {found.accuracy:6.1%}  "
            f"precision {found.precision:6.1%}  wrong {found.answered - found.right:3}"
            f"  silent {found.fair - found.answered:3}"
        )


def main() -> None:
    """Read the arguments, score, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--leave-out", action="store_true")
    parser.add_argument("--misses", type=Path)
    given = parser.parse_args()
    known = build_knowledge(
        catalog.vendors(),
        catalog.fingerprints(),
        tables=catalog.tables(),
        makers=maker_of,
    )
    recorded = recordings(given.corpus)
    figures, missed = tally(given.corpus, answers(recorded, known))
    show("with all vendors", figures)
    if given.leave_out:
        figures, missed = tally(given.corpus, left_out(recorded, known))
        show("with the device's own vendor left out", figures)
    if given.misses:
        lines = "".join(json.dumps(m, ensure_ascii=False) + "\n" for m in missed)
        given.misses.write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main()
