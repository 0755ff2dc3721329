"""What recurs: plan it, change it, switch it off, do it now."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, Field
from sqlalchemy import select, update

from api.http.actions import Act, Acting, Given, NothingIn
from api.http.callers import Role, check_role
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Word,
)
from api.resources.network.conflicts import READERS
from api.resources.network.neighbours import WRITERS
from api.resources.perform import changes_of, partial
from api.resources.references import RECURRING_JOB
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.jobs.recurring import plan, replan
from inventory.jobs.tables import RecurringJob
from inventory.kernel.errors import NotAllowed
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import get

_table = RECURRING_JOB.table
_OF_MONEY = frozenset({Role.ACCOUNTING})
Short = Annotated[str, Field(min_length=1, max_length=100)]


class RecurringRow(RowModel):
    """Something that recurs."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    name: Annotated[str, Column("Name", sort=True, lead=True)]
    kind: Annotated[str, Column("What", Show.WORD, sort=True)]
    site: Annotated[str, Column("Site", sort=True)]
    targets: list[str] = Field(description="Networks; empty: those of the site.")
    rule: Annotated[
        str,
        Column(
            "When", Show.MONO, sort=True, about="`every 15 minutes`, or as in cron."
        ),
    ]
    time_zone: Annotated[str, Column("Time zone", shown=False)]
    closed: Annotated[list[str], Column("Not within", shown=False)]
    longest_minutes: Annotated[
        int, Column("Most minutes", Show.NUMBER, sort=True, shown=False)
    ]
    enabled: Annotated[bool, Column("On", sort=True)]
    origin: Annotated[
        str,
        Column("Kept in", sort=True, shown=False, about="default, file or hand."),
    ]
    last_at: Annotated[Moment, Column("Last", Show.AGO, sort=True)]
    last_job_id: Number
    next_at: Annotated[Moment, Column("Next", Show.AGO, sort=True)]


class RecurringQuestion(Question):
    """What of it is asked for."""

    kind: Annotated[Word, Choice("What")] = None
    site: Annotated[Word, Choice("Site")] = None
    enabled: Annotated[bool | None, Choice("On")] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    origin: Annotated[Word, Choice("Kept in", main=False)] = None
    next_at: Annotated[AwareDatetime | None, Choice("Next", main=False)] = None
    last_at: Annotated[AwareDatetime | None, Choice("Last", main=False)] = None


class RecurringIn(Given):
    """Something that is to recur."""

    name: Annotated[Short, Input("Name")]
    kind: Annotated[
        Short,
        Input(
            "What",
            hint=N_("Such as collect, whereabouts, back-up or mail-report."),
        ),
    ]
    rule: Annotated[
        Short,
        Input("When", hint=N_("`every 15 minutes`, or as in cron: 30 2 * * mon-fri")),
    ]
    site: Annotated[str, Field(max_length=200), Input("Site")] = ""
    targets: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=253)]],
        Field(default_factory=list, max_length=10_000),
        Input(
            "Targets",
            hint=N_(
                "Networks or addresses; empty: those of the site. Of mail-report:"
                " report=NAME, to=ADDRESS and parameters, a line each."
            ),
        ),
    ]
    time_zone: Annotated[Short, Input("Time zone", hint=N_("Such as Asia/Jakarta."))]
    closed: Annotated[
        list[Short],
        Field(default_factory=list, max_length=50),
        Input("Not within", hint=N_("Such as mon-fri 08:00-18:00.")),
    ]
    longest_minutes: Annotated[int, Field(ge=1, le=100_000), Input("Most minutes")] = (
        240
    )
    enabled: Annotated[bool, Input("On")] = True


class PlanSiteIn(Given):
    """A site whose network is to be looked at by itself."""

    site: Annotated[Short, Input("Site")]
    networks: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=253)]],
        Field(default_factory=list, max_length=10_000),
        Input("Networks", hint=N_("Such as 10.1.0.0/24, a line each.")),
    ]
    time_zone: Annotated[Short, Input("Time zone", hint=N_("Such as Asia/Jakarta."))]


class PlannedSite(DetailModel):
    """What recurs at a site now."""

    site: str
    names: list[str] = Field(description="Of what was planned.")


RecurringEditIn = partial(RecurringIn, "RecurringEditIn")


def _begin(acting: Acting) -> dict[str, Any]:
    return {"time_zone": acting.app.settings.jobs.time_zone}


