"""The line of remote collectors: what they lease, keep and bring.

A protocol of our own with a number of its own, not part of the described API. Each
request shows a token that is bound to a site; a collector of another site finds
nothing here.
"""

from __future__ import annotations

import base64
import gzip
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Annotated, Any, ClassVar

import structlog
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select, update

from api.compose.device_logins import all_credentials
from api.compose.pbx_sources import sources_of, with_authority
from api.compose.wiring import App
from api.http.deps import AppDep
from api.http.errors import ApiError
from api.http.once import body_of
from discovery.access.credentials import Credentials
from discovery.remote import notes, wire
from discovery.remote.brought import moment, problems_of
from discovery.sentences import triple
from inventory.jobs import slices
from inventory.jobs.collector_tables import Collector
from inventory.jobs.slices import Brought
from inventory.kernel.clean_text import parsed
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_, Said
from inventory.storage.engine import writing
from inventory.storage.rows import col, id_of, table_of

router = APIRouter(prefix="/collector", include_in_schema=False)
OLDEST, PROTOCOL = 1, 2
"""The oldest that is understood, and the one that is spoken here."""
MOST_SKEW = timedelta(minutes=5)
"""A clock that is off by more is named on the list; moments are corrected by it."""
MOST_BYTES = 64 * 1024 * 1024
_collector = table_of(Collector)
log = structlog.get_logger("purser.collector")


class NotLetIn(ApiError):
    """The token is unknown."""

    status: ClassVar[int] = 401
    code = "collector-not-let-in"
    remedy = "Enrol the collector anew: `purser collector enrol`."


class RevokedHere(NotLetIn):
    """The token was revoked."""

    code = "collector-revoked"


class TooOld(ApiError):
    """The collector speaks an older protocol than is understood."""

    status: ClassVar[int] = 426
    code = "collector-too-old"
    remedy = "Install the release of the centre at the site."


class OtherSite(ApiError):
    """That slice belongs to no site of this collector."""

    status: ClassVar[int] = 403
    code = "other-site"
    remedy = "A collector visits its own site; enrol one for the other."


class Body(BaseModel):
    """Base of what is sent: what a later release adds is ignored."""

    model_config = ConfigDict(extra="ignore")


class Hello(Body):
    """A collector begins."""

    public_key: str = Field(min_length=40, max_length=60)
    release: str = Field(default="", max_length=50)


class Lease(Body):
    """A collector has hands free."""

    holding: list[int] = Field(default_factory=list, max_length=1000)
    most: int = Field(ge=1, le=100)


class Beat(Body):
    """A collector lives."""

    held: list[int] = Field(max_length=1000)


class SentHost(Body):
    """A host as it is sent."""

    uid: str = Field(max_length=200)
    slice: int = Field(gt=0, lt=2**63)
    address: str = Field(max_length=60)
    seen_at: Any = None
    body: Any = None


class Hosts(Body):
    """What a collector found; each host is looked at by itself."""

    hosts: list[Any] = Field(max_length=1000)


class Done(Body):
    """A slice is visited."""

    slice: int
    problems: list[Any] = Field(default_factory=list, max_length=100)


@dataclass(frozen=True, slots=True)
class Caller:
    """A collector that is let in.

    Attributes:
        skew: How far its clock is ahead of ours.
        protocol: That it speaks.
    """

    id: int
    name: str
    site: str
    public_key: str
    skew: timedelta
    protocol: int = OLDEST


def caller(app: AppDep, request: Request) -> Caller:
    """Return who asks, and note what it says of itself.

    Raises:
        NotLetIn: Nobody we know, or nobody any more.
        TooOld: Its protocol is not understood.
    """
    word, _, token = request.headers.get("authorization", "").partition(" ")
    query = select(_collector).where(col(Collector.digest) == slices.digest(token))
    with app.engine.connect() as connection:
        row = connection.execute(query).one_or_none()
    if word.lower() != "bearer" or row is None:
        raise NotLetIn
    if row.revoked_at is not None:
        raise RevokedHere
    now = app.clock()
    skew = _skew(request.headers.get("x-purser-clock", ""), now)
    said = request.headers.get("x-purser-protocol", "")
    protocol = int(said) if said.isdigit() else 0
    refused: str = N_("too old") if protocol < OLDEST else ""
    if not refused and abs(skew) > MOST_SKEW:
        refused = Said(
            N_("its clock is off by {seconds} s; it is corrected"),
            seconds=round(skew.total_seconds()),
        )
    _note(
        app,
        row.id,
        {
            "seen_at": now,
            "protocol": protocol,
            "skew_seconds": round(skew.total_seconds(), 1),
            "refused": refused,
        },
    )
    if protocol < OLDEST:
        raise TooOld
    return Caller(row.id, row.name, row.site, row.public_key, skew, protocol)


def _skew(text: str, now: datetime) -> timedelta:
    try:
        return datetime.fromtimestamp(float(text), UTC) - now
    except (ValueError, OverflowError, OSError):
        return timedelta(0)


def _note(app: AppDep, collector_id: int, values: dict[str, Any]) -> None:
    with writing(app.engine) as connection:
        connection.execute(
            update(_collector).where(id_of(Collector) == collector_id).values(values)
        )


