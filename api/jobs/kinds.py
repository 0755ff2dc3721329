"""What kinds of jobs there are; each names the function that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from api.compose.wiring import App
from api.jobs import housekeeping, mailing, reminding
from api.jobs.long_kinds import long_kinds
from api.jobs.mail_reports import mail_report_kind
from api.jobs.scan_kinds import scan_kinds
from discovery.work.port import JobRun, Kind, Queue, Result
from inventory.kernel.errors import Invalid, InventoryError
from inventory.kernel.texts import N_
from inventory.storage import job_runs


def kinds_of(app: App) -> Mapping[str, Kind]:
    """Return the kinds of jobs by name."""
    more = (mail_report_kind(app), *scan_kinds(app), *long_kinds(app))
    return {kind.name: kind for kind in (*_duties(app), *more)}


def _duties(app: App) -> tuple[Kind, ...]:
    """Return what is done by itself, in the order in which people read it."""
    return (
        _duty(
            app,
            "expire-places",
            "End places that nobody confirmed.",
            lambda _job: housekeeping.expire_places(app),
        ),
        _duty(
            app,
            "follow-day",
            "Let cases of joiners, movers and leavers follow the day.",
            partial(_follow_day, app),
        ),
        _duty(
            app,
            "back-up",
            "Take the backup of the day, check it, and remove old ones.",
            lambda _job: housekeeping.back_up(app),
        ),
        _duty(
            app,
            "prune-jobs",
            "Forget jobs that ended long ago.",
            lambda _job: housekeeping.prune(app),
        ),
        _duty(
            app,
            "verify-audit",
            "Check the chain of the audit trail, and keep its head with the job.",
            lambda _job: housekeeping.verify_audit(app),
        ),
        _duty(
            app,
            "remind-posting",
            "Say which periods have ended and are not posted.",
            partial(reminding.remind_posting, app),
        ),
        _mail_duty(app),
    )


def _mail_duty(app: App) -> Kind:
    about = "Send the mail that is due."
    return _duty(app, "send-mail", about, lambda _job: mailing.send_if_wanted(app))


def kind_named(app: App, name: str) -> Kind:
    """Return a kind of job.

    Raises:
        Invalid: There is none of this name.
    """
    kinds = kinds_of(app)
    if name not in kinds:
        raise Invalid(
            N_("There are no jobs {name!r}."),
            where="kind",
            remedy=N_("Choose one of {choices}."),
            name=name,
            choices=", ".join(sorted(kinds)),
        )
    return kinds[name]


def _duty(app: App, name: str, about: str, run: Callable[[JobRun], Result]) -> Kind:
    """Return what is done again and again, and noted where `purser doctor` looks."""

    def noted(job: JobRun) -> Result:
        try:
            result = run(job)
        except InventoryError as error:
            job_runs.note_failure(app.engine, name, app.clock(), error.problem)
            raise
        except Exception as error:
            problem = f"{type(error).__name__}; please report it"
            job_runs.note_failure(app.engine, name, app.clock(), problem)
            raise
        job_runs.note_success(app.engine, name, app.clock())
        return result

    return Kind(name, noted, Queue.HOUSE, about, by_hand=True)


def _follow_day(app: App, job: JobRun) -> Result:
    persons, reminders, contracts = housekeeping.follow_day(app)
    return {"persons": persons, "reminders": reminders, "contracts": contracts}
