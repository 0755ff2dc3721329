"""Regenerate config/fingerprints/{enterprises,products,objects,kinds}.tsv from facts.

    python -m tests.tools.identity_tables FACTS_FOLDER [OUTPUT_FOLDER]

FACTS_FOLDER holds three tab-separated files with a header line, as extracted from
public MIB files and the IANA list of private enterprise numbers:

* `enterprises.tsv`: enterprise_number, organisation.
* `sysobjectids.tsv`: name, oid, class, confidence, via (the parent node).
* `identity_objects.tsv`: enterprise_number, mib, object, oid, kind, is_table_column,
  score.

Only numbers and names are carried over. Product names lose the prefix that their
neighbours under one node share (`cisco`, `jnxProductName`), since it says the vendor.
The product reads the result only; this folder is not needed at run time.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from config import catalog
from tests.tools import mib_kinds

PREFIX = "1.3.6.1.4.1."
LETTERS = {
    "serial": "s",
    "model": "m",
    "product_name": "p",
    "part_number": "n",
    "version": "v",
    "firmware": "f",
    "hwrev": "h",
}
LEAST_SCORE = 5
"""Below it an object tells something else than its name says."""
PART_NUMBER_DISCOUNT = 30
"""A part number names the model only where nothing better does."""
INTEGER_SERIAL = 45
"""Score of a serial whose syntax is a number: many of them count configurations."""
MOST_OF_A_KIND = 80
"""Objects kept per enterprise and kind; vendors with a tree per product have many."""
LEAST_CONFIDENCE = 74
_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
LEAST_WORD = 4
"""Letters from which a run of them before digits is a word, not part of a code."""
_VENDOR_WITH_DIGIT = re.compile(r"h?h3c(?=[-_])|3com(?=[-_A-Z])", re.IGNORECASE)
_CODE_BEHIND_LETTERS = re.compile(r"[A-Z]{1,3}\d")
_COUNTS = re.compile(r"interface|route|lock|assigned|certificate|zone", re.IGNORECASE)
"""Words about serials that are lines, or numbers of changes."""
_URL = re.compile(r"\s*\(?(https?://|formerly|previously|see )[^)]*\)?", re.IGNORECASE)


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a table by column name."""
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)


def enterprises(facts: Path) -> Iterator[str]:
    """Yield number and organisation."""
    for row in rows(facts / "enterprises.tsv"):
        name = " ".join(_URL.sub("", row["organisation"]).split())[:60]
        name = name.removesuffix("#").strip()
        if name and not name.lower().startswith(("reserved", "unassigned", "none")):
            yield f"{row['enterprise_number']}\t{name}"


def products(facts: Path) -> Iterator[str]:
    """Yield sysObjectID below enterprises and product name without vendor prefix."""
    by_parent: dict[str, list[tuple[str, str]]] = defaultdict(list)
    registered = dict(_registered(facts))
    for row in rows(facts / "sysobjectids.tsv"):
        enough = int(row["confidence"]) >= LEAST_CONFIDENCE
        if row["class"] == "product" and enough and row["oid"].startswith(PREFIX):
            by_parent[row["via"]].append((row["oid"], row["name"]))
    found: dict[str, str] = {}
    for via, below in by_parent.items():
        prefix = shared_prefix([name for _, name in below], via)
        for oid, name in below:
            rest = name.removeprefix(prefix)
            number = oid.removeprefix(PREFIX).split(".")[0]
            bare = without_vendor(rest, registered.get(number, "")).lstrip("-_")
            if len(bare) > 2 and any(c.isdigit() for c in bare):
                found.setdefault(oid.removeprefix(PREFIX), bare)
    for oid in sorted(found, key=lambda o: [int(arc) for arc in o.split(".")]):
        yield f"{oid}\t{found[oid]}"


def _registered(facts: Path) -> Iterator[tuple[str, str]]:
    for row in rows(facts / "enterprises.tsv"):
        yield row["enterprise_number"], row["organisation"]


def without_vendor(name: str, organisation: str) -> str:
    """Cut the vendor's name that a product's begins with: `ibm2216` says IBM."""
    if found := _VENDOR_WITH_DIGIT.match(name):
        return name[found.end() :]
    said = re.findall(r"[a-z]+", organisation.lower())
    for token in _TOKEN.finditer(name):
        rest = name[token.end() :]
        if token[0].lower() in said[:2] and not rest[:1].islower() and len(rest) > 2:
            return rest
        break
    return name


