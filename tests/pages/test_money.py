"""Books, periods and reports: who may do what, and what a close asks first."""

from __future__ import annotations

import csv
import io
import re

from sqlalchemy import text

from api.compose.rulebooks import rules_of
from inventory.fixed_assets.waiting import waiting
from inventory.storage.engine import writing
from tests.pages.conftest import Office


def test_an_auditor_reads_periods_and_reports_and_changes_nothing(
    visit: Office,
) -> None:
    visitor = visit("auditor")
    assert visitor.see("/accounting").follow("IFRS").status == 200
    page = visitor.see("/books/1?year=2026")
    january = page.rows()[0]
    assert january["Status"] == "open"
    assert january["Depreciation"] in ("26.02 EUR", "26.03 EUR")
    assert january["Assets"] == "1"
    assert page.tree.cssselect(".beside") == []
    report = visitor.see("/accounting/reports/register?book=100/IFRS")
    (row,) = report.rows()
    assert "T-001" in row.values()
    assert "1,249.00 EUR" in row.values()
    link = report.one("a[href*='format=csv']").get("href")
    (line,) = csv.DictReader(io.StringIO(visitor.client.ask(link).text))
    assert line["cost"] == "1249.00"


def test_what_is_wrong_with_a_report_is_told(visit: Office) -> None:
    page = visit("accounting").see("/accounting/reports/register?book=9")
    assert page.status == 422
    assert "There is no book 9." in page.text("[role=alert]")
    assert visit("accounting").see("/accounting/reports/nothing").status == 404


def test_a_period_is_posted_and_what_cannot_be_closed_says_why(
    office: Office,
) -> None:
    page = office("accounting").see("/books/1")
    keys = [row["Period"] for row in page.rows()]
    lock = page.follow(f"Close {keys[1]}").send()
    assert lock.status == 422
    assert "before it is still open. Close the periods in order." in lock.text("main")
    done = page.follow(f"Close {keys[0]}").send(reason="done")
    if done.status == 200:
        locked = office("accounting").see("/books/1").follow(f"Lock {keys[0]}")
        assert locked.one("button.danger") is not None
        assert locked.send(reason="audited").status == 200
        after = office("accounting").see("/books/1").rows()[0]
        assert after["Status"] == "locked"
        assert after["Decide"].replace("Take back", "").strip() == ""


def test_a_book_says_what_is_to_be_done_before_a_close(visit: Office) -> None:
    page = visit("accounting").see("/books/1")
    told = dict(zip(page.texts(".number span"), page.texts(".number b"), strict=True))
    assert set(told) == {
        "Assets not in it yet",
        "Periods to post",
        "Posted, but not closed",
        "Costs of nobody",
    }
    assert int(told["Posted, but not closed"]) > 0
    with visit.app.engine.connect() as connection:
        outside = list(waiting(connection, rules_of(visit.app.settings), [1]))
    assert int(told["Assets not in it yet"]) == len(outside) > 0
    inward = "a.number[href='/books/1/capitalise']"
    assert page.tree.cssselect(inward)
    assert not visit("auditor").see("/books/1").tree.cssselect(inward)


def test_accounting_is_not_for_every_role(visit: Office) -> None:
    for path in ("/accounting", "/books/1", "/accounting/reports/register"):
        assert visit("hr").see(path).status == 403, path
    file = "/accounting/reports/register/file?book=1"
    assert visit("hr").see(file).status == 403


def test_a_total_leads_to_its_rows_and_each_row_to_where_it_comes_from(
    visit: Office,
) -> None:
    visitor = visit("auditor")
    asked = "book=100/IFRS&from=2026&to=2026&by=asset&periods=yes"
    report = visitor.see(f"/accounting/reports/depreciation?{asked}")
    rows = visitor.see(report.one("tbody a").get("href"))
    period = rows.one("tbody a[href*='/explain?period=']")
    page = visitor.see(period.get("href"))
    assert page.status == 200
    links = [link.get("href") for link in page.tree.cssselect("main a")]
    assert any(link.startswith("/assets/") for link in links)
    assert any(link.startswith("/books/") for link in links)
    assert "straight-line" in page.text("main")
    assert visitor.see(period.get("href").split("?")[0]).status == 404


def test_balances_are_taken_over_from_a_table_that_is_sent_or_pasted(
    office: Office,
) -> None:
    page = office("accounting").see("/books/1/take-over")
    assert "asset, accumulated" in page.text(".field .hint")
    lost = ("old.csv", b"asset;accumulated\nNO-1;3.00\n", "text/csv")
    wrong = page.send("form[enctype]", files={"balances.file": lost})
    assert wrong.status == 422
    assert "NO-1" in wrong.text("textarea"), "what was sent stays in the form"
    pasted = wrong.send("form[enctype]", balances="Asset\tTotal\nT-001\t3.00\n")
    assert "Columns: asset, accumulated" in pasted.text("main")
    table = ("old.csv", b"Asset,Accumulated\nT-001,0.00\n", "text/csv")
    read = pasted.send("form[enctype]", files={"balances.file": table}, balances="")
    assert read.text("textarea").split() == ["asset", "accumulated", "T-001", "0.00"]
    assert "taken over before the first one" in read.text("main"), "it has postings"


def test_a_posting_is_told_in_the_readers_language(office: Office) -> None:
    open_ones = text(
        "SELECT min(p.id) FROM fiscal_period p"
        " WHERE p.book_id = 1 AND p.status = 'open'"
        " AND p.key > (SELECT max(o.period) FROM posting o WHERE o.book_id = 1)"
    )
    with writing(office.app.engine) as connection:
        number = connection.execute(open_ones).scalar_one()
        connection.execute(text("UPDATE placement SET cost_centre_id = NULL"))
    form = office("accounting", "id").see(f"/periods/{number}/post")
    told = form.send(early="true").text("main")
    assert re.search(r"Tidak ada pusat biaya yang menanggung \d+,\d\d EUR\.", told)
    assert "Nobody" not in told