CallerDep = Annotated[Caller, Depends(caller)]
RawBody = Annotated[bytes, Depends(body_of)]


def unpacked(kind: type[Any], raw: bytes) -> Any:  # noqa: ANN401
    """Return a packed body.

    Raises:
        Invalid: It is none.
    """
    try:
        with gzip.GzipFile(fileobj=BytesIO(raw)) as packed:
            text = packed.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise ValueError("too large")
        return kind.model_validate(parsed(text))
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise Invalid(
            "The body cannot be read.", where="body", remedy="Send it again."
        ) from error


@router.post("/hello")
def hello(app: AppDep, who: CallerDep, raw: RawBody) -> dict[str, Any]:
    """Note the key and the release of a collector; tell which site it is for.

    Tells the number of the last note that was taken as well: a collector that lost its
    spool, or whose clock was put back, goes on after it.
    """
    said = unpacked(Hello, raw)
    try:
        wire.seal({}, said.public_key)
    except ValueError as error:
        raise Invalid("That is no public key.", where="public_key") from error
    _note(app, who.id, {"public_key": said.public_key, "release": said.release})
    query = select(_collector.c.noted).where(_collector.c.id == who.id)
    with app.engine.connect() as connection:
        noted = connection.execute(query).scalar_one()
    known = {"name": who.name, "site": who.site, "protocol": PROTOCOL}
    return known | {"noted": noted}


@router.post("/lease")
def lease(app: AppDep, who: CallerDep, raw: RawBody) -> dict[str, Any]:
    """Give slices of the site, with the credentials of the site sealed."""
    said = unpacked(Lease, raw)
    if not who.public_key:
        raise Invalid("Say hello first.", where="public_key")
    found = slices.lease(
        app.engine,
        app.clock(),
        collector_id=who.id,
        site=who.site,
        holding=said.holding,
        most=said.most,
        only_addresses=who.protocol < PROTOCOL,
    )
    sealed = ""
    if found:
        sealed = sealed_for(app, who)
        log.info("slices are leased", collector=who.name, slices=[s.id for s in found])
    return {
        "slices": [
            {"id": each.id, "spec": each.spec, "have": each.have} for each in found
        ],
        "credentials": sealed,
        "standing": standing_of(app, who),
    }


def sealed_for(app: App, who: Caller) -> str:
    """Return what opens the devices of a site, that its collector alone can read.

    Telephone systems go with it, those that have an address of this site.

    Raises:
        Invalid: It has said no key.
    """
    if not who.public_key:
        raise Invalid("Say hello first.", where="public_key")
    every = all_credentials(app.settings, app.engine, app.clock)
    ours = tuple(s for s in every.sets if s.site in (None, who.site))
    systems = [
        with_authority(each)
        for each in sources_of(app.settings, credentials=every)
        if each.site == who.site and each.host
    ]
    plain = wire.to_plain(Credentials(ours)) | {"pbx": wire.to_plain(systems)}
    return wire.seal(plain, who.public_key)


def standing_of(app: App, who: Caller) -> dict[str, Any]:
    """Return what the log-in book of a collector has to know."""
    with app.engine.connect() as connection:
        share = slices.share_of(connection, who.id, who.site, app.clock())
        return {**notes.standing(connection, who.site), "share": share}


@router.post("/beat")
def beat(app: AppDep, who: CallerDep, raw: RawBody) -> dict[str, Any]:
    """Prolong leases; tell which are lost."""
    said = unpacked(Beat, raw)
    lost = slices.prolong(app.engine, app.clock(), collector_id=who.id, held=said.held)
    return {"lost": lost, "standing": standing_of(app, who)}


@router.post("/hosts")
def hosts(app: AppDep, who: CallerDep, raw: RawBody) -> dict[str, Any]:
    """Keep hosts, each once, with their moments by our clock.

    What cannot be read of one is kept as it is, and becomes a reason of that host; what
    belongs to no host is refused. Neither keeps out the others.
    """
    said = unpacked(Hosts, raw)
    brought, refused = [], list[str]()
    for sent in said.hosts:
        try:
            brought.append(_brought(SentHost.model_validate(sent), who, app.clock()))
        except ValueError:
            refused.append(str(sent.get("uid")) if isinstance(sent, dict) else "")
    refused += slices.store(app.engine, who.site, brought)
    if refused:
        log.warning("hosts of no slice here", collector=who.name, hosts=len(refused))
    return {"stored": len(said.hosts) - len(refused), "refused": refused}


def _brought(sent: SentHost, who: Caller, now: datetime) -> Brought:
    try:
        body = base64.b64decode(str(sent.body), validate=True)
    except ValueError:
        body = b""
    seen_at = moment(sent.seen_at, who.skew, now)
    return Brought(sent.uid, sent.slice, sent.address, seen_at, body)


@router.post("/done")
def done(app: AppDep, who: CallerDep, raw: RawBody) -> dict[str, Any]:
    """Note that a slice is visited.

    Raises:
        OtherSite: It is not of this site.
    """
    said = unpacked(Done, raw)
    told = [triple(problem) for problem in problems_of(said.problems)]
    if not slices.finish(app.engine, who.site, said.slice, told):
        raise OtherSite
    return {}
