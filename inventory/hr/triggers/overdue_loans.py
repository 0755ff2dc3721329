"""Who has something longer than was agreed is reminded of it by mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from inventory.assets.register.tables import Asset, Custody
from inventory.hr.context import CaseContext
from inventory.kernel.errors import NotAllowed
from inventory.kernel.texts import N_
from inventory.outbox.mail_tables import Mail
from inventory.outbox.mails import mail_settings, queue
from inventory.people.tables import Person
from inventory.storage.rows import Row, col, get, id_of, table_of

NOTICE = "overdue"
_ASSET, _CUSTODY = table_of(Asset), table_of(Custody)


def remind_of_loans(context: CaseContext) -> int:
    """Remind everybody who has something beyond its day; return how many mails.

    Nobody is reminded again before the days of the policy have passed.
    """
    today = context.today()
    again = today - timedelta(days=max(context.rules.policy.every, 1))
    lately = select(col(Mail.person_id)).where(
        col(Mail.kind) == NOTICE,
        col(Mail.on) > again,
        col(Mail.person_id).is_not(None),
        col(Mail.case_id).is_(None),
    )
    query = (
        select(col(Custody.person_id))
        .where(
            col(Custody.valid_to).is_(None),
            col(Custody.expected_return) < today,
            col(Custody.person_id).is_not(None),
            col(Custody.person_id).not_in(lately),
        )
        .distinct()
        .order_by(col(Custody.person_id))
    )
    people: Sequence[Any] = context.connection.execute(query).scalars().all()
    return sum([_mail(context, int(who)) for who in people])


def remind_person(context: CaseContext, person_id: int) -> int:
    """Remind one person of what should be back by now; return how many things.

    Raises:
        NotAllowed: Nothing is overdue, the person has no address, or no mail is sent.
    """
    late = _overdue(context, person_id)
    if not late:
        raise NotAllowed(N_("Nothing that the person has is overdue."), where="person")
    if not _mail(context, person_id):
        raise NotAllowed(
            N_("No mail can be sent to the person today."),
            where="person",
            remedy=N_("Give an address, say how mail is sent, or wait for tomorrow."),
        )
    return len(late)


def _overdue(context: CaseContext, person_id: int) -> Sequence[Row]:
    query = (
        select(
            col(Asset.tag),
            col(Asset.kind),
            col(Asset.model),
            col(Custody.expected_return),
        )
        .select_from(_CUSTODY.join(_ASSET, id_of(Asset) == col(Custody.asset_id)))
        .where(
            col(Custody.person_id) == person_id,
            col(Custody.valid_to).is_(None),
            col(Custody.expected_return) < context.today(),
        )
        .order_by(col(Custody.expected_return), col(Asset.tag))
    )
    return [dict(row) for row in context.connection.execute(query).mappings()]


def _mail(context: CaseContext, person_id: int) -> int:
    settings = mail_settings(context.connection)
    person = get(context.connection, Person, person_id)
    texts = context.rules.notices
    told = any(notice.name == NOTICE for notice in texts.notices)
    if settings is None or not settings["enabled"] or not told or not person["email"]:
        return 0
    late = _overdue(context, person_id)
    names = [f"{row['model'] or row['kind']} {row['tag']}".strip() for row in late]
    pages, today = settings["base_url"].rstrip("/"), context.today()
    said = {
        "person": f"{person['given_name']} {person['family_name']}".strip(),
        "day": late[0]["expected_return"].isoformat(),
        "items": "\n".join(f"- {name}" for name in names),
        "items_short": ", ".join(names[:3]),
        "site": "",
        "link": f"{pages}/my-things",
    }
    subject, body = texts.write(NOTICE, settings["language"], said)
    mail: Row = {
        "key": f"loans/{person_id}/{today}",
        "kind": NOTICE,
        "recipient": person["email"],
        "person_id": person_id,
        "subject": subject,
        "body": body,
        "on": today,
    }
    return queue(context.work, settings, [mail])