def shared_prefix(names: Iterable[str], via: str) -> str:
    """Return the leading words that most names under one node share.

    A lone name loses the leading word it has in common with its parent. What is cut
    are words; letters that a code begins with stay: `s` of `s4048on` is no word, nor is
    `J` of `hpSwitchJ4850A`.
    """
    listed = list(names)
    if len(listed) < 4:
        listed += [via]
    votes: Counter[str] = Counter()
    for name in listed:
        for end in _word_ends(name):
            votes[name[:end]] += 1
    need = max(2, 0.6 * len(listed))
    good = [prefix for prefix, count in votes.items() if count >= need]
    return max(good, key=len, default="")


def _word_ends(name: str) -> Iterator[int]:
    """Yield where the first words of a name end that may say the vendor."""
    for token in list(_TOKEN.finditer(name))[:3]:
        if any(c.isdigit() for c in token[0]):
            return
        rest = name[token.end() :]
        code = rest[:1].isdigit() or _CODE_BEHIND_LETTERS.match(rest)
        if rest[:1].isdigit() and len(token[0]) < LEAST_WORD:
            return
        if not code or len(token[0]) >= LEAST_WORD or rest[:1] in "-_":
            yield token.end()


def objects(facts: Path) -> Iterator[str]:
    """Yield object below enterprises (`.*` for a column), kind letter, score."""
    kept: dict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)
    for row in rows(facts / "identity_objects.tsv"):
        if not row["oid"].startswith(PREFIX) or row["kind"] not in LETTERS:
            continue
        column, score = row["is_table_column"] == "1", int(row["score"])
        if score >= LEAST_SCORE:
            score -= PART_NUMBER_DISCOUNT * (row["kind"] == "part_number")
            oid = row["oid"].removeprefix(PREFIX) + (".*" if column else "")
            score = max(score, 1)
            kept[int(row["enterprise_number"]), row["kind"]].append((score, oid))
    for row in rows(facts / "serial_integer_objects.tsv"):
        if row["oid"].startswith(PREFIX) and not _COUNTS.search(row["description"]):
            column = row["is_table_column"] == "1"
            oid = row["oid"].removeprefix(PREFIX) + (".*" if column else "")
            kept[int(row["enterprise_number"]), "serial"].append((INTEGER_SERIAL, oid))
    for (_, kind), found in sorted(kept.items()):
        for score, oid in sorted(found, key=_rank)[:MOST_OF_A_KIND]:
            yield f"{oid}\t{LETTERS[kind]}\t{score}"


def _rank(found: tuple[int, str]) -> tuple[int, list[int]]:
    """The best first; of equal ones the first that the MIB defines."""
    score, oid = found
    return -score, [int(arc) for arc in oid.removesuffix(".*").split(".")]


def kinds(facts: Path, words: Mapping[str, str]) -> Iterator[str]:
    """Yield OID below enterprises, type, trust in per cent."""
    products = list(rows(facts / "sysobjectids.tsv"))
    objects = list(rows(facts / "identity_objects.tsv"))
    for oid, kind, trust in mib_kinds.kinds(products, objects, words):
        yield f"{oid}\t{kind}\t{trust}"


def kind_words() -> dict[str, str]:
    """Return the words of names in MIBs and the types they mean."""
    told = catalog.load(catalog.ROOT / "fingerprints" / "mib" / "words.yaml")
    return {word: kind for kind, listed in told.items() for word in listed}


TABLES: Mapping[str, str] = {
    "enterprises": "number\torganisation",
    "products": "sysobjectid\tname",
    "objects": "object\tkind\tscore",
    "kinds": "oid\ttype\tscore",
}


def main(facts: Path, output: Path) -> None:
    """Write the tables."""
    for name, lines in (
        ("enterprises", enterprises(facts)),
        ("products", products(facts)),
        ("objects", objects(facts)),
        ("kinds", kinds(facts, kind_words())),
    ):
        text = "\n".join((TABLES[name], *lines)) + "\n"
        (output / f"{name}.tsv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[2] / "config" / "fingerprints"
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else here)
