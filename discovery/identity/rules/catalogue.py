"""Facts of all vendors at once: enterprises, product names, likely objects.

They come from tables of numbers and names (`config/fingerprints/*.tsv`), and serve
the vendors nobody wrote a rule file for. The two long ones, of enterprises and of
products, stay text and are searched line by line when asked: building dictionaries of
eighty thousand rows would take longer than identifying a device.
Pure: standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from discovery.identity.clean_text import key
from discovery.identity.device_types import GENERAL
from discovery.identity.rules.places import Place, build_places
from discovery.identity.rules.schema import KnowledgeError

PREFIX = "1.3.6.1.4.1."
KINDS = {
    "s": "serial",
    "m": "model",
    "p": "model",
    "n": "model",
    "v": "version",
    "f": "firmware",
    "h": "hardware_rev",
}
"""Letter in the objects table to the field the object fills."""


@dataclass(frozen=True, slots=True)
class Likely:
    """An object that, by its MIB, holds a field.

    Attributes:
        field: The field.
        oid: Instance, or column ending with a dot.
        score: 0 to 1, how surely it is the device's own.
    """

    field: str
    oid: str
    score: float

    @property
    def column(self) -> bool:
        """Whether a row has to be looked for."""
        return self.oid.endswith(".")


@dataclass(frozen=True, slots=True)
class TradeWord:
    """A word of the trade and the type it means.

    Attributes:
        phrase: Lower-case words between single spaces.
        kind: Type or sub-type.
        trust: 0 to 1.
        where: `text` for anywhere, `whole` for words that mean it only as words of
            their own, `part` for ones that mean it only inside of compounds, `maker`
            for words in the name of an organisation, `family` for the names of lines
            of products, which the number of a product may follow.
        vendor: Who makes the line, where a name is one maker's alone.
    """

    phrase: str
    kind: str
    trust: float
    where: str
    vendor: str | None = None


MOST_KNOWN = 4096
"""Rows remembered: a network has few kinds of devices."""
_FEW_LETTERS = 4
"""Letters of second columns that those are grouped by."""
_NO_ROW = re.compile(r"\n(?![0-9.]+\t|\n|$)")


class Lines:
    """A table of two columns whose rows are ordered by number or OID, as text.

    Raises:
        KnowledgeError: A row does not begin with a number and a tab; names its line.
    """

    def __init__(self, name: str, text: str) -> None:
        self.text = text
        self.start = text.find("\n") + 1
        self._begins: dict[str, list[str]] | None = None
        self._known: dict[str, str | None] = {}
        if wrong := _NO_ROW.search(text, max(0, self.start - 1)):
            line = text.count("\n", 0, wrong.end()) + 1
            first = text[wrong.end() :].split("\n", 1)[0].split("\t")[0]
            problem = (
                f"{first!r} is not a number" if "\t" in text[wrong.end() :] else ""
            )
            raise KnowledgeError(
                f"{name}.tsv, line {line}: {problem or 'columns are tab-separated'}"
            )

    def get(self, key: str) -> str | None:
        """Return the second column of the row that starts with `key`."""
        if key not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[key] = self._search(key)
        return self._known[key]

    def rows_with(self, beginning: str) -> Iterator[str]:
        """Yield what follows `beginning` in second columns that start with it.

        Args:
            beginning: Of `_FEW_LETTERS` letters at least.
        """
        aim = beginning.lower()
        for row in self._alike(aim[:_FEW_LETTERS]):
            if row.startswith(aim):
                yield row[len(aim) :]

    def _alike(self, letters: str) -> list[str]:
        """Return the second columns, lower case, that begin with some letters."""
        if self._begins is None:
            self._begins = {}
            for line in self.text[self.start :].lower().split("\n"):
                row = line.partition("\t")[2]
                self._begins.setdefault(row[:_FEW_LETTERS], []).append(row)
        return self._begins.get(letters, [])

    def _search(self, key: str) -> str | None:
        aim = _arcs(key)
        low, high = self.start, len(self.text)
        while aim and low < high:
            begin = max(low, self.text.rfind("\n", 0, (low + high) // 2) + 1)
            end = self.text.find("\n", begin)
            end = len(self.text) if end < 0 else end
            first, _, rest = self.text[begin:end].partition("\t")
            found = _arcs(first)
            if found == aim:
                return rest.partition("\t")[0]
            if found < aim:
                low = end + 1
            else:
                high = begin
        return None


def _arcs(text: str) -> tuple[int, ...]:
    """Return the numbers of an OID; empty when it is none."""
    parts = text.split(".")
    if not all(part.isascii() and part.isdigit() for part in parts):
        return ()
    return tuple(map(int, parts))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The tables.

    Attributes:
        organisations: Enterprise number to the registered organisation.
        products: sysObjectID below enterprises to product name.
        objects: Enterprise number to likely objects, best first.
        kinds: OID below enterprises to the type that names registered there tell, and
            how surely (0 to 1).
        generic: Enterprise numbers of agents that many vendors ship.
        chips: Makers of network chips and modules, as `text.key`: a block of MAC
            addresses of theirs says nothing about who made the device.
        trade: First word to the words of the trade that begin with it.
        makers_words: Words in names of organisations, in the order of the table.
        families: First letters to the names of lines of products that begin with them.
        makers: Enterprise number to the type its holder is generally known for, and
            how surely (0 to 1).
        successors: Enterprise number to the brand under which the business of who
            registered it goes on: mergers, take-overs, changes of name.
        reliability: Field to what answers weighed at least how much are right how
            often, both 0 to 1, rising.
        announced: Place of a protocol (`ipp printer-make-and-model`) to what stands
            there.
        ranked: sysObjectID and enterprises served to their likely objects in the order
            of asking, filled as it is asked for.
    """

    organisations: Lines
    products: Lines
    objects: Mapping[int, tuple[Likely, ...]]
    kinds: Mapping[str, tuple[str, float]]
    generic: frozenset[int]
    chips: frozenset[str] = frozenset()
    trade: Mapping[str, tuple[TradeWord, ...]] = field(default_factory=dict)
    makers_words: tuple[TradeWord, ...] = ()
    families: Mapping[str, tuple[TradeWord, ...]] = field(default_factory=dict)
    makers: Mapping[int, tuple[str, float]] = field(default_factory=dict)
    successors: Mapping[int, str] = field(default_factory=dict)
    reliability: Mapping[str, tuple[tuple[float, float], ...]] = field(
        default_factory=dict
    )
    announced: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    ranked: dict[tuple[str, tuple[int, ...]], tuple[Likely, ...]] = field(
        default_factory=dict, repr=False
    )
    _named: dict[str, bool] = field(default_factory=dict, repr=False)

    def organisation(self, number: int) -> str | None:
        """Return who registered an enterprise number, or who goes on with it."""
        return self.successors.get(number) or self.organisations.get(str(number))

    def names_organisation(self, name: str, tail: re.Pattern[str]) -> bool:
        """Whether an organisation has a name, up to what names end with."""
        known = self._named.get(name)
        if known is None:
            rows = self.organisations.rows_with(name)
            known = any(tail.fullmatch(rest) is not None for rest in rows)
            if len(self._named) < MOST_KNOWN:
                self._named[name] = known
        return known

    def kind(self, object_id: str) -> tuple[str, float] | None:
        """Return type and trust by what is registered at or above a sysObjectID."""
        arcs = object_id.removeprefix(PREFIX).split(".")
        for length in range(min(len(arcs), 16), 0, -1):
            if found := self.kinds.get(".".join(arcs[:length])):
                return found
        return None

    def is_generic(self, object_id: str) -> bool:
        """Whether a sysObjectID says nothing about who made the device."""
        number = enterprise_of(object_id)
        return number is None or self.is_agent(object_id)

    def is_agent(self, object_id: str) -> bool:
        """Whether a sysObjectID is that of an agent that many vendors ship."""
        return enterprise_of(object_id) in self.generic

    def product(self, object_id: str) -> str | None:
        """Return the product registered for a sysObjectID, or for one above it."""
        arcs = object_id.removeprefix(PREFIX).split(".")
        for length in range(min(len(arcs), 16), 1, -1):
            if name := self.products.get(".".join(arcs[:length])):
                return name
        return None


