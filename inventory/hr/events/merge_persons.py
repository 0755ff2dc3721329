"""Two persons are one: what refers to one goes over to the other, and back again.

Nothing is deleted: the row of the one who is none stays, hidden, and every row that
went over is written down, so that a mistake is undone.
"""

from __future__ import annotations

from sqlalchemy import Column, and_, or_, select, update

from inventory.hr.context import CaseContext
from inventory.hr.events.follow import follow_person
from inventory.hr.events.person_match import JOIN, holders_of_number, names_differ
from inventory.hr.person_file import WITHOUT_EFFECT
from inventory.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inventory.kernel.texts import N_, Said
from inventory.people.persons import person_values
from inventory.people.tables import Person, PersonMerge
from inventory.provisioning.statements.event_kinds import BEGINS
from inventory.provisioning.tables import HrEvent, HrIdentity, Task
from inventory.provisioning.tasks import close_task
from inventory.storage.all_tables import load_tables
from inventory.storage.rows import Row, add, change, chunks, col, get, id_of

_FIELDS = ("given_name", "family_name", "email", "login")
_STAYS = frozenset({"person", "person_merge", "consumable_move", "task"})
"""Tables whose rows stay: their own history, and moves that are never changed."""


def merge(context: CaseContext, from_id: int, into_id: int, remark: str) -> Row:
    """Let everything of a person be another's; employments and cases follow.

    Args:
        context: The change; the caller commits, or rolls back to try it.
        from_id: Who is none.
        into_id: Who remains.
        remark: Why.

    Returns:
        The merge: `moved` has the number of rows by table.

    Raises:
        Invalid: They are the same already, or it is not said why.
        NotAllowed: One of them was merged before.
    """
    if from_id == into_id:
        raise Invalid(N_("Somebody cannot be merged into himself."), where="into")
    if not remark.strip():
        raise Invalid(N_("Say why."), where="remark")
    context.lock_cases()
    pair = sorted((from_id, into_id))
    rows = {each: get(context.connection, Person, each, lock=True) for each in pair}
    for row in rows.values():
        if row["merged_into_id"] is not None:
            raise NotAllowed(N_("{key} was merged before."), key=row["key"])
    moved = _move(context, from_id, into_id)
    kept = {name: rows[into_id][name] for name in _FIELDS}
    given_up = {name: rows[from_id][name] for name in _FIELDS}
    _hide(context, rows[from_id], into_id)
    lacking = {n: given_up[n] for n in _FIELDS if given_up[n] and not kept[n]}
    values = person_values(rows[into_id]["key"], kept | lacking)
    change(context.work, Person, into_id, values, action="merge")
    merge_id = add(
        context.work,
        PersonMerge,
        {
            "from_id": from_id,
            "into_id": into_id,
            "moved": moved,
            "fields": kept,
            "taken": given_up,
            "remark": remark.strip(),
            "merged_by": context.work.actor,
        },
    )
    follow_person(context, into_id)
    _close_questions(context, from_id, into_id)
    return get(context.connection, PersonMerge, merge_id)


def join_by_number(context: CaseContext, event: Row) -> None:
    """Merge whom another source announced with the number that a hire names.

    Had the hire come first, the other source's would have joined the person by that
    number; what is left does not depend on which came first. Two ids of one source are
    two persons, whatever their numbers, and so are two whom somebody told apart.
    """
    entity = event["data"].get("legal_entity")
    if event["kind"] not in BEGINS or event["verdict"] == "held" or not entity:
        return
    person_id = int(event["person_id"])
    others = holders_of_number(context, event["number"], entity) - {person_id}
    if len(others) != 1:
        return
    (other,) = others
    person = get(context.connection, Person, other)
    sources = _sources_of(context, person_id), _sources_of(context, other)
    if names_differ(person, event["data"]) or sources[0] & sources[1]:
        return
    if _were_parted(context, person_id, other):
        return
    remark = f"{event['source']} named the number {event['number']} of {person['key']}"
    try:
        with context.work.savepoint():
            merge(context, other, person_id, remark)
    except (Conflict, Invalid, NotAllowed, NotFound):
        return  # the event is parked for the same reason, and somebody is asked


def _were_parted(context: CaseContext, one: int, other: int) -> bool:
    """Whether somebody undid a merge of two persons: no rule joins them again."""
    merged, into = col(PersonMerge.from_id), col(PersonMerge.into_id)
    query = select(id_of(PersonMerge)).where(
        or_(and_(merged == one, into == other), and_(merged == other, into == one)),
        col(PersonMerge.undone_at).is_not(None),
    )
    return context.connection.execute(query.limit(1)).scalar() is not None