def _check_role(acting: Acting, kind: str) -> None:
    """Refuse IT what tells of money, and the others everything else.

    Raises:
        Forbidden: It is not for the caller.
    """
    of_money = kind == "mail-report"
    check_role(acting.caller, _OF_MONEY if of_money else WRITERS)


def _create(acting: Acting, given: RecurringIn) -> dict[str, int]:
    from api.jobs.timekeeping import check_kind

    _check_role(acting, given.kind)
    check_kind(acting.app, given.kind, given.site, given.targets)
    return {"id": plan(acting.work, dict(given))}


def _plan_site(acting: Acting, given: PlanSiteIn) -> dict[str, Any]:
    """Plan what usually recurs at a site; what is there stays as it is."""
    from api.jobs.timekeeping import check_kind, defaults_of_site

    names = []
    for values in defaults_of_site(given.site, given.networks, given.time_zone):
        query = select(_table.c.id).where(_table.c.name == values["name"])
        if acting.work.connection.execute(query).first() is None:
            check_kind(acting.app, values["kind"], given.site, values["targets"])
            plan(acting.work, values)
            names.append(values["name"])
    if not names:
        raise NotAllowed(
            N_("All of it recurs at this site already."),
            where="site",
            remedy=N_("Change what there is."),
        )
    return {"site": given.site, "names": names}


def _update(acting: Acting, given: Given) -> None:
    from api.jobs.timekeeping import check_kind

    changes = changes_of(given)
    row = get(acting.work.connection, RecurringJob, acting.id)
    if row["origin"] == "file":
        raise NotAllowed(
            N_("This is kept in the settings file."),
            where="name",
            remedy=N_("Change it under [[recurring]] in purser.toml."),
        )
    for kind in {row["kind"], changes.get("kind", row["kind"])}:
        _check_role(acting, kind)
    now = {name: changes.get(name, row[name]) for name in ("kind", "site", "targets")}
    check_kind(acting.app, now["kind"], now["site"], now["targets"])
    replan(acting.work, acting.id, changes)


def _run_now(acting: Acting, _given: NothingIn) -> None:
    row = get(acting.work.connection, RecurringJob, acting.id)
    _check_role(acting, row["kind"])
    if not row["enabled"]:
        raise NotAllowed(N_("It is switched off."), where="enabled")
    now = acting.work.clock()
    acting.work.connection.execute(
        update(_table).where(_table.c.id == acting.id).values(next_at=now)
    )
    acting.work.audit("recurring_job", acting.id, "run", None, None)


SOURCE: TableSource[RecurringQuestion] = TableSource(
    table=_table,
    columns={name: _table.c[name] for name in RecurringRow.model_fields},
    searched=(_table.c.name, _table.c.kind, _table.c.site),
    offered=("kind", "site"),
)

RECURRING_JOBS = Resource(
    name="recurring-jobs",
    command="recurring",
    title=N_("Recurring jobs"),
    counted=NN_("{count} recurring job", "{count} recurring jobs"),
    group="house",
    roles=READERS | _OF_MONEY,
    rows=RecurringRow,
    question=RecurringQuestion,
    sort="name",
    source=SOURCE,
    reference=RECURRING_JOB,
    detail=RecurringRow,
    get=SOURCE.one,
    called=lambda row: str(row["name"]),
    acts=(
        Act(
            "create-recurring-job",
            RecurringIn,
            _create,
            WRITERS | _OF_MONEY,
            verb="create",
            title=N_("Plan something that recurs"),
            begin=_begin,
        ),
        Act(
            "plan-site-jobs",
            PlanSiteIn,
            _plan_site,
            WRITERS,
            verb="plan-site",
            on="list",
            about="Plan what usually recurs at a site: sweeps, whole scans, places.",
            title=N_("Scan a site by itself"),
            answer=PlannedSite,
            begin=_begin,
        ),
        Act(
            "edit-recurring-job",
            RecurringEditIn,
            _update,
            WRITERS | _OF_MONEY,
            verb="update",
            about="Change what recurs, or switch it off.",
        ),
        Act(
            "run-recurring-job",
            NothingIn,
            _run_now,
            WRITERS | _OF_MONEY,
            verb="run",
            about="Do it now, unless it still runs; then as planned.",
            preview=False,
        ),
    ),
)