def enterprise_of(object_id: str) -> int | None:
    """Return the IANA enterprise number of an OID, None when it has none."""
    if not object_id.startswith(PREFIX):
        return None
    number = object_id[len(PREFIX) :].split(".", 1)[0]
    return int(number) if number.isdigit() else None


def build_catalogue(tables: Mapping[str, str]) -> Catalogue:
    """Read the tables of facts of all vendors by name.

    Raises:
        KnowledgeError: A row has not the columns it should; names table and line.
    """
    objects: dict[int, list[Likely]] = {}
    for n, row in _rows(tables, "objects", 3):
        number = _number("objects", n, row[0].split(".", 1)[0])
        if row[1] not in KINDS:
            raise KnowledgeError(f"objects.tsv, line {n}: unknown kind {row[1]!r}")
        score = _number("objects", n, row[2]) / 100
        likely = Likely(KINDS[row[1]], f"{PREFIX}{row[0].removesuffix('*')}", score)
        objects.setdefault(number, []).append(likely)
    for found in objects.values():
        found.sort(key=lambda likely: -likely.score)
    words = _trade(tables)
    generic = {_number("agents", n, row[0]) for n, row in _rows(tables, "agents", 1)}
    return Catalogue(
        Lines("enterprises", tables.get("enterprises", "")),
        Lines("products", tables.get("products", "")),
        {number: tuple(found) for number, found in objects.items()},
        dict(_kinds(tables)),
        frozenset(generic),
        frozenset(key(row[0]) for _, row in _rows(tables, "chips", 1)),
        _by_first(w for w in words if w.where not in ("maker", "family")),
        tuple(w for w in words if w.where == "maker"),
        _by_first(w for w in words if w.where == "family"),
        {
            _number("makers", n, row[0]): told
            for n, row, told in _typed(tables, "makers")
        },
        {
            _number("successors", n, r[0]): r[1]
            for n, r in _rows(tables, "successors", 2)
        },
        _reliability(tables),
        build_places(_rows(tables, "announced", 3)),
    )


