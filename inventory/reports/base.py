"""What a report is: its name, parameters, columns, and the function that makes rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from inventory.kernel.errors import Invalid
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_

if TYPE_CHECKING:
    from inventory.reports.sources import Sources

Values = Mapping[str, Any]
"""Parameters of a report, read and checked."""

Row = Mapping[str, Any]
"""A row of a report: column name to value; amounts are minor units."""


class Kind(StrEnum):
    """What a column holds, or a parameter is."""

    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    AMOUNT = "amount"
    """Minor units of the currency that the row's `currency` column names."""
    BOOLEAN = "boolean"
    """Whether or not."""
    BOOK = "book"
    """A book: its number, its code, or ENTITY/CODE."""
    PERIOD = "period"
    """A period key such as 2026-03, a fiscal year, or a day in the period."""
    LINK = "link"
    """What a row is made of: a path of a page, and of the API after `/api/v1`."""
    TEXT_LIST = "text-list"
    """Text that may be given several times."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a report.

    Attributes:
        name: Key in the rows.
        title: Heading for a person.
        kind: What it holds.
    """

    name: str
    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a report.

    Attributes:
        name: As it is given.
        title: What it means, for a person.
        kind: What it is.
        required: Whether it must be given.
        default: Text that is taken if it is not.
        choices: The words it may be; empty for any.
    """

    name: str
    title: str
    kind: Kind = Kind.TEXT
    required: bool = False
    default: str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report.

    Attributes:
        name: As API and command line call it.
        title: One line for a person.
        parameters: What it takes.
        columns: What its rows hold, in order.
        rows: Makes the rows one by one.
    """

    name: str
    title: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    rows: Callable[[Sources, Values], Iterator[Row]]

    def read(self, texts: Mapping[str, str | list[str]]) -> Values:
        """Read parameters from text.

        Raises:
            Invalid: One is unknown, missing, or cannot be read.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in texts:
            if name not in known:
                raise Invalid(
                    N_("The report {report} has no parameter {parameter}."),
                    where=name,
                    remedy=N_("It has: {known}."),
                    report=self.name,
                    parameter=name,
                    known=", ".join(known),
                )
        return {
            name: _read(parameter, texts.get(name)) for name, parameter in known.items()
        }


def _read(parameter: Parameter, texts: str | list[str] | None) -> Any:  # noqa: ANN401
    if parameter.kind is Kind.TEXT_LIST:
        return [texts] if isinstance(texts, str) else list(texts or ())
    text = texts[-1] if isinstance(texts, list) else texts
    if text is None or not text.strip():
        if parameter.required:
            raise Invalid(
                N_("The parameter {name} is needed: {title}"),
                where=parameter.name,
                name=parameter.name,
                title=parameter.title,
            )
        text = parameter.default
    if text is None:
        return None
    if parameter.choices and text not in parameter.choices:
        raise Invalid(
            N_("{name} is {value!r}."),
            where=parameter.name,
            remedy=N_("Use one of {choices}."),
            name=parameter.name,
            value=text,
            choices=", ".join(parameter.choices),
        )
    return _READERS.get(parameter.kind, _text)(parameter.name, text.strip())


def _text(_name: str, text: str) -> str:
    return text


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            N_("{name} is {value!r}, which is not a date (YYYY-MM-DD)."),
            where=name,
            name=name,
            value=text,
        ) from None


def _number(name: str, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Invalid(
            N_("{name} is {value!r}, which is not a number."),
            where=name,
            name=name,
            value=text,
        )
    return number


def _boolean(name: str, text: str) -> bool:
    if text.lower() not in ("yes", "no", "true", "false"):
        raise Invalid(
            N_("{name} is {value!r}; write yes or no."),
            where=name,
            name=name,
            value=text,
        )
    return text.lower() in ("yes", "true")


_READERS: dict[Kind, Callable[[str, str], Any]] = {
    Kind.DAY: _day,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
}


def json_row(columns: tuple[Column, ...], row: Row) -> dict[str, Any]:
    """Return a row for JSON: amounts as decimal text, days as text.

    Raises:
        KeyError: The row lacks a column, or names no currency for an amount.
    """
    shown: dict[str, Any] = {}
    for column in columns:
        value = row[column.name]
        if value is None:
            pass
        elif column.kind is Kind.AMOUNT:
            value = amount_text(value, minor_digits(row["currency"]))
        elif isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, Decimal):
            value = str(value)
        shown[column.name] = value
    return shown
