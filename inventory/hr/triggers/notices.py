"""Joiners, managers, IT and leavers are told by mail what concerns them.

A quiet case is told to nobody. What was said of a case on a day is not said twice.
Whoever has to act is told of that alone: nobody is asked for what IT takes back.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select

from inventory.hr.context import CaseContext
from inventory.hr.requests.approval import owner_of_centre
from inventory.hr.triggers import signing
from inventory.kernel.events import CaseChanged, LineChanged, LineDue
from inventory.outbox.mails import mail_settings, queue
from inventory.people.tables import Person
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.provisioning.notices import Notice, calendar_entry, day_in_words
from inventory.storage.rows import Row, col, find, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_LINE = table_of(CaseLine)
_PAGES = {"person": "/my-things", "manager": "/team", "payer": "/team"}
"""Who is told -> page that he may see; others are led to the case."""
OVERDUE = "overdue"
_REMINDED = ("employee", "manager")
"""Who is reminded by mail; the others have their lists of open lines."""
_GONE = ("cancelled", "kept", "restocked")
_settings: WeakKeyDictionary[UnitOfWork, Row | None] = WeakKeyDictionary()


def on_case_opened(context: CaseContext, event: CaseChanged) -> None:
    """Tell that a case was opened, with what it gives and takes."""
    if event.change == "opened":
        _tell(context, event.case_id, "opened")


def on_line_changed(context: CaseContext, event: LineChanged) -> None:
    """Tell that a line came into a state somebody has to act on."""
    if event.after != event.before:
        _tell(context, event.case_id, event.after, (event.line_id,))


def on_line_due(context: CaseContext, event: LineDue) -> None:
    """Tell what of a case is overdue, the first time on a day."""
    if event.overdue and event.owner in _REMINDED:
        _tell(context, event.case_id, OVERDUE)


def _tell(
    context: CaseContext, case_id: int, on: str, line_ids: tuple[int, ...] = ()
) -> None:
    if not any(notice.on == on for notice in context.rules.notices.notices):
        return
    settings = _settings_of(context)
    if settings is None or not settings["enabled"]:
        return
    case = get(context.connection, ProvisioningCase, case_id)
    notices = context.rules.notices.about(on, case["kind"])
    if not notices or case["quiet"] or case["facts"].get("cancelled"):
        return
    lines = _lines_told(context, case, on, line_ids)
    asked = signing.is_asked(context, case["person_id"])
    mails = [
        mail
        for notice in notices
        if not (asked and notice.name == signing.NOTICE)
        for own in [[row for row in lines if notice.owner in ("", row["owner"])]]
        if own or not notice.owner
        for mail in _mails(context, settings, case, notice, own)
    ]
    queue(context.work, settings, mails)


def _lines_told(
    context: CaseContext, case: Row, on: str, line_ids: tuple[int, ...]
) -> list[Row]:
    """Return the lines of a case that something is told of, the first one first."""
    query = select(_LINE).where(col(CaseLine.case_id) == case["id"])
    if line_ids:
        query = query.where(id_of(CaseLine).in_(line_ids))
    if on == OVERDUE:
        query = query.where(
            col(CaseLine.closed_on).is_(None),
            col(CaseLine.due_on) < context.today(case["site"]),
            col(CaseLine.owner).in_(_REMINDED),
        )
    rows = context.connection.execute(query.order_by(id_of(CaseLine))).mappings()
    return [dict(row) for row in rows if row["state"] not in _GONE]


def _settings_of(context: CaseContext) -> Row | None:
    if context.work not in _settings:
        _settings[context.work] = mail_settings(context.connection)
    return _settings[context.work]


def _mails(
    context: CaseContext, settings: Row, case: Row, notice: Notice, lines: list[Row]
) -> list[Row]:
    person = get(context.connection, Person, case["person_id"])
    day = min((row["due_on"] for row in lines if row["due_on"]), default=None)
    on = case["effective_on"] if notice.on != OVERDUE else day
    base = settings["base_url"].rstrip("/")
    items = [row["item"] for row in lines]
    values = {
        "person": f"{person['given_name']} {person['family_name']}".strip(),
        "day": day_in_words(on or case["effective_on"], settings["language"]),
        "items": "\n".join(f"- {item}" for item in items) or "-",
        "items_short": ", ".join(items[:3]),
        "site": case["site"],
    }
    found = []
    for who in notice.to:
        address, person_id = _address(context, settings, case, person, who)
        if not address:
            continue
        page = _PAGES.get(who, f"/cases/{case['id']}")
        said = values | {"link": f"{base}{page}" if base else page}
        texts = context.rules.notices
        subject, body = texts.write(notice.name, settings["language"], said)
        day_now = context.work.clock().date()
        lines_key = "" if notice.on == "opened" else f"/{day_now}"
        key = f"{notice.name}/{case['id']}{lines_key}/{address}"
        mail: dict[str, Any] = {
            "key": key,
            "kind": notice.name,
            "recipient": address,
            "person_id": person_id,
            "case_id": case["id"],
            "subject": subject,
            "body": body,
            "on": day_now,
        }
        if notice.calendar:
            uid = f"case-{case['id']}-{notice.name}@purser"
            now = context.work.clock()
            mail["calendar"] = calendar_entry(uid, subject, case["effective_on"], now)
        found.append(mail)
    return found


def _address(
    context: CaseContext, settings: Row, case: Row, person: Row, who: str
) -> tuple[str, int | None]:
    """Return the address of who is told, and the person it is of."""
    if who == "it":
        return settings["it_address"], None
    if who == "person":
        return person["email"] or "", person["id"]
    if who == "payer":
        owner = owner_of_centre(context, case)
        manager = None if owner is None else get(context.connection, Person, owner)
    else:
        key = case["facts"].get("terms", {}).get("manager")
        manager = find(context.connection, Person, key=key) if key else None
    return (manager["email"] or "", manager["id"]) if manager else ("", None)