def _reliability(
    tables: Mapping[str, str],
) -> dict[str, tuple[tuple[float, float], ...]]:
    found: dict[str, tuple[tuple[float, float], ...]] = {}
    for n, row in _rows(tables, "reliability", 3):
        least = _number("reliability", n, row[1]) / 100
        right = _number("reliability", n, row[2]) / 100
        found[row[0]] = (*found.get(row[0], ()), (least, right))
    return found


_LETTERS = re.compile(r"[a-z]*")


def leading_letters(text: str) -> str:
    """Return the letters a text begins with: of `sg300-28` the line is `sg`."""
    found = _LETTERS.match(text)
    return found[0] if found else ""


def _trade(tables: Mapping[str, str]) -> list[TradeWord]:
    return [
        TradeWord(row[0], kind, trust, row[3], row[4] if len(row) > 4 else None)
        for _, row, (kind, trust) in _typed(tables, "trade")
    ]


def _by_first(words: Iterable[TradeWord]) -> dict[str, tuple[TradeWord, ...]]:
    """Return words by the first of each phrase, families by its first letters."""
    found: dict[str, tuple[TradeWord, ...]] = {}
    for word in words:
        first = word.phrase.split(" ")[0]
        at = leading_letters(first) if word.where == "family" else first
        found[at] = (*found.get(at, ()), word)
    return found


def _kinds(tables: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, float]]]:
    for _, row, told in _typed(tables, "kinds"):
        yield row[0], told


def _typed(
    tables: Mapping[str, str], name: str
) -> Iterator[tuple[int, list[str], tuple[str, float]]]:
    """Yield line, cells, type and trust of a table with these in columns 2 and 3."""
    for n, row in _rows(tables, name, 4 if name == "trade" else 3):
        if row[1] not in GENERAL:
            raise KnowledgeError(f"{name}.tsv, line {n}: unknown type {row[1]!r}")
        yield n, row, (row[1], _number(name, n, row[2]) / 100)


def _rows(
    tables: Mapping[str, str], name: str, columns: int
) -> list[tuple[int, list[str]]]:
    """Return (line number, cells) of a table; the first line names the columns."""
    rows = []
    for n, line in enumerate(tables.get(name, "").splitlines(), 1):
        if n == 1 or not line:
            continue
        cells = line.split("\t")
        if len(cells) < columns:
            raise KnowledgeError(
                f"{name}.tsv, line {n}: {columns} columns expected, tab-separated"
            )
        rows.append((n, cells))
    return rows


def _number(table: str, line: int, text: str) -> int:
    if not text.isdigit():
        raise KnowledgeError(f"{table}.tsv, line {line}: {text!r} is not a number")
    return int(text)
