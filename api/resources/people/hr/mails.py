"""Mail to joiners, managers, IT and leavers: what waits, and what was sent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime

from api.http.actions import Act, Acting, NothingIn
from api.http.callers import Role
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Word,
)
from api.resources.references import MAIL, CaseRef, PersonRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.outbox.mail_tables import Mail
from inventory.storage.rows import change

READERS = frozenset({Role.HR, Role.IT})
_mail = MAIL.table


class MailRow(RowModel):
    """A mail that waits, or was sent."""

    id: Annotated[int, Column("Mail", sort=True, lead=True)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    recipient: Annotated[str, Column("To", sort=True)]
    subject: Annotated[str, Column("Subject")]
    body: Annotated[str, Column("Text", shown=False)]
    person_id: Number
    case_id: Annotated[Number, Column("Case", sort=True)]
    on: Annotated[date, Column("On", Show.DAY, sort=True)]
    state: Annotated[
        Literal["queued", "sent", "failed"], Column("State", Show.STATE, sort=True)
    ]
    attempts: Annotated[int, Column("Attempts", Show.NUMBER, shown=False)]
    error: Annotated[str, Column("Error")]
    next_at: Annotated[datetime, Column("Next try", Show.AGO, sort=True)]
    sent_at: Annotated[Moment, Column("Sent", Show.AGO, sort=True)]
    recorded_at: Annotated[datetime, Column("Written", Show.AGO, sort=True)]


class MailQuestion(Question):
    """Which mails are asked for."""

    state: Annotated[Literal["queued", "sent", "failed"] | None, Choice("State")] = None
    kind: Annotated[Word, Choice("Kind")] = None
    recipient: Annotated[Word, Choice("To", main=False)] = None
    person: Annotated[PersonRef | None, Choice("Person", pick="people", main=False)] = (
        None
    )
    case: Annotated[CaseRef | None, Choice("Case", pick="cases", main=False)] = None
    on: Annotated[date | None, Choice("On", main=False)] = None
    sent_at: Annotated[AwareDatetime | None, Choice("Sent", main=False)] = None


class SentMails(DetailModel):
    """How many mails were sent, and how many were not taken."""

    sent: int
    failed: int


def _send(acting: Acting, _given: NothingIn) -> dict[str, int]:
    from api.jobs.mailing import send_due

    return send_due(acting.app)


def _retry(acting: Acting, _given: NothingIn) -> None:
    values = {"state": "queued", "attempts": 0, "next_at": acting.work.clock()}
    change(acting.work, Mail, acting.id, values, action="retry")


_SOURCE: TableSource[MailQuestion] = TableSource(
    table=_mail,
    columns={name: _mail.c[name] for name in MailRow.model_fields}
    | {"person": _mail.c.person_id, "case": _mail.c.case_id},
    shown=tuple(MailRow.model_fields),
    searched=(_mail.c.recipient, _mail.c.subject),
    offered=("kind",),
)

MAILS = Resource(
    name="mails",
    command="mail",
    title=N_("Mail"),
    counted=NN_("{count} mail", "{count} mails"),
    group="people",
    roles=READERS,
    rows=MailRow,
    question=MailQuestion,
    sort="-id",
    source=_SOURCE,
    reference=MAIL,
    detail=MailRow,
    get=_SOURCE.one,
    called=lambda row: str(row["subject"]),
    acts=(
        Act(
            "send-mail",
            NothingIn,
            _send,
            READERS,
            verb="send",
            on="list",
            about="Send what is due now, without waiting for the timetable.",
            said=N_("{sent} sent, {failed} not taken."),
            answer=SentMails,
            preview=False,
            alone=True,
        ),
        Act(
            "retry-mail",
            NothingIn,
            _retry,
            READERS,
            verb="retry",
            about="Try a mail again that was not taken.",
        ),
    ),
)
