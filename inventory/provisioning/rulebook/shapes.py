"""What a part of a document may be, and what is wrong with one that is not. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from inventory.kernel.money import MoneyError, parse_money
from inventory.kernel.texts import N_
from inventory.provisioning.rulebook.written import Path
from inventory.provisioning.rules import is_iso_day


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a part of a document.

    Attributes:
        path: Where.
        text: What is wrong, with `{name}` for each value.
        advice: How to mend it, with the values too.
        values: The values by name.
    """

    path: Path
    text: str
    advice: str
    values: Mapping[str, object] = field(default_factory=dict)


class Shape(Protocol):
    """What a part may be."""

    def wrong(self, value: Any, path: Path) -> Iterator[Wrong]:  # noqa: ANN401
        """Yield what is wrong with a value that stands at a path."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text.

    Attributes:
        choices: The only ones there are; any without.
    """

    choices: Sequence[str] = ()

    def wrong(self, value: Any, path: Path) -> Iterator[Wrong]:  # noqa: ANN401
        """Yield what is wrong: a word such as `no` is none unless it is quoted."""
        if not isinstance(value, str):
            advice = N_("Put it in quotation marks.")
            yield Wrong(path, N_("{value} is not a text."), advice, {"value": value})
        elif self.choices and value not in self.choices:
            yield Wrong(
                path,
                N_("{given!r} is not understood."),
                N_("Use {choices}."),
                {"given": value, "choices": ", ".join(self.choices)},
            )


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number, both ends included."""

    least: int
    most: int

    def wrong(self, value: Any, path: Path) -> Iterator[Wrong]:  # noqa: ANN401
        """Yield what is wrong."""
        if type(value) is not int or not self.least <= value <= self.most:
            yield Wrong(
                path,
                N_("{value} is not a whole number from {least} to {most}."),
                N_("Write one, without quotation marks."),
                {"value": value, "least": self.least, "most": self.most},
            )


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def wrong(self, value: Any, path: Path) -> Iterator[Wrong]:  # noqa: ANN401
        """Yield what is wrong."""
        if not isinstance(value, bool):
            advice = N_("Write true or false.")
            yield Wrong(
                path, N_("{value} is neither true nor false."), advice, {"value": value}
            )


@dataclass(frozen=True, slots=True)
class Day:
    """A day."""

    def wrong(self, value: Any, path: Path) -> Iterator[Wrong]:  # noqa: ANN401
        """Yield what is wrong."""
        if not is_iso_day(value):
            yield Wrong(
                path,
                N_("{value!r} is not a date (YYYY-MM-DD)."),
                N_("Write 2026-01-31."),
                {"value": value},
            )


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount, in whatever currency the document names."""

    def wrong(self, value: Any, path: Path) -> Iterator[Wrong]:  # noqa: ANN401
        """Yield what is wrong; the reader checks the decimals of the currency."""
        try:
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                raise MoneyError
            parse_money(str(value), "KWD")
        except MoneyError:
            yield Wrong(
                path,
                N_("{value} is not an amount."),
                N_('Write "1250.00": digits and a point before the decimals.'),
                {"value": value},
            )


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of parts of one shape."""

    shape: Shape

    def wrong(self, value: Any, path: Path) -> Iterator[Wrong]:  # noqa: ANN401
        """Yield what is wrong with it or with what it holds."""
        if not isinstance(value, list):
            advice = N_("Write [one, two], or each after a hyphen on its own line.")
            yield Wrong(path, N_("{value} is not a list."), advice, {"value": value})
            return
        for place, one in enumerate(value):
            yield from self.shape.wrong(one, (*path, place))


@dataclass(frozen=True, slots=True)
class MapOf:
    """Names that the document chooses, each with a part of one shape."""

    shape: Shape

    def wrong(self, value: Any, path: Path) -> Iterator[Wrong]:  # noqa: ANN401
        """Yield what is wrong with it or with what it holds."""
        if not isinstance(value, Mapping):
            yield _no_mapping(value, path)
            return
        for name, one in value.items():
            yield from self.shape.wrong(one, (*path, name))


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping with some keys and no others.

    Attributes:
        shapes: Key -> what stands there.
        needed: Keys that have to be there, with a value that is not empty.
    """

    shapes: Mapping[str, Shape]
    needed: Sequence[str] = ()

    def wrong(self, value: Any, path: Path) -> Iterator[Wrong]:  # noqa: ANN401
        """Yield what is wrong with it or with what it holds."""
        if not isinstance(value, Mapping):
            yield _no_mapping(value, path)
            return
        for name, one in value.items():
            if name not in self.shapes:
                told = {"name": name, "choices": ", ".join(self.shapes)}
                yield Wrong(
                    (*path, name),
                    N_("There is no key {name}."),
                    N_("Use {choices}."),
                    told,
                )
            elif one is not None:
                yield from self.shapes[name].wrong(one, (*path, name))
        for name in self.needed:
            if value.get(name) in (None, "", [], {}):
                yield Wrong(
                    (*path, name),
                    N_("{name} is missing."),
                    N_("Add it: {name}: …"),
                    {"name": name},
                )


def _no_mapping(value: object, path: Path) -> Wrong:
    return Wrong(
        path,
        N_("{value} has no names with values."),
        N_("Write `name: value`, each on a line of its own."),
        {"value": value},
    )
