"""A user of an identity provider that says who works here -> statements of employment.

For companies without an HR system, and only where `sources.yaml` says so. What the user
says is put beside what the register has, as a row of a list of staff is; what differs
is received as any event of HR. What cannot be received becomes a task: the provider
could not mend it, and would send it again for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select

from inventory.directory.tables import DirectoryRecord
from inventory.hr.context import CaseContext
from inventory.hr.events.follow import follow_person
from inventory.hr.events.questions import ends_of_keys, led_by_nobody
from inventory.hr.events.receive import receive
from inventory.hr.events.settle import correct, withdraw
from inventory.hr.events.sources import source_named
from inventory.hr.staff_lists.differences import (
    PERSON,
    KnownEmployee,
    PlannedEvent,
    plan_row,
)
from inventory.hr.staff_lists.known import known_person
from inventory.hr.staff_lists.profile import StaffProfile
from inventory.hr.staff_lists.rows import StaffRow
from inventory.hr.staff_lists.units import UNITS, add_units, units_of_list
from inventory.kernel.errors import InventoryError, StorageError
from inventory.kernel.texts import N_, Said
from inventory.people.tables import Person
from inventory.provisioning.employing_directories import (
    EmployingDirectory,
    day_said,
    directory_of,
)
from inventory.provisioning.statements.authority import is_directory
from inventory.provisioning.statements.event_format import Incoming
from inventory.provisioning.statements.event_kinds import BEGINS, LEAVERS, EventKind
from inventory.provisioning.tables import HrEvent, HrIdentity, HrSource
from inventory.provisioning.tasks import close_tasks, open_task
from inventory.storage.rows import Row, add, col, filled, find, get, id_of, table_of

_MEND = Said(
    N_("Mend it there, or add what is missing; it is read again when the user changes.")
)
UNCLEAR = "directory-employment"
"""Kind of the task about what a user says and the register cannot take."""
_EVENT, _RECORD = table_of(HrEvent), table_of(DirectoryRecord)
_HOLDING = ("applied", "joined", "superseded")
_WAITING = ("held", "parked", "conflict")
_MOST_TAKEN_BACK = 100
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class _Account:
    """A user, and what its provider has said of the person.

    Attributes:
        record: The row of the record, as it is now.
        returns: The account is new, or in use again.
        said: Events of the provider about the person that count, the oldest first.
    """

    context: CaseContext
    directory: EmployingDirectory
    record: Row
    returns: bool
    said: Sequence[Row] = ()
    unclear: list[str] = field(default_factory=list)

    @property
    def source(self) -> str:
        """The provider."""
        return str(self.record["source"])

    @property
    def person_id(self) -> int:
        """The person."""
        return int(self.record["person_id"])


def follow_user(context: CaseContext, record: Row, *, returns: bool) -> int | None:
    """Let the employment of a person follow what the provider says of the user.

    Args:
        context: The change, whose cases are locked.
        record: The row of the record, tied to a person.
        returns: The account is new, or in use again.

    Returns:
        How many events the user said; None if the provider does not say who is
        employed, or not of this person: HR does, or another account decides.
    """
    source, connection = str(record["source"]), context.connection
    directory = directory_of(context.rules.directories, source)
    if directory is None:
        return None
    source_named(context, source)
    _introduce(context, record)
    if _told_by_hr(connection, record["person_id"]):
        return None
    if not _decides(context, record):
        return None
    _withdraw_waiting(context, record)
    said = _events(connection, source, record["person_id"], _HOLDING)
    told = directory.said(record["document"]).get("manager")
    # What is withdrawn lets what it replaced count again, and that is looked at, too.
    for _ in range(_MOST_TAKEN_BACK):
        if not _taken_back(context, said, source, told):
            break
        said = _events(connection, source, record["person_id"], _HOLDING)
    account = _Account(context, directory, record, returns, said)
    received = _receive_all(account)
    _tell(account)
    return received


def _receive_all(account: _Account) -> int:
    """Receive what the user says that is not known; return how many events it is."""
    context = account.context
    try:
        with context.work.savepoint():
            planned = _planned(account)
            first = _said_of_version(account) if planned else 0
            for place, event in enumerate(planned, first):
                receive(context, _incoming(account, event, place))
            context.work.settle()
    except StorageError:
        raise
    except InventoryError as error:
        account.unclear.append(Said(error.text, **error.values))
        return 0
    return len(planned)


def _said_of_version(account: _Account) -> int:
    """Return how many events this version of the record said before.

    The user is read again when a setting or a day is another one.
    """
    begins = f"{account.record['uid']}-{account.record['version']}-"
    query = select(func.count()).where(
        col(HrEvent.source) == account.source,
        col(HrEvent.event_id).startswith(begins, autoescape=True),
    )
    return int(account.context.connection.execute(query).scalar_one())


def _planned(account: _Account) -> list[PlannedEvent]:
    """Return what the user says that the register does not have."""
    context, today = account.context, account.context.today()
    known, number = known_person(context.connection, account.person_id, today) or (
        None,
        "",
    )
    row = _staff_row(account, known, today)
    told = account.directory.said(account.record["document"]).get("number")
    if known is None or not _over(known, today) or account.returns:
        events = _of_row(account, row, known, today)
    else:
        events = []
    events = [_completed(account, event, row, told) for event in events]
    begins = any(event.kind in BEGINS for event in events)
    if known is not None and told and told != number and not begins:
        data = {"previous": known.start.isoformat(), "number": told}
        events.insert(0, PlannedEvent(EventKind.HIRE_CHANGED, known.start, data))
    return events


def _of_row(
    account: _Account, row: StaffRow, known: KnownEmployee | None, today: date
) -> list[PlannedEvent]:
    if not account.record["active"]:
        return _ending(known, today)
    return list(plan_row(row, known, today).events)


def _ending(known: KnownEmployee | None, today: date) -> list[PlannedEvent]:
    """Return what an account that is out of use says: the last day is today."""
    if known is None or known.last is not None:
        return []
    if known.start > today:
        return [PlannedEvent(EventKind.HIRE_CANCELLED, known.start)]
    return [PlannedEvent(EventKind.TERMINATION, today)]


def _over(known: KnownEmployee, today: date) -> bool:
    return known.last is not None and known.last < today


def _staff_row(account: _Account, known: KnownEmployee | None, today: date) -> StaffRow:
    """Return what the user says as a row of a list of staff, units by their codes."""
    context, said = account.context, account.directory.said(account.record["document"])
    row = StaffRow(1, {name: said[name] for name in said if name in UNITS})
    _name_units(account, row)
    row.values |= {n: said[n] for n in ("title", "worker_type") if n in said}
    if said.get("manager"):
        _name_manager(account, row, said["manager"])
    if account.directory.legal_entity and (known is None or _over(known, today)):
        row.values.setdefault("legal_entity", account.directory.legal_entity)
    person = get(context.connection, Person, account.person_id)
    row.values |= {
        "number": account.record["uid"],
        "family_name": person["family_name"],
    }
    _name_days(account, row, known, today)
    return row


def _name_days(
    account: _Account, row: StaffRow, known: KnownEmployee | None, today: date
) -> None:
    """Put in the first day: the one that is said, or else today."""
    text = account.directory.said(account.record["document"]).get("start")
    day = day_said(text)
    if text and day is None:
        account.unclear.append(Said(N_("The first day {text!r} is no day."), text=text))
    if known is None:
        row.values["start"] = day or _first_seen(account, today)
    elif known.last is None:
        row.values |= {"start": day} if day else {}
    elif _over(known, today):
        row.values["start"] = day if day and day > known.last else today
    elif _own_end(account) == known.last:
        row.blank.add("last")


def _first_seen(account: _Account, today: date) -> date:
    """Return since when the account is in use, as far as is known."""
    if account.returns:
        return today
    return account.context.rules.calendars.today("", account.record["created_at"])


def _own_end(account: _Account) -> date | None:
    """Return the last day, if this provider has said it and takes it back now."""
    ends = [one for one in account.said if one["kind"] in LEAVERS]
    day: date | None = ends[-1]["effective_on"] if ends and account.returns else None
    return day


def _name_units(account: _Account, row: StaffRow) -> None:
    """Put codes in place of what the user calls units; those unknown are left out."""
    context = account.context
    profile = StaffProfile(title="", columns={}, create=account.directory.create)
    found = units_of_list(context.connection, [row], profile)
    for problem in row.problems:
        told = row.values.pop(problem.field)
        noun = problem.field.replace("_", " ")
        account.unclear.append(
            Said(N_("There is no {noun} {told!r}."), noun=noun, told=told)
        )
    row.problems.clear()
    if account.record["active"]:
        currency = str(context.rules.kits.document.get("currency", "EUR"))
        add_units(context, found, set(found.new), currency)


def _name_manager(account: _Account, row: StaffRow, told: str) -> None:
    """Put in who leads: by key, or as he is called who is not there yet."""
    connection = account.context.connection
    person_id = _user_called(connection, account.source, told)
    if person_id is not None:
        row.values["manager"] = _key_of(connection, person_id)
        return
    row.values["manager"] = told
    named = [one["data"]["manager"] for one in account.said if "manager" in one["data"]]
    if named and named[-1] == told:
        # Said already; it holds once that user comes.
        row.unsure.add("manager")


def _taken_back(
    context: CaseContext, said: Sequence[Row], source: str, told: str | None
) -> bool:
    """Correct a manager nobody knew, once the user names another one or none."""
    naming = [one for one in said if one["data"].get("manager")]
    if not naming or naming[-1]["data"]["manager"] == told:
        return False
    event, connection = naming[-1], context.connection
    name = event["data"]["manager"]
    known = find(connection, HrIdentity, source=source, employee_id=name)
    if known is not None or find(connection, Person, key=name) is not None:
        return False
    person_id = _user_called(connection, source, told) if told else None
    now = _key_of(connection, person_id) if person_id is not None else told
    if now is None and event["data"].keys() <= {"manager", "replaces"}:
        withdraw(context, event["id"], "the provider names no manager now")
    else:
        correct(context, event["id"], {"manager": now})
    return True


def _key_of(connection: Connection, person_id: int) -> str:
    """Return the key of a person, or of who he was found to be."""
    person = get(connection, Person, person_id)
    if person["merged_into_id"] is not None:
        person = get(connection, Person, person["merged_into_id"])
    return str(person["key"])


def _user_called(connection: Connection, source: str, told: str) -> int | None:
    """Return the person of the one user of that id, name or number.

    The id is what RFC 7643, section 4.3, asks for. Before the manager has one,
    providers send their own id of him, his log-in or his personnel number.
    """
    query = select(
        col(DirectoryRecord.uid) == told, filled(DirectoryRecord.person_id)
    ).where(
        col(DirectoryRecord.source) == source,
        col(DirectoryRecord.kind) == "User",
        col(DirectoryRecord.person_id).is_not(None),
        or_(
            col(DirectoryRecord.uid) == told,
            col(DirectoryRecord.external_id) == told,
            col(DirectoryRecord.name_key) == told.casefold(),
            col(DirectoryRecord.number) == told,
        ),
    )
    rows = connection.execute(query).all()
    found = {person for by_id, person in rows if by_id} or {row[1] for row in rows}
    return found.pop() if len(found) == 1 else None


def _completed(
    account: _Account, event: PlannedEvent, row: StaffRow, number: str | None
) -> PlannedEvent:
    """Return an event with what only a provider has to say, and without names.

    Names are settled by who owns them; here they would hold against a correction.
    """
    data: dict[str, Any] = {k: v for k, v in event.data.items() if k not in PERSON}
    if event.kind in BEGINS:
        data |= {"number": number} if number else {}
        before = account.directory.here_before
        if before is not None and account.context.today() < before:
            data["already_here"] = True
    if event.kind is EventKind.TRANSFER and "department" in data:
        # The new department would pay; the user says who does.
        centre = row.values.get("cost_centre")
        data |= {"cost_centre": centre} if centre else {}
    return replace(event, data=data)


def _incoming(account: _Account, event: PlannedEvent, place: int) -> Incoming:
    """Return an event, in the order in which versions of the record said theirs."""
    record, now = account.record, account.context.work.clock()
    last = account.said[-1]["asserted_at"] if account.said else None
    moment = now if last is None or last < now else last + _TICK
    return Incoming(
        source=account.source,
        event_id=f"{record['uid']}-{record['version']}-{place}",
        kind=event.kind,
        employee_id=record["uid"],
        on=event.on,
        asserted_at=moment + place * _TICK,
        data=dict(event.data),
    )


def _introduce(context: CaseContext, record: Row) -> None:
    """Note whom the id of a user stands for; who waited for this manager has him."""
    login = record["document"].get("userName")
    query = led_by_nobody("led")
    for called in (record["uid"], record["external_id"], login, record["number"]):
        name = {"source": record["source"], "employee_id": called}
        if not called or find(context.connection, HrIdentity, **name) is not None:
            continue
        led = {"led": ends_of_keys(called)}
        waiting = set(context.connection.execute(query, led).scalars())
        if waiting or called == record["uid"]:
            add(context.work, HrIdentity, {**name, "person_id": record["person_id"]})
        for person_id in sorted(waiting):
            follow_person(context, person_id)


def _told_by_hr(connection: Connection, person_id: int) -> bool:
    """Whether a system of HR that is not stopped has told of an employment."""
    kinds = [str(kind) for kind in (*BEGINS, EventKind.HIRE_CHANGED)]
    stopped = select(col(HrSource.name)).where(col(HrSource.stopped_at).is_not(None))
    query = select(col(HrEvent.source)).where(
        col(HrEvent.person_id) == person_id,
        col(HrEvent.kind).in_(kinds),
        col(HrEvent.verdict).in_(_HOLDING),
        col(HrEvent.source).not_in(stopped),
    )
    return not all(map(is_directory, connection.execute(query.distinct()).scalars()))


def _decides(context: CaseContext, record: Row) -> bool:
    """Whether this account decides, of all that the person has.

    One in use outranks those that are not: nobody leaves whose other account is in
    use. Of several in use the first one that came decides.
    """
    query = (
        select(id_of(DirectoryRecord), col(DirectoryRecord.source))
        .where(
            col(DirectoryRecord.person_id) == record["person_id"],
            col(DirectoryRecord.kind) == "User",
            col(DirectoryRecord.active),
            col(DirectoryRecord.deleted_at).is_(None),
        )
        .order_by(id_of(DirectoryRecord))
    )
    rules = context.rules.directories
    rows = context.connection.execute(query).all()
    inuse = [number for number, source in rows if directory_of(rules, source)]
    return inuse[:1] == [record["id"]] if record["active"] else not inuse


def _withdraw_waiting(context: CaseContext, record: Row) -> None:
    """Withdraw what waits of this provider: what it says now stands for it."""
    waiting = _events(
        context.connection, record["source"], record["person_id"], _WAITING
    )
    for event in waiting:
        withdraw(context, event["id"], "the provider has said how it is now")


def _events(
    connection: Connection, source: str, person_id: int, verdicts: Sequence[str]
) -> list[Row]:
    query = (
        select(_EVENT)
        .where(
            col(HrEvent.source) == source,
            col(HrEvent.person_id) == person_id,
            col(HrEvent.verdict).in_(verdicts),
        )
        .order_by(col(HrEvent.asserted_at), id_of(HrEvent))
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _tell(account: _Account) -> None:
    """Open a task about what could not be taken; close it once all could."""
    work, name = account.context.work, _name(account.record["document"])
    ids: dict[str, int | str] = {"source": account.source}
    ids["person_id"] = account.person_id
    if not account.unclear:
        close_tasks(work, UNCLEAR, Said(N_("The provider says it rightly now.")), **ids)
        return
    close_tasks(work, UNCLEAR, Said(N_("The provider says something else now.")), **ids)
    open_task(
        work,
        UNCLEAR,
        source=account.source,
        person_id=account.person_id,
        subject=Said(
            N_("{name}: not all that {source} says can be taken"),
            name=name,
            source=account.source,
        ),
        detail=Said.joined([*account.unclear, _MEND], " "),
    )


def _name(document: Mapping[str, Any]) -> str:
    return str(document.get("displayName") or document.get("userName") or "")
