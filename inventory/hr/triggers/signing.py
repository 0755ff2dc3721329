"""Who got things is sent the link by which he signs for them, without a log-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from inventory.assets.custody.acceptance import RETURNED, AcceptanceLink
from inventory.assets.custody.acceptance_tables import Acceptance
from inventory.hr.context import CaseContext
from inventory.outbox.mails import TOKEN, mail_settings, queue
from inventory.people.tables import Person
from inventory.provisioning.notices import day_in_words
from inventory.storage.rows import Row, get
from inventory.storage.work import UnitOfWork

NOTICE, NOTICE_OF_RETURN = "please-sign", "please-sign-return"
_asked: WeakKeyDictionary[UnitOfWork, set[int]] = WeakKeyDictionary()
"""Persons who are sent a link in a unit of work."""


def send_link(context: CaseContext, link: AcceptanceLink, base: str) -> bool:
    """Put the mail with a link in line; return whether there is one.

    Args:
        context: The change.
        link: To sign.
        base: Address of the pages, if the settings of mail name none.
    """
    row = get(context.connection, Acceptance, link.acceptance_id)
    person = get(context.connection, Person, row["person_id"])
    settings = mail_settings(context.connection)
    texts = context.rules.notices
    if settings is None or not settings["enabled"] or not person["email"]:
        return False
    returned = row["handover_id"].startswith(RETURNED)
    told = NOTICE_OF_RETURN if returned else NOTICE
    if not any(notice.name == told for notice in texts.notices):
        return False
    names = [_called(item) for item in row["items"]]
    pages = settings["base_url"].rstrip("/") or base
    said = {
        "person": f"{person['given_name']} {person['family_name']}".strip(),
        "day": day_in_words(context.work.clock().date(), settings["language"]),
        "items": "\n".join(
            f"- {name}{_marks(item)}"
            for name, item in zip(names, row["items"], strict=True)
        ),
        "items_short": ", ".join(map(str, names[:3])),
        "site": "",
        "link": f"{pages}/accept/{TOKEN}",
    }
    subject, body = texts.write(told, settings["language"], said)
    moment = context.work.clock()
    mail: Row = {
        "key": f"sign/{row['id']}/{row['token_hash'][:16]}",
        "kind": told,
        "recipient": person["email"],
        "person_id": person["id"],
        "subject": subject,
        "body": body,
        "token": link.token,
        "on": moment.date(),
    }
    queue(context.work, settings, [mail])
    _asked.setdefault(context.work, set()).add(person["id"])
    return True


def _called(item: Mapping[str, Any]) -> str:
    """Return what a thing is: its kind, and what else it is called."""
    named = item["name"] or item["model"] or ""
    kind = str(item["kind"] or "")
    known = not item["tag"] or str(named).casefold() == kind.casefold()
    # What is counted only has no tag, and its name says what it is.
    return str(named or kind) if known else f"{kind} {named}".strip()


def _marks(item: Mapping[str, Any]) -> str:
    """Return by what a thing is told from others of its model."""
    marks = [str(item[name]) for name in ("tag", "serial") if item.get(name)]
    return f" ({', '.join(marks)})" if marks else ""


def is_asked(context: CaseContext, person_id: int) -> bool:
    """Whether a link goes to a person, so that nothing more need be said."""
    return person_id in _asked.get(context.work, ())
