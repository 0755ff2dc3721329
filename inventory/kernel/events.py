"""Domain events: what happened, as frozen values. Pure; imports nothing of ours.

A service says what it did by ``work.emit(event)``; which other context cares is
decided in ``inventory/handlers.py`` alone, so contexts never import one another.
Events carry ids and plain values, never table rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened in the register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRegistered(Event):
    """The company owns or leases a new thing."""

    asset_id: int
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(Event):
    """Something was ordered."""

    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(Event):
    """Nothing more of an order is awaited, and not all of it came."""

    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetStateChanged(Event):
    """An asset went from one lifecycle state to another."""

    asset_id: int
    before: str
    after: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyChanged(Event):
    """An asset has another holder, or none, from ``on``."""

    asset_id: int
    holder_kind: str | None
    holder_id: int | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationChanged(Event):
    """Other cost centres bear an asset from ``on``."""

    asset_id: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEmployed(Event):
    """An employment of a person begins on ``on``."""

    person_id: int
    employment_id: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMoved(Event):
    """A person works for another department or cost centre from ``on``."""

    person_id: int
    employment_id: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentEnded(Event):
    """An employment ends; ``on`` is the first day without it."""

    person_id: int
    employment_id: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChanged(Event):
    """A case of HR was opened, moved to other days, closed or cancelled.

    Attributes:
        kind: joining, moving, absence or leaving.
        change: opened, changed, closed or cancelled.
    """

    case_id: int
    person_id: int
    kind: str
    change: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChanged(Event):
    """A line of a case went from one state to another.

    Attributes:
        before: The state before; None if the line is new.
        due_on: By when the next step is due; None once it is closed.
    """

    line_id: int
    case_id: int
    asset_id: int | None
    item: str
    before: str | None
    after: str
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDue(Event):
    """Somebody has to be reminded of a line; never told of a quiet case.

    Attributes:
        owner: Role that has to act.
        overdue: It should be done already.
    """

    line_id: int
    case_id: int
    owner: str
    due_on: date
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffProposed(Event):
    """A thing is lost, stolen or not returned; a person has to decide what follows."""

    proposal_id: int
    line_id: int
    asset_id: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StrayAssetSeen(Event):
    """The network shows a thing that should not be there: returned, lost, in stock."""

    asset_id: int
    line_id: int | None
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingOpened(Event):
    """The network shows something at a place for the first time, or again.

    Attributes:
        site: Code of the site that was scanned.
        device_id: The switch or access point it is at; None if that is not known.
        interface_id: Its port.
        endpoint_id: The device that has the address, if it is known.
    """

    site: str
    mac: str
    ip: str
    device_id: int | None
    interface_id: int | None
    endpoint_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetLeftBook(Event):
    """All of an asset was disposed of in a book, by sale, scrap or loss."""

    asset_id: int
    book_id: int
    on: date
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingsMade(Event):
    """A period of a book was posted.

    Attributes:
        depreciation_minor: Depreciation booked, in minor units of the book.
    """

    posting_id: int
    book_id: int
    period: str
    assets: int
    depreciation_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingsReversed(Event):
    """The postings of a period were taken back."""

    posting_id: int
    reverses_id: int
    book_id: int
    period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryUserDisabled(Event):
    """An identity provider says that an account is out of use; not that he left."""

    person_id: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryUserEnabled(Event):
    """An identity provider says that an account is in use again."""

    person_id: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkCompared(Event):
    """What was seen of a site was compared with the register, after a scan."""

    site: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverAnswered(Event):
    """Somebody signed for what was handed over in one act, or disputes it.

    Attributes:
        handover_id: Common name of the handover.
        state: accepted or disputed.
    """

    acceptance_id: int
    person_id: int
    handover_id: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TelecomLineChanged(Event):
    """A telecom line went from one state to another, from ``on``."""

    telecom_line_id: int
    before: str
    after: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierNoticeDue(Event):
    """Notice of a contract with a carrier has to be given by ``on``.

    Attributes:
        number: Of the contract.
        days: Left until then.
    """

    contract_id: int
    number: str
    days: int
    on: date
