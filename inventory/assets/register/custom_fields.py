"""Fields of a company's own on assets: their types, and what their values may be. Pure.

A field is data: its key, its type, and what the type allows (choices, a pattern, least
and most). Values are kept as JSON holds them: text, whole numbers, true and false;
decimals and days as text, so that nothing is rounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from inventory.kernel.errors import Invalid, InvalidRows, RowProblem
from inventory.kernel.patterns import compiled
from inventory.kernel.texts import N_

MAX_TEXT = 4000
_TRUE = frozenset("1 true yes y ja oui si x".split())
_FALSE = frozenset("0 false no n nein non".split())
_RULES = {
    "text": {"pattern", "most"},
    "integer": {"least", "most"},
    "decimal": {"least", "most"},
    "day": {"least", "most"},
    "boolean": set(),
    "choice": {"choices"},
    "url": set(),
}
TYPES = tuple(_RULES)
"""Types a field can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """A field.

    Attributes:
        key: Its name in the fields of an asset.
        label: For a person.
        kind: Only for assets of this kind; None for all.
        categories: Only for assets of these categories; None for all.
        rules: choices, pattern, least, most.
    """

    key: str
    label: str
    type: str
    kind: str | None = None
    categories: frozenset[int] | None = None
    required: bool = False
    rules: Mapping[str, Any] = field(default_factory=dict)

    def applies(self, kind: str, category_id: int | None) -> bool:
        """Whether assets of a kind and a category have it."""
        if self.kind is not None and self.kind != kind:
            return False
        return self.categories is None or category_id in self.categories


def check_rule(kind: str, rules: Mapping[str, Any]) -> None:
    """Refuse a type or rules that make no sense.

    Raises:
        Invalid: The type is unknown, or a rule does not belong to it.
    """
    if kind not in _RULES:
        raise Invalid(
            N_("There is no type {kind!r}."),
            where="type",
            remedy=N_("Use one of {types}."),
            kind=kind,
            types=", ".join(TYPES),
        )
    unknown = rules.keys() - _RULES[kind]
    if unknown:
        raise Invalid(
            N_("{kind} knows no {unknown}."),
            where="rules",
            kind=kind,
            unknown=", ".join(sorted(unknown)),
        )
    if kind == "choice":
        choices = rules.get("choices")
        if not isinstance(choices, list) or not all(
            isinstance(one, str) and one for one in choices
        ):
            raise Invalid(N_("A choice has choices, each a text."), where="rules")
    if "pattern" in rules:
        compiled(str(rules["pattern"]))
    read = _READERS[kind]
    for name in ("least", "most"):
        if name in rules and kind != "text":
            read(rules[name], {})


def read_value(rule: FieldRule, value: object) -> Any:  # noqa: ANN401
    """Return a value as it is kept; None for an empty one.

    Raises:
        Invalid: The value is not of the type, or is not allowed.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        if rule.required:
            raise Invalid(N_("It is missing."), remedy=N_("Fill it in."))
        return None
    return _READERS[rule.type](value, rule.rules)


def check_fields(
    rules: Iterable[FieldRule],
    values: Mapping[str, Any],
    *,
    kind: str,
    category_id: int | None,
    only: Iterable[str] | None = None,
) -> dict[str, Any]:
    """Return the fields of an asset, read by their rules; others stay as they are.

    Args:
        rules: All fields there are.
        values: Fields of the asset by key.
        kind: Of the asset.
        category_id: Of the asset.
        only: Only these keys are checked, because only they changed.

    Raises:
        InvalidRows: Some values cannot be accepted; each is named.
    """
    chosen = None if only is None else set(only)
    checked = dict(values)
    problems = []
    for rule in rules:
        if not rule.applies(kind, category_id):
            continue
        if chosen is not None and rule.key not in chosen:
            continue
        try:
            checked[rule.key] = read_value(rule, values.get(rule.key))
        except Invalid as error:
            problems.append(RowProblem.of(error, "fields", 0, rule.key))
    if problems:
        raise InvalidRows(problems)
    return {key: value for key, value in checked.items() if value is not None}


def _text(value: object, rules: Mapping[str, Any]) -> str:
    text = str(value).strip()
    most = min(int(rules.get("most", MAX_TEXT)), MAX_TEXT)
    if len(text) > most:
        raise Invalid(N_("It is longer than {most} characters."), most=most)
    pattern = rules.get("pattern")
    if pattern and not compiled(str(pattern)).fullmatch(text):
        raise Invalid(
            N_("{given!r} does not fit the pattern {pattern}."),
            given=text,
            pattern=pattern,
        )
    return text


def _integer(value: object, rules: Mapping[str, Any]) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"[+-]?\d{1,18}", text):
        raise Invalid(N_("{given!r} is not a whole number."), given=text)
    number: int = _between(int(text), rules, int)
    return number


def _decimal(value: object, rules: Mapping[str, Any]) -> str:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise Invalid(
            N_("{value!r} is not a number."),
            remedy=N_("Write it as 12.5."),
            value=value,
        )
    return str(_between(number, rules, lambda text: Decimal(str(text))))


def _day(value: object, rules: Mapping[str, Any]) -> str:
    found: date = _between(_as_day(value), rules, _as_day)
    return found.isoformat()


def _as_day(value: object) -> date:
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        raise Invalid(
            N_("{value!r} is not a date."), remedy=N_("Write YYYY-MM-DD."), value=value
        ) from None


def _boolean(value: object, _rules: Mapping[str, Any]) -> bool:
    word = str(value).strip().casefold()
    if word not in _TRUE | _FALSE:
        raise Invalid(N_("{value!r} is neither yes nor no."), value=value)
    return word in _TRUE


def _choice(value: object, rules: Mapping[str, Any]) -> str:
    word = str(value).strip()
    for one in rules.get("choices", ()):
        if one.casefold() == word.casefold():
            return str(one)
    choices = ", ".join(rules.get("choices", ()))
    raise Invalid(
        N_("{word!r} is not a choice."),
        remedy=N_("Use one of {choices}."),
        word=word,
        choices=choices,
    )


def _url(value: object, _rules: Mapping[str, Any]) -> str:
    text = str(value).strip()
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or " " in text:
        raise Invalid(
            N_("{given!r} is not an address of the web."),
            remedy=N_("Begin with https."),
            given=text,
        )
    return text[:MAX_TEXT]


def _between(value: Any, rules: Mapping[str, Any], read: Callable[[Any], Any]) -> Any:  # noqa: ANN401
    if "least" in rules and value < read(rules["least"]):
        raise Invalid(
            N_("{value} is less than {least}."), value=value, least=rules["least"]
        )
    if "most" in rules and value > read(rules["most"]):
        raise Invalid(
            N_("{value} is more than {most}."), value=value, most=rules["most"]
        )
    return value


_READERS: Mapping[str, Callable[[object, Mapping[str, Any]], Any]] = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "day": _day,
    "boolean": _boolean,
    "choice": _choice,
    "url": _url,
}
