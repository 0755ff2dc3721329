"""Scans: start, watch, cancel and resume."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, ConfigDict, Field
from sqlalchemy import Connection

from api.compose.scanning import make_request
from api.http.actions import Act, Acting, Given, NothingIn
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
    Moment,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.network.conflicts import READERS
from api.resources.network.neighbours import WRITERS
from api.resources.references import SCAN
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.network.queries.worklist import scan_detail

_scan = SCAN.table
Target = Annotated[str, Field(min_length=1, max_length=253)]


class ScanRow(RowModel):
    """A scan of the list."""

    id: Annotated[int, Column("Number", sort=True, lead=True)]
    site: Annotated[str, Column("Site", sort=True)]
    state: Annotated[
        str,
        Column(
            "State",
            Show.STATE,
            sort=True,
            about="queued, running, finished, cancelled, interrupted or failed.",
        ),
    ]
    request: dict[str, Any] = Field(description="What was asked for.")
    requested_by: Annotated[str, Column("By", sort=True)]
    position: int = Field(description="Addresses of the targets that are done with.")
    owner: Text = Field(description="Host, process and start of who runs it.")
    attempt: int = Field(description="How many times it was taken up.")
    counts: dict[str, int]
    problems: list[list[str]] = Field(
        description="(where, reason, detail) of what did not work for all addresses."
    )
    error: Annotated[Text, Column("Error")]
    created_at: Annotated[datetime, Column("Created", Show.AGO, sort=True)]
    started_at: Annotated[Moment, Column("Started", Show.AGO, sort=True, shown=False)]
    heartbeat_at: Annotated[Moment, Column("Sign of life", Show.AGO, shown=False)]
    ready_at: Moment = Field(
        description="Since when it has visited everything and waits to be concluded."
    )
    concluded_by: int | None = Field(
        description="The scan that drew its conclusions: it, or one of the same site"
        " that ended at the same time."
    )
    finished_at: Annotated[Moment, Column("Finished", Show.AGO, sort=True)]


class ScanQuestion(Question):
    """Which scans are asked for."""

    state: Annotated[Word, Choice("State")] = None
    site: Annotated[Word, Choice("Site")] = None
    requested_by: Annotated[Word, Choice("By", main=False)] = None
    error: Annotated[Word, Choice("Error", main=False)] = None
    created_at: Annotated[AwareDatetime | None, Choice("Created", main=False)] = None
    started_at: Annotated[AwareDatetime | None, Choice("Started", main=False)] = None
    finished_at: Annotated[AwareDatetime | None, Choice("Finished", main=False)] = None


class ScanProgress(DetailModel):
    """How far a running scan is, at this moment."""

    phase: str = Field(description="sweep, collect or finish while it runs.")
    total: int
    swept: int
    answered: int
    done: int
    new: int
    problems: int
    whole: int = Field(
        description="1 if the whole site was concluded, 0 if only what was visited."
    )
    missed: int = Field(
        description="What a whole pass changed though nothing new was told."
    )
    compared: int = Field(description="1 if devices were compared with the register.")


class ScanDetail(ScanRow):
    """A scan with the number of hosts per outcome and its live progress."""

    outcomes: dict[str, int]
    progress: ScanProgress


class StartIn(Given):
    """What to scan; what is left out comes from the settings."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"targets": ["10.1.0.0/24"]}]}
    )

    targets: Annotated[
        list[Target],
        Field(default_factory=list, max_length=10_000),
        Input(
            "Targets",
            hint=N_("Networks, ranges, addresses or names; empty: those of the site."),
            about="Networks, ranges, addresses, host names; without any, those of the"
            " site.",
        ),
    ]
    exclude: Annotated[
        list[Target],
        Field(default_factory=list, max_length=10_000),
        Input("Exclusions", hint=N_("Never asked."), about="The same, never asked."),
    ]
    site: Annotated[
        str | None,
        Field(max_length=200),
        Input("Site", about="The site of the targets."),
    ] = None
    credential_sets: Annotated[
        list[str],
        Field(default_factory=list, max_length=100),
        Input("Credential sets", about="Names of credential sets."),
    ]
    max_addresses: Annotated[
        int | None,
        Field(ge=1, le=2**40),
        Input("Most addresses", about="More than this is refused."),
    ] = None
    rate: Annotated[
        float | None,
        Field(ge=1, le=100_000),
        Input("Rate", about="Packets per second of the sweep."),
    ] = None
    crawl: Annotated[
        bool | None,
        Input(
            "Crawl",
            hint=N_("Follow neighbours and routing peers as well."),
            about="Follow neighbours by LLDP and CDP, and routing peers (OSPF, BGP,"
            " EIGRP, default gateway), within the targets and what is allowed.",
        ),
    ] = None
    crawl_arp: Annotated[
        bool | None,
        Input(
            "Crawl by ARP",
            hint=N_("Follow the addresses of ARP tables too."),
            about="Follow the addresses of ARP tables too, within the same networks.",
        ),
    ] = None
    allow: Annotated[
        list[str],
        Field(default_factory=list, max_length=1000),
        Input(
            "The crawl may enter",
            hint=N_("Networks, one a line."),
            about="Networks that the crawl may enter beside those of the targets.",
        ),
    ]
    probes: Annotated[
        bool | None,
        Input(
            "Probe",
            hint=N_("Ask hosts what they say without a credential."),
            about="Ask hosts what they say without a credential: names, services,"
            " certificates; no login is tried.",
        ),
    ] = None
    offer_to_new: Annotated[
        bool,
        Input(
            "Offer to new hosts",
            hint=N_("For a first scan, and when devices were added."),
            about="Communities and passwords also go to hosts that none opened before:"
            " whoever put a machine there learns them.",
        ),
    ] = False


