"""Reports that go out by mail, as often as somebody planned.

What is asked stands in the targets of the recurring job, a line each: `report=NAME`,
`to=ADDRESS` once or more, and the parameters of the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from api.compose.wiring import App
from api.http.streams import table_file
from api.resources.money.reports import report_rows
from discovery.work.port import JobRun, Kind, Queue, Result
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.texts import N_
from inventory.outbox.mails import attach, mail_settings, queue
from inventory.reports import reports
from inventory.reports.base import Report, Values

MAIL_REPORT = "mail-report"
MOST_BYTES = 8 * 1024 * 1024
"""Of a file that goes with a mail; many servers take no more than 10 MB."""


def mail_report_kind(app: App) -> Kind:
    """Return the kind of jobs that mail a report."""
    return Kind(
        MAIL_REPORT,
        partial(_run, app),
        Queue.HOUSE,
        "Send a report by mail.",
        check=check,
    )


def check(targets: Sequence[str]) -> None:
    """Refuse what cannot be sent.

    Raises:
        Invalid: No such report or parameter, or nobody to send it to.
    """
    read(targets)


def read(targets: Sequence[str]) -> tuple[Report, Values, list[str]]:
    """Return report, parameters and recipients.

    Raises:
        Invalid: As `check`.
    """
    given: dict[str, Any] = {}
    recipients: list[str] = []
    for line in targets:
        name, _, value = line.partition("=")
        if name.strip() == "to":
            recipients.append(value.strip())
        else:
            given.setdefault(name.strip(), []).append(value.strip())
    names = given.pop("report", [""])
    known = reports()
    if names[-1] not in known:
        raise Invalid(
            N_("There is no report {name!r}."),
            where="targets",
            remedy=N_("Write report=NAME; use one of {choices}."),
            name=names[-1],
            choices=", ".join(known),
        )
    if not recipients or not all("@" in each for each in recipients):
        raise Invalid(
            N_("Nobody is named to send it to."),
            where="targets",
            remedy=N_("Write to=ADDRESS, a line for each."),
        )
    report = known[names[-1]]
    return report, report.read(given), recipients


def _run(app: App, job: JobRun) -> Result:
    report, values, recipients = read(list(job.arguments["targets"]))
    with app.engine.connect() as connection:
        settings = mail_settings(connection)
    if settings is None or not settings["enabled"]:
        raise NotAllowed(
            N_("Mail is not sent here."),
            remedy=N_("Say how: mail settings, or `purser mail-setting set`."),
        )
    rows = report_rows(app, report, values)
    file = table_file(report.columns, rows, "xlsx", report.name)
    data = b"".join(file.pieces)
    if len(data) > MOST_BYTES:
        raise NotAllowed(
            N_("The report has {bytes} bytes, too many for a mail."),
            remedy=N_("Ask it for less: a shorter time, one book."),
            bytes=len(data),
        )
    today = app.clock().date()
    mails = [
        {
            "key": f"report:{job.id}:{each}",
            "kind": MAIL_REPORT,
            "recipient": each,
            "subject": f"{report.title} {today.isoformat()}",
            "body": f"{report.title}, {today.isoformat()}.",
            "on": today,
        }
        for each in recipients
    ]
    with app.work(job.requested_by) as work:
        queue(work, settings, mails)
        keys = [str(mail["key"]) for mail in mails]
        attach(work, keys, file.name or f"{report.name}.xlsx", data)
        told = {"report": report.name, "mails": len(mails), "bytes": len(data)}
        job.conclude(work, told)
        work.commit()
    return told
