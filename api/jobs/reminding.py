"""Says what a person should do in the books: periods that ended and are not posted."""

from __future__ import annotations

from sqlalchemy import select

from api.compose.wiring import App
from discovery.work.port import JobRun, Result
from inventory.accounting.posting.post import due
from inventory.accounting.tables import Book, FiscalPeriod
from inventory.jobs import recurring
from inventory.storage.rows import col, id_of


def remind_posting(app: App, job: JobRun) -> Result:
    """Note each period that ended and is not posted, once; return how many wait."""
    today = app.clock().date()
    last_ended = (
        select(id_of(Book), col(Book.code), col(FiscalPeriod.key))
        .join(FiscalPeriod, col(FiscalPeriod.book_id) == id_of(Book))
        .where(col(FiscalPeriod.ends_on) <= today)
        .order_by(id_of(Book), col(FiscalPeriod.starts_on))
    )
    waiting = 0
    with app.work("timetable") as work:
        recurs = recurring.of_job(work.connection, job.requested_by)
        ended = {row.id: row for row in work.connection.execute(last_ended)}
        for book_id, row in ended.items():
            for key in due(work.connection, book_id, row.key):
                waiting += 1
                if recurs is not None:
                    about = f"{row.code} {key}"
                    text = f"Period {key} of book {row.code} has ended and is not"
                    recurring.note(work, recurs, "due", about, f"{text} posted.")
        work.commit()
    return {"periods": waiting}
