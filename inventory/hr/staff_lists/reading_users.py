"""All users of an identity provider are read, once it is set to say who works here.

A user who came before the setting says nothing by himself until he changes. Reading
them again changes nothing: what is known is no news.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from inventory.directory.tables import DirectoryRecord
from inventory.hr.context import CaseContext
from inventory.hr.staff_lists.directory_users import follow_user
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.provisioning.employing_directories import (
    EmployingDirectory,
    directory_of,
)
from inventory.storage.rows import col, id_of, table_of

_RECORD = table_of(DirectoryRecord)
TOGETHER = 25
"""Users of one transaction: few enough that others can write in between."""


@dataclass(slots=True)
class UsersRead:
    """What came of it.

    Attributes:
        users: Accounts in use that were read.
        followed: Of those, whose employment their provider decides.
        events: What they said that was not known.
    """

    users: int = 0
    followed: int = 0
    events: int = 0


def users_to_read(
    connection: Connection,
    directories: Mapping[str, EmployingDirectory],
    provider: str = "",
) -> list[int]:
    """Return the records of accounts in use whose provider says who works here.

    One out of use is left out: whoever left before the setting is no leaver of today.

    Args:
        connection: Where to look.
        directories: What is set.
        provider: Only its users.

    Raises:
        Invalid: The provider, or none at all, is set to say who works here.
    """
    if not directories:
        raise Invalid(
            N_("No identity provider is set to say who works here."),
            where="provider",
            remedy=N_("Set it among the sources of staff."),
        )
    if provider and directory_of(directories, provider) is None:
        raise Invalid(
            N_("{provider} is not set to say who works here."),
            where="provider",
            remedy=N_("Set it among the sources of staff."),
            provider=provider,
        )
    query = (
        select(id_of(DirectoryRecord), col(DirectoryRecord.source))
        .where(
            col(DirectoryRecord.kind) == "User",
            col(DirectoryRecord.active),
            col(DirectoryRecord.deleted_at).is_(None),
            col(DirectoryRecord.person_id).is_not(None),
        )
        .order_by(id_of(DirectoryRecord))
    )
    if provider:
        query = query.where(col(DirectoryRecord.source) == provider)
    rows = connection.execute(query).all()
    return [number for number, source in rows if directory_of(directories, source)]


def read_users(
    open_context: Callable[[], CaseContext],
    provider: str = "",
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> UsersRead:
    """Let employments follow all users there are, some a transaction.

    Args:
        open_context: Opens a unit of work; it is committed and closed here.
        provider: Only its users.
        tell: Takes how many are done.

    Raises:
        Invalid: The provider, or none at all, is set to say who works here.
    """
    found = UsersRead()
    first = open_context()
    with first.work:
        numbers = users_to_read(first.connection, first.rules.directories, provider)
    for start in range(0, len(numbers), TOGETHER):
        tell(start, len(numbers))
        context = open_context()
        with context.work:
            context.lock_cases()
            for number in numbers[start : start + TOGETHER]:
                _read(context, number, found)
            context.work.commit()
    tell(len(numbers), len(numbers))
    return found


def _read(context: CaseContext, number: int, found: UsersRead) -> None:
    query = select(_RECORD).where(
        id_of(DirectoryRecord) == number,
        col(DirectoryRecord.active),
        col(DirectoryRecord.deleted_at).is_(None),
    )
    row = context.connection.execute(query.with_for_update()).mappings().first()
    if row is None:
        return  # it went while others were read
    found.users += 1
    said = follow_user(context, dict(row), returns=False)
    if said is not None:
        found.followed += 1
        found.events += said
