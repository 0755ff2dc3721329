"""Loads a company into the register: its organisation, people, purchases, custody.

The caller has parsed the file (YAML, or one CSV file a section); this module gets a
mapping of sections, each a list of flat rows. All rows are checked first; every bad
one is reported with section, row and field; then everything is written in one
transaction, or nothing. Loading the same file again changes nothing; loading a
changed one changes what is given in it. An empty field never erases anything.

Sections and fields (* required; days are YYYY-MM-DD; `to` is the first day no more;
codes, tags, numbers and serials are text, so quote them where zeros lead)::

    legal_entities: code* name* currency* country
    cost_centres:   code* name* legal_entity parent from to
    departments:    code* name* legal_entity parent cost_centre
    locations:      code* name* kind parent cost_centre
                    kind: site, building, floor, room, rack or stock; the code of a
                    site is the site name that scans carry
    teams:          code* name* department cost_centre
    manufacturers:  name* aliases        (aliases: text separated by ; or a list)
    persons:        key* family_name* given_name email login
                    and the present employment, if any:
                    number legal_entity from to contract_end end_reason
                    department cost_centre manager location title
    placements:     person* from* department cost_centre manager location title
                    a move of somebody who is employed already
    assets:         tag* kind* name manufacturer model serial asset_class state since
                    legal_entity location parent supplier order_number invoice_number
                    purchased_on cost currency warranty_until note macs imei
                    (the latter two: text separated by ; or a list)
                    and who has it now: person | team | place | holder_asset, held_from
                    and who pays for it instead of the holder: cost_centre
    custody:        asset* from* person | team | place | holder_asset  to
                    expected_return note       (history, and more than one holder)
    allocations:    asset* from* cost_centre* percent* to
                    rows of the same asset and `from` belong together and sum to 100

References are by `code`, by `key` of a person, by `tag` of an asset, by `name` of a
manufacturer. `kind`, `state`: see `inventory.assets.register.lifecycle`; `state` is
in_use for what somebody holds and in_stock otherwise, `since` is `held_from` or
`purchased_on`.
`cost` is text or a whole number such as "1249.00", `currency` is that of the legal
entity unless given. State and `since` count for new assets only; custody, placements
and allocations that are recorded already are left as they are. Example::

    legal_entities:
      - {code: "100", name: Example GmbH, country: DE, currency: EUR}
    cost_centres:
      - {code: "4100", name: Sales, legal_entity: "100"}
    persons:
      - {key: p-001, given_name: Sari, family_name: Wijaya, email: sari@example.com,
         login: swijaya, number: "00017", legal_entity: "100", from: 2024-02-01,
         cost_centre: "4100"}
    assets:
      - {tag: IT-00412, kind: laptop, manufacturer: Lenovo, model: ThinkPad T14,
         serial: PF3ABCDE, legal_entity: "100", purchased_on: 2026-02-20,
         cost: "1249.00", asset_class: computer, person: p-001,
         held_from: 2026-03-03}
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy.exc import IntegrityError

from inventory.bulk import assets, organisation
from inventory.bulk.files.sections import FileRow
from inventory.bulk.files.sheet import CompanySheet, grouped, read_sheet
from inventory.bulk.known_codes import KnownIds, missing_references, serials_taken
from inventory.kernel.errors import InvalidRows, InventoryError, RowProblem
from inventory.kernel.texts import N_
from inventory.storage.work import UnitOfWork

UNITS = ("legal_entities", "cost_centres", "departments", "locations", "teams")


@dataclass(slots=True)
class LoadReport:
    """What loading did, by section.

    Attributes:
        rows: Rows read.
        changed: Rows that added or changed something.
    """

    rows: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)


def load(
    work: UnitOfWork, document: Mapping[str, Any], *, source: str = "file"
) -> LoadReport:
    """Load a company into the register; the caller commits, or not for a dry run.

    Args:
        work: The unit of work; after an error nothing of it may be committed.
        document: Sections as described above.
        source: What employments name as their source.

    Raises:
        InvalidRows: Some rows cannot be accepted; names all of them.
    """
    sheet, problems = read_sheet(document)
    known = KnownIds(work.connection, sheet)
    problems += missing_references(sheet, known)
    problems += serials_taken(work.connection, sheet)
    if problems:
        raise InvalidRows(problems)
    loader = _Loader(work, sheet, known)
    loader.run(source)
    if loader.problems:
        raise InvalidRows(loader.problems)
    return loader.finish()


class _Loader:
    """Writes a sheet row by row, and goes on after a bad row to find them all."""

    def __init__(self, work: UnitOfWork, sheet: CompanySheet, known: KnownIds) -> None:
        self.report = LoadReport()
        self.problems: list[RowProblem] = []
        self._work = work
        self._lines = sheet.lines
        self._known = known
        for section, lines in sheet.lines.items():
            self.report.rows[section] = len(lines)
        self._changed_rows: set[tuple[str, int]] = set()

    def run(self, source: str) -> None:
        """Write everything, what is referred to first."""
        work, known = self._work, self._known
        for section in UNITS:
            self._each(section, partial(organisation.write_unit, work, known))
        for section in UNITS:
            write_parent = partial(organisation.write_parent, work, known)
            self._each(section, write_parent, only_with="parent")
        self._each(
            "manufacturers", partial(organisation.write_manufacturer, work, known)
        )
        self._each("persons", partial(organisation.write_person, work, known))
        self._each(
            "persons",
            partial(organisation.write_employment, work, known, source=source),
            only_with="number",
        )
        self._each("placements", partial(organisation.write_placement, work, known))
        if not self.problems:
            # Rows of assets refer to these ids; without them every row would fail.
            self._assets()

    def _assets(self) -> None:
        work, known = self._work, self._known
        first = self._first_held()
        new: set[str] = set()

        def write(line: FileRow) -> None:
            tag = line.values["tag"]
            if assets.write_asset(work, known, line, first.get(tag)):
                new.add(tag)

        self._each("assets", write)
        if self.problems:
            return
        self._each(
            "assets", partial(assets.write_parent, work, known), only_with="parent"
        )
        write_identifiers = partial(assets.write_identifiers, work, known)
        for name in assets.IDENTIFIERS:
            self._each("assets", write_identifiers, only_with=name)
        self._custody()
        for line in self._lines["assets"]:
            if line.values["tag"] in new and "state" in line.values:
                self._row(line, partial(assets.write_state, work, known, line))
        self._each(
            "assets",
            partial(assets.write_cost_centre, work, known),
            only_with="cost_centre",
        )
        for lines in grouped(self._lines["allocations"]).values():
            self._row(lines[0], partial(assets.write_allocation, work, known, lines))

    def _custody(self) -> None:
        of_asset: dict[int, list[tuple[assets.CustodyInFile, FileRow]]] = defaultdict(
            list
        )
        for line in (*self._lines["assets"], *self._lines["custody"]):
            custody = assets.custody_in_row(self._known, line)
            if custody is not None:
                tag = line.values.get("asset", line.values.get("tag"))
                of_asset[self._known.ids["assets"][tag]].append((custody, line))
        for asset_id, periods in of_asset.items():
            for custody, line in sorted(periods, key=lambda one: one[0].start):
                write = partial(assets.write_custody, self._work, asset_id, custody)
                self._row(line, write)

    def _first_held(self) -> dict[str, Any]:
        first: dict[str, Any] = {}
        for line in (*self._lines["assets"], *self._lines["custody"]):
            start = assets.custody_start(line)
            if start is not None:
                tag = line.values.get("asset", line.values.get("tag"))
                first[tag] = min(first.get(tag, start), start)
        return first

    def _each(
        self, section: str, write: Callable[[FileRow], object], *, only_with: str = ""
    ) -> None:
        """Write the rows of a section, or those in which a field is given."""
        for line in self._lines[section]:
            if not only_with or only_with in line.values:
                self._row(line, partial(write, line))

    def _row(self, line: FileRow, write: Callable[[], object]) -> None:
        before = self._work.pending
        try:
            with self._work.session.begin_nested():
                write()
        except InventoryError as error:
            self.problems.append(line.failed(error.where, error))
        except IntegrityError as error:
            self.problems.append(
                line.problem(
                    "", N_("The database refuses it: {reason}."), "", reason=error.orig
                )
            )
        if self._work.pending != before:
            self._changed_rows.add((line.section, line.row))

    def finish(self) -> LoadReport:
        """Return what was done."""
        self.report.changed.update(section for section, _row in self._changed_rows)
        return self.report
