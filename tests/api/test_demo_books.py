"""The books of the demo's company, whose reports tie."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine

from api import demo
from api.compose.rulebooks import rules_of
from api.compose.wiring import App
from inventory.fixed_assets.register_books import load_books
from inventory.reports import report_named
from inventory.reports.sources import Sources


def test_the_demo_has_books_that_tie(app: App, engine: Engine) -> None:
    demo.load_company(app)
    rules = rules_of(app.settings)
    with app.work("demo") as work:
        made, refused = load_books(work, rules, date(2026, 3, 10))
        assert not refused
        assert made == 2 * 2
        assert load_books(work, rules, date(2026, 3, 31)) == (0, [])
        assert load_books(work, rules, date(2026, 4, 1))[0] == 2
        work.commit()
    with engine.connect() as connection:
        sources = Sources(connection, date(2026, 4, 1), rules)
        for name, given in (
            ("reconciliation", {"book": "IFRS"}),
            ("roll-forward", {"book": "IFRS", "from": "2026-01", "to": "2026-03"}),
        ):
            report = report_named(name)
            rows = list(report.rows(sources, report.read(given)))
            assert rows
            assert all(row["difference"] == 0 for row in rows)
