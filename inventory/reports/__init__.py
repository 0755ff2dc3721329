"""Reports: one file each, all in one register that API, CLI and exports list.

To add one: a file with a `REPORT` (or `REPORTS`); the register scans the package,
refuses doubles and fails loudly.

* `sources`: what reports read; may import every context.
* `base`: what a report is: name, parameters, columns, and the function that makes rows.
* `parameters`: parameters and columns that several reports share.
* `sheets`: any report, or any other table, as CSV, XLSX and JSON lines.
* `journals`: the journal as a table, as entries, and as plain-text books.
* `journal_profiles`: the journal in the columns of accounting systems.
* `tax`: lists and tests of a tax year.
* `book_tax`: Book against tax: temporary differences, deferred tax, corrections of the
  year.
* `changes`: What came in, moved and left: additions, transfers, disposals with gain or
  loss.
* `components`: Assets that are depreciated by parts: each part, and the whole as their
  sum.
* `depreciation`: Depreciation by cost centre, class, legal entity or period, posted and
  planned.
* `estimates`: Changes of estimates and impairments, with their effect (IAS 8.39, IAS
  16.76).
* `projection`: Depreciation to come, period by period, with planned purchases. Nothing
  is posted.
* `reconciliation`: The register against the journal, account by account.
* `register`: The fixed asset register as of any day, and what is fully depreciated but
  in use.
* `register_and_books`: Where register and books do not agree: what waits, ghosts,
  purchases in no book.
* `roll_forward`: From opening to closing balances by class (IAS 16.73(d)-(e)), tied to
  the journal.

Imported by `api` alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from inventory.kernel.errors import NotFound
from inventory.kernel.texts import N_
from inventory.reports.base import Report

_NO_REPORT = frozenset(
    {"base", "journal_profiles", "journals", "parameters", "sheets", "sources"}
)


def _declared(module: ModuleType) -> Iterator[Report]:
    found = getattr(module, "REPORTS", None) or (module.REPORT,)
    yield from found


@cache
def reports() -> dict[str, Report]:
    """Return all reports by name.

    Raises:
        RuntimeError: Two reports share a name.
        AttributeError: A file of the package declares no report.
    """
    register: dict[str, Report] = {}
    for info in sorted(iter_modules(__path__), key=lambda info: info.name):
        if info.name in _NO_REPORT:
            continue
        for report in _declared(import_module(f"{__name__}.{info.name}")):
            if report.name in register:
                raise RuntimeError(f"two reports are called {report.name}")
            register[report.name] = report
    return register


def report_named(name: str) -> Report:
    """Return a report.

    Raises:
        NotFound: There is none of that name; names those there are.
    """
    found = reports().get(name)
    if found is None:
        raise NotFound(
            N_("There is no report {name}."),
            where="name",
            remedy=N_("Reports: {names}."),
            name=name,
            names=", ".join(reports()),
        )
    return found
