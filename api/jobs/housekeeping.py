"""What is done once a day while Purser is served.

Places that nobody confirmed end: scans do this for their own site; a site that is not
scanned any more is left to this. Cases of joiners, movers and leavers follow the day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from api.compose.rulebooks import context_of
from api.compose.telecom_rules import telecom_rules
from api.compose.wiring import App
from discovery.topology.expiry import expire
from inventory.hr.triggers.daily import (
    open_contract_end_tasks,
    persons_with_current_cases,
    send_reminders,
    update_cases_of_person,
)
from inventory.hr.triggers.overdue_loans import remind_of_loans
from inventory.hr.triggers.telecom_line_events import promise_free_lines
from inventory.jobs.rows import prune_jobs
from inventory.jobs.slices import forget as forget_slices
from inventory.kernel.errors import Conflict
from inventory.kernel.texts import N_
from inventory.network.findings.write import look_for_findings
from inventory.network.queries.map import map_sites
from inventory.storage.audit import read_head, verify
from inventory.telecom_expense.exits import remind
from inventory.telecom_expense.leavers import quarantine_due
from inventory.telecom_expense.seen_sims import record_seen_modems


def expire_places(
    app: App, *, site: str | None = None, place: timedelta | None = None
) -> dict[str, int]:
    """End places that nobody confirmed; return how many were closed and forgotten.

    Args:
        app: The composition.
        site: Only of this site; None for all.
        place: How long a place is believed; None as the settings say.
    """
    scan = app.settings.scan
    believed = place or timedelta(days=scan.place_days)
    history = timedelta(days=scan.history_days)
    with app.engine.connect() as connection:
        sites = [site] if site is not None else map_sites(connection)
    counts = {"closed": 0, "forgotten": 0}
    for each in sites:
        with app.work("housekeeping") as work:
            closed, forgotten, _ = expire(work, each, place=believed, history=history)
            work.commit()
        counts["closed"] += closed
        counts["forgotten"] += forgotten
    return counts


def follow_day(app: App, actor: str = "housekeeping") -> tuple[int, int, int]:
    """Let cases follow the day; a second time on a day changes nothing.

    Returns:
        Persons whose cases were looked at, reminders, contracts that end soon.
    """
    with app.work(actor) as work:
        persons = persons_with_current_cases(context_of(app.settings, work))
    for person in persons:
        with app.work(actor) as work:
            update_cases_of_person(context_of(app.settings, work), person)
            work.commit()
    with app.work(actor) as work:
        context = context_of(app.settings, work)
        promise_free_lines(context)
        reminded, contracts = send_reminders(context), open_contract_end_tasks(context)
        reminded += remind_of_loans(context)
        work.commit()
    return len(persons), reminded, contracts


def follow_telecom(app: App) -> dict[str, int]:
    """Quarantine lines of who has left, remind of notice, record modems that were seen.

    Twice changes nothing.

    Returns:
        `quarantined` lines, `reminded` contracts, `modems` recorded.
    """
    states, today = telecom_rules(app.settings).states, app.clock().date()
    with app.work("housekeeping") as work:
        quarantined = quarantine_due(work, states, today)
        reminded = remind(work, today)
        modems = record_seen_modems(work)
        work.commit()
    return {"quarantined": quarantined, "reminded": reminded, "modems": modems}


def look_at_network(app: App) -> dict[str, int]:
    """Look for certificates that end and what else a person should look at."""
    with app.work("housekeeping") as work:
        counts = look_for_findings(work)
        work.commit()
    return counts


def back_up(app: App) -> None:
    """Take the daily backup, check it, and remove old ones; nothing without a folder.

    Raises:
        InventoryError: It could not be taken, or does not hold what it should.
        OSError: The folder cannot be written.
    """
    from api.compose.backing_up import take_daily

    take_daily(app)


def prune(app: App) -> dict[str, int]:
    """Forget jobs that ended long ago."""
    before = app.clock() - timedelta(days=app.settings.jobs.keep_days)
    forget_slices(app.engine, before)
    return {"forgotten": prune_jobs(app.engine, before)}


def verify_audit(app: App) -> dict[str, object]:
    """Check the chain of the audit trail; return its head.

    Raises:
        Conflict: It was edited.
    """
    problems = verify(app.engine)
    if problems:
        raise Conflict(
            f"The audit trail is not whole: {problems[0]}",
            where="audit",
            remedy=N_("`purser db verify` names every row; compare with a backup."),
        )
    with app.engine.connect() as connection:
        head = read_head(connection)
    return {} if head is None else {"rows": head.count, "hash": head.hash}


def publish_audit(app: App) -> dict[str, object]:
    """Check the chain of the audit trail and publish its end; see `[audit]`.

    Raises:
        Conflict: It was edited.
        OSError: The file cannot be written.
    """
    from api.compose.proving import publish_head

    return publish_head(app)


DUTIES: dict[str, Callable[[App], object]] = {
    "expire-places": expire_places,
    "follow-day": follow_day,
    "follow-telecom": follow_telecom,
    "look-at-network": look_at_network,
    "back-up": back_up,
    "prune-jobs": prune,
    "publish-audit": publish_audit,
}
"""Name, as logs, metrics and `purser doctor` show it, to what is done."""
