"""`purser telecom`: invoices of carriers from files, days of notice, the day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.console.output import Exit, Json, print_json, say

telecom = typer.Typer(
    help="Telecom assets: invoices from files, the day.", no_args_is_help=True
)


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.add_typer(telecom, name="telecom")


@telecom.command("load-invoice")
def load_invoice(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="CSV, XLSX, UBL or CII."),
    ],
    account: Annotated[str, typer.Option(help="Customer account at the provider.")],
    layout: Annotated[
        str, typer.Option(help="Layout of the file; that of the account without.")
    ] = "",
    number: Annotated[
        str, typer.Option(help="Number of the invoice, where the file has none.")
    ] = "",
    json: Json = False,
) -> int:
    """Load an invoice of a carrier and say what does not fit; twice changes nothing."""
    from api.compose.telecom_rules import telecom_rules
    from api.console.session import actor, opened
    from api.resources.telecom.shared import ACCOUNT
    from inventory.kernel.errors import NotFound
    from inventory.kernel.texts import N_
    from inventory.storage.rows import get
    from inventory.telecom.billing.carrier_files import Said
    from inventory.telecom.estate.tables import ProviderAccount
    from inventory.telecom_expense.invoices import load_file

    with opened(context) as app, app.work(actor()) as work:
        rules = telecom_rules(app.settings)
        found = ACCOUNT.resolve(work.connection, account)
        own = get(work.connection, ProviderAccount, found)["profile"]
        how = rules.layouts.get(layout or own or "purser")
        if how is None:
            raise NotFound(
                N_("There is no layout {name}."),
                where="layout",
                remedy=N_("See the layouts of invoices."),
                name=layout or own,
            )
        said = Said(number=number)
        done = load_file(work, found, file.read_bytes(), how, rules.types, said)
        work.commit()
    if json:
        print_json(
            {
                "id": done.invoice_id,
                "invoices": done.invoices,
                "already": done.already,
                "lines": done.lines,
                "findings": done.findings,
            }
        )
    else:
        again = ", loaded before" if done.already else ""
        say(f"{done.lines} lines, {done.findings} findings{again}")
    return Exit.FAILED if done.findings else Exit.OK


@telecom.command("calendar")
def calendar(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write it.")],
) -> int:
    """Write the last days to give notice as an iCalendar file."""
    from api.console.session import opened
    from api.routes.calendars import TEXTS, TITLE
    from inventory.telecom_expense.exits import calendar_of, list_exits

    with opened(context) as app, app.engine.connect() as connection:
        now = app.clock()
        rows = list_exits(connection, now.date())
        file.write_text(calendar_of(rows, TITLE, TEXTS, now), "utf-8", newline="")
    say(f"{len(rows)} contracts")
    return Exit.OK


@telecom.command("daily")
def daily(context: typer.Context, json: Json = False) -> int:
    """Quarantine lines of leavers, remind of notice; `purser serve` does so, too."""
    from api.console.session import opened
    from api.jobs.housekeeping import follow_telecom

    with opened(context) as app:
        done = follow_telecom(app)
    if json:
        print_json(done)
    else:
        say(f"{done['quarantined']} lines quarantined, {done['reminded']} reminders")
    return Exit.OK
