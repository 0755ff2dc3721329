"""Errors of the register. May import the standard library and the marks of texts only.

Every error carries what is wrong, where, and how to mend it, so that the command
line, the API and the pages can show the same three things::

    InventoryError
    ├── NotFound            no such thing in the register
    ├── Invalid             a value or a file that cannot be accepted
    │   ├── InvalidRows     many of them, each with file, row and field
    │   └── BadCursor       the place of another list, or of none
    ├── Conflict            it would contradict what is already recorded
    ├── NotAllowed          a step the rules do not allow in this state
    └── StorageError        the database, not the request, is at fault
        ├── DatabaseLocked
        ├── DatabaseFull
        ├── DatabaseUnreachable
        │   ├── DatabaseCrowded
        │   └── DatabaseNotReady
        ├── DatabaseUnwritable
        ├── DatabaseDamaged
        └── SchemaMismatch

The docstring of each class is its default message; ``code`` is the stable name that
the API uses as the problem type.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from inventory.kernel.texts import N_, Said


class InventoryError(Exception):
    """The register cannot do what was asked.

    Text and values are kept apart, so that the sentence can be told in any language::

        Conflict(N_("The tag {tag} is taken."), where="tag", tag=tag)

    Attributes:
        code: Stable name of the kind of error, used as problem type by the API.
        text: What is wrong, as one sentence with `{name}` for each value.
        values: The values by name; never a secret. Empty: the text is finished.
        problem: The text with its values: in English, and for any language.
        where: The field, row, file or thing it is about; empty if not applicable.
        remedy: What the user can do about it, with the values too.
        advice: The remedy as it is written, with `{name}` for each value.
    """

    code = "inventory-error"
    remedy = "Read the message, mend the request and try again."

    def __init__(
        self,
        text: str = "",
        *,
        where: str = "",
        remedy: str | None = None,
        **values: object,
    ) -> None:
        self.text = text or (inspect.getdoc(type(self)) or "").split("\n")[0]
        self.values = values
        self.problem: str = Said(self.text, **values) if values else self.text
        self.where = where
        self.advice = type(self).remedy if remedy is None else remedy
        self.remedy = Said(self.advice, **values) if values else self.advice
        super().__init__(self.problem)

    @property
    def sentence(self) -> str:
        """Where, what is wrong and what to do, to be kept and told in any language."""
        told = [
            Said(one, **self.values) if self.values else one
            for one in (self.text, self.advice)
            if one
        ]
        both = Said.joined(told, " ")
        return (
            Said("{place}: {told}", place=self.where, told=both) if self.where else both
        )

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.problem} {self.remedy}".strip()


class NotFound(InventoryError):
    """There is no such thing in the register."""

    code = "not-found"
    remedy = "Check the number or the name; a search finds what there is."


class Invalid(InventoryError):
    """A value cannot be accepted."""

    code = "invalid"
    remedy = "Correct the value and try again."


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One row of a file that cannot be accepted.

    Attributes:
        file: File or section the row came from.
        row: Number of the row, counted from 1; 0 means the file as a whole.
        field: Name of the field; empty means the row as a whole.
        text: What is wrong, with `{name}` for each value.
        advice: How to mend it, with the values too.
        values: The values by name.
    """

    file: str
    row: int
    field: str
    text: str
    advice: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, error: InventoryError, file: str, row: int, name: str) -> Self:
        """Return what an error says of a row, or of its field `name`."""
        return cls(file, row, name, error.text, error.advice, error.values)

    @property
    def problem(self) -> str:
        """What is wrong, in English."""
        return Said(self.text, **self.values) if self.values else self.text

    @property
    def remedy(self) -> str:
        """How to mend it, in English."""
        return Said(self.advice, **self.values) if self.values else self.advice

    def __str__(self) -> str:
        row = f" row {self.row}" if self.row else ""
        field = f" field {self.field}" if self.field else ""
        return f"{self.file}{row}{field}: {self.problem} {self.remedy}".strip()


class InvalidRows(Invalid):
    """Some rows cannot be accepted, so none was written."""

    code = "invalid-rows"
    remedy = "Correct the rows listed and load the file again."

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            N_("{count} problem(s); nothing was written."), count=len(self.problems)
        )

    def __str__(self) -> str:
        lines = [super().__str__(), *(str(problem) for problem in self.problems)]
        return "\n".join(lines)


class BadCursor(Invalid):
    """The page cursor does not belong to this list."""

    code = "bad-cursor"
    remedy = "Start again from the first page, or keep the sort order."

    def __init__(self) -> None:
        super().__init__(
            N_("The page cursor does not belong to this list."),
            where="after",
            remedy=N_("Start again from the first page, or keep the sort order."),
        )


class Conflict(InventoryError):
    """This would contradict what is already recorded."""

    code = "conflict"
    remedy = "Look at the existing record first; end or correct it, then try again."


class NotAllowed(InventoryError):
    """The rules do not allow this step now."""

    code = "not-allowed"
    remedy = "Take one of the steps that are allowed in this state."


class StorageError(InventoryError):
    """The database cannot do its work."""

    code = "storage"
    remedy = "Run `purser doctor` to see what is wrong with the database."


class DatabaseLocked(StorageError):
    """Another program holds the database and did not let go of it in time."""

    code = "database-locked"
    remedy = (
        "Wait until the other program (a load, a backup, a database browser) is done "
        "or close it, then try again; several writers at once are what PostgreSQL "
        "is for."
    )


class DatabaseFull(StorageError):
    """The disk of the database is full; nothing of this change was written."""

    code = "database-full"
    remedy = "Free space on that disk or move the database, then repeat the change."


class DatabaseUnreachable(StorageError):
    """The database server does not let us in."""

    code = "database-unreachable"
    remedy = (
        "Check that the server runs, and host, port, user, password and database "
        "name in the database URL."
    )


class DatabaseCrowded(DatabaseUnreachable):
    """All connections that the database lets in are taken."""

    code = "database-crowded"
    remedy = (
        "Try again in a moment; if it lasts, `purser doctor` counts who may open "
        "connections and says what to change."
    )


class DatabaseNotReady(DatabaseUnreachable):
    """The database server starts, or goes down, and will let us in later."""

    code = "database-not-ready"
    remedy = "Try again in a moment; if it lasts, the log of the server says why."


class DatabaseUnwritable(StorageError):
    """The database file or its directory cannot be written."""

    code = "database-unwritable"
    remedy = (
        "Give this user write permission on the directory, or choose another place "
        "by the setting `database_url` or `data_dir`."
    )


class DatabaseDamaged(StorageError):
    """The database file is damaged, or is not a database."""

    code = "database-damaged"
    remedy = "Move the file away and restore the last backup in its place."


class SchemaMismatch(StorageError):
    """The tables of this database do not belong to this version of the program."""

    code = "schema-mismatch"
    remedy = (
        "Run `purser db upgrade`; if the database is newer than the program, "
        "upgrade the program."
    )