class Cancelled(DetailModel):
    """Whether the scan ran in this process, so that it could be stopped."""

    id: int
    cancelled: bool


def start(acting: Acting, targets: Sequence[str], **more: Any) -> dict[str, int]:  # noqa: ANN401
    """Start a scan of targets; return its id."""
    app = acting.app
    request = make_request(app.settings, targets, engine=app.engine, **more)
    return {"id": app.scans().start(request, requested_by=acting.caller.actor)}


def _start(acting: Acting, given: StartIn) -> dict[str, int]:
    options = {
        name: value
        for name in (
            "max_addresses",
            "rate",
            "crawl",
            "crawl_arp",
            "probes",
            "offer_to_new",
        )
        if (value := getattr(given, name)) is not None
    }
    if given.allow or given.crawl_arp:
        options["crawl"] = True
    return start(
        acting,
        given.targets,
        exclude=given.exclude,
        site=given.site,
        credential_sets=given.credential_sets,
        allow=given.allow,
        **options,
    )


def _cancel(acting: Acting, _given: NothingIn) -> dict[str, Any]:
    return {"id": acting.id, "cancelled": acting.app.scans().cancel(acting.id)}


def _resume(acting: Acting, _given: NothingIn) -> dict[str, int]:
    acting.app.scans().resume(acting.id)
    return {"id": acting.id}


def _get(connection: Connection, scan_id: int, viewer: Viewer) -> Row | None:
    found = scan_detail(connection, scan_id)
    if found is None or viewer.app is None:
        return found
    now = viewer.app.scans().status(scan_id)
    return {**found, "progress": {"phase": now.phase, **now.counts()}}


SOURCE: TableSource[ScanQuestion] = TableSource(
    table=_scan,
    columns={name: _scan.c[name] for name in ScanRow.model_fields},
    searched=(_scan.c.site, _scan.c.requested_by, _scan.c.error),
    offered=("state", "site"),
)

SCANS = Resource(
    name="scans",
    command="scans",
    title=N_("Scans"),
    counted=NN_("{count} scan", "{count} scans"),
    group="network",
    roles=READERS,
    rows=ScanRow,
    question=ScanQuestion,
    sort="-id",
    source=SOURCE,
    reference=SCAN,
    detail=ScanDetail,
    get=_get,
    called=lambda row: f"{row['site']} {row['id']}".strip(),
    acts=(
        Act(
            "start-scan",
            StartIn,
            _start,
            WRITERS,
            verb="create",
            about="Start a scan; several may run side by side.",
            title=N_("Start a scan"),
            alone=True,
            preview=False,
        ),
        Act(
            "cancel-scan",
            NothingIn,
            _cancel,
            WRITERS,
            verb="cancel",
            about="Stop a scan; what was found stays, and the scan can be resumed.",
            answer=Cancelled,
            alone=True,
            preview=False,
        ),
        Act(
            "resume-scan",
            NothingIn,
            _resume,
            WRITERS,
            verb="resume",
            about="Go on with a scan that did not come to its end, where it stopped.",
            alone=True,
            preview=False,
        ),
    ),
)
