"""The telecom assets of the demo, entered by the acts that people use.

So the demo shows what really follows: assignments, accruals, findings, waste.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select

from api.compose.rulebooks import office_document, rules_of
from api.compose.wiring import App
from api.http.actions import Act
from api.http.callers import Caller, Role
from api.resources.declare import Viewer
from api.resources.perform import Call, perform
from api.resources.registry import resource
from api.resources.resource import Resource
from inventory.accounting.books.periods import period_rows
from inventory.accounting.tables import Book
from inventory.storage.rows import col, find, id_of
from inventory.storage.work import UnitOfWork
from inventory.telecom.billing.charging import month_of
from inventory.telecom.estate.invoice_tables import CarrierInvoice
from inventory.telecom.estate.tables import TelecomProvider
from inventory.telecom_expense.accrue import accrue

_DAY = timedelta(days=1)


def load_telecom(app: App) -> None:
    """Enter providers, lines, charges and an invoice; accrue the months of this year.

    A second time changes nothing. What came to an end between the parts is finished.
    """
    today = app.clock().date()
    document = office_document("telecom")
    acts = [_Planned.of(row, _words(today)) for row in document["acts"]]
    with app.work("demo") as work:
        if find(work.connection, TelecomProvider, name=_first(document)) is None:
            for act in acts:
                if not act.act.alone:
                    act.carry_out(app, today, work)
            work.commit()
    with app.engine.connect() as connection:
        if connection.execute(select(id_of(CarrierInvoice)).limit(1)).first():
            return
    for act in acts:
        if act.act.alone:
            act.carry_out(app, today, app.work("demo"))
    with app.work("demo") as work:
        _accrue(app, work, today)
        work.commit()


@dataclass(frozen=True, slots=True)
class _Planned:
    """An act of the data file, with the days filled in."""

    resource: Resource[Any]
    act: Act
    ref: str
    given: BaseModel

    @classmethod
    def of(cls, row: Any, words: dict[str, str]) -> _Planned:  # noqa: ANN401 - YAML
        place, verb, fields = row
        name, _, ref = place.partition("/")
        found = resource(name)
        act = found.act(verb)
        assert act is not None
        told = {key: _filled(value, words) for key, value in fields.items()}
        return cls(found, act, ref, act.given.model_validate(told))

    def carry_out(self, app: App, today: date, work: UnitOfWork) -> None:
        """Carry it out as somebody of IT and accounting."""
        caller = Caller("demo", "demo", frozenset({Role.IT, Role.ACCOUNTING}))
        call = Call(app, Viewer(caller, today, today, app))
        perform(self.resource, self.act, call, work, self.given, self.ref or None)


def _first(document: Any) -> str:  # noqa: ANN401 - as YAML has it
    return str(document["acts"][0][2]["name"])


def _words(today: date) -> dict[str, str]:
    invoiced = month_of(today)
    last = invoiced - _DAY
    return {
        "{first}": month_of(last).isoformat(),
        "{last}": last.isoformat(),
        "{invoiced}": invoiced.isoformat(),
    }


def _filled(value: Any, words: dict[str, str]) -> Any:  # noqa: ANN401 - of a field
    if not isinstance(value, str):
        return value
    for mark, word in words.items():
        value = value.replace(mark, word)
    return value


def _accrue(app: App, work: UnitOfWork, today: date) -> None:
    """Accrue the periods of this year that have ended and are open."""
    query = select(id_of(Book)).where(
        col(Book.to_ledger).is_(True), col(Book.currency) == "EUR"
    )
    for book_id in work.connection.execute(query).scalars().all():
        for row in period_rows(work.connection, book_id):
            ended = row["ends_on"] <= today and row["starts_on"].year == today.year
            if ended and row["status"] == "open":
                accrue(work, rules_of(app.settings), book_id, row["key"])