def _sources_of(context: CaseContext, person_id: int) -> set[str]:
    query = select(col(HrIdentity.source)).where(col(HrIdentity.person_id) == person_id)
    return set(context.connection.execute(query).scalars())


def undo(context: CaseContext, merge_id: int) -> Row:
    """Let what went over go back to the person it was of.

    A number that both were announced with stays with whoever has an employment of it;
    what the other's hire says waits, and somebody is asked.

    Raises:
        NotAllowed: It was undone already.
    """
    context.lock_cases()
    row = get(context.connection, PersonMerge, merge_id, lock=True)
    if row["undone_at"] is not None:
        raise NotAllowed(N_("The merge was undone already."), where="merge")
    tables = load_tables().tables
    for name, ids in row["moved"].items():
        table_name, _, column_name = name.partition(".")
        column = tables[table_name].c[column_name]
        _point(context, column, ids, row["into_id"], row["from_id"])
    into = get(context.connection, Person, row["into_id"], lock=True)
    change(
        context.work,
        Person,
        row["into_id"],
        person_values(into["key"], row["fields"]),
        action="unmerge",
    )
    old = get(context.connection, Person, row["from_id"], lock=True)
    values = person_values(old["key"], row["taken"]) | {"merged_into_id": None}
    change(context.work, Person, row["from_id"], values, action="unmerge")
    undone = {"undone_at": context.work.clock(), "undone_by": context.work.actor}
    change(context.work, PersonMerge, merge_id, undone, action="undo")
    for person_id in (row["into_id"], row["from_id"]):
        _follow_apart(context, person_id)
    return get(context.connection, PersonMerge, merge_id)


def _follow_apart(context: CaseContext, person_id: int) -> None:
    """Let a person follow what was said; hires with another's number are parked."""
    try:
        with context.work.savepoint():
            follow_person(context, person_id)
    except Conflict as error:
        claims = _hires_with_numbers_of_others(context, person_id)
        if not claims:
            raise
        values = {"verdict": "conflict", "verdict_reason": error.problem}
        for number in claims:
            change(context.work, HrEvent, number, values, action="park")
        follow_person(context, person_id)


def _hires_with_numbers_of_others(context: CaseContext, person_id: int) -> list[int]:
    query = (
        select(id_of(HrEvent), col(HrEvent.number), col(HrEvent.data))
        .where(
            col(HrEvent.person_id) == person_id,
            col(HrEvent.kind).in_([str(kind) for kind in BEGINS]),
            col(HrEvent.verdict).not_in(WITHOUT_EFFECT),
        )
        .order_by(id_of(HrEvent))
    )
    return [
        row.id
        for row in context.connection.execute(query).all()
        if holders_of_number(context, row.number, row.data.get("legal_entity"))
        - {person_id}
    ]


def _hide(context: CaseContext, row: Row, into_id: int) -> None:
    """Take a person out of lists; name and key stay, address and log-in do not."""
    fields = {name: row[name] for name in _FIELDS} | {"email": None, "login": None}
    values = person_values(row["key"], fields) | {"merged_into_id": into_id}
    change(context.work, Person, row["id"], values, action="merge")


def _referring() -> list[Column[int]]:
    """Return the columns of all tables that name a person."""
    tables = load_tables().tables
    return [
        column
        for name in sorted(tables)
        if name not in _STAYS
        for column in tables[name].columns
        if any(key.column.table.name == "person" for key in column.foreign_keys)
        and "id" in tables[name].columns
    ]


def _move(context: CaseContext, from_id: int, into_id: int) -> dict[str, list[int]]:
    moved = {}
    for column in _referring():
        query = select(column.table.c.id).where(column == from_id)
        ids = list(context.connection.execute(query).scalars())
        if ids:
            _point(context, column, ids, from_id, into_id)
            moved[f"{column.table.name}.{column.name}"] = ids
    return moved


def _point(
    context: CaseContext, column: Column[int], ids: list[int], old: int, new: int
) -> None:
    """Let rows name another person, those that name the one before still."""
    for part in chunks(ids):
        context.connection.execute(
            update(column.table)
            .where(column.table.c.id.in_(part), column == old)
            .values({column.name: new})
        )


def _close_questions(context: CaseContext, from_id: int, into_id: int) -> None:
    query = select(id_of(Task)).where(
        col(Task.kind) == JOIN,
        col(Task.closed_at).is_(None),
        col(Task.person_id).in_((from_id, into_id)),
    )
    for number in context.connection.execute(query).scalars().all():
        close_task(context.work, number, Said(N_("they are one person")))
