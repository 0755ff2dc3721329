"""Terms and events as people outside write them: amounts as text. Pure.

Inside, amounts are minor units; outside they are decimal text in the currency of the
book (`"1249.00"`), or text with its own currency (`{"amount": "1249.00", "currency":
"EUR"}`), which must be that of the book. A number is refused: JSON does not say
whether 1249.10 is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from inventory.accounting.model import terms_codec
from inventory.accounting.model.events import Event, EventError
from inventory.accounting.model.row_codec import canonical
from inventory.accounting.model.terms import DepreciationTerms, TermsError
from inventory.kernel.money import MoneyError, amount_text, minor_digits, parse_money

_TERMS = frozenset({"cost", "residual_value"})
_PARAMS = frozenset(
    {"amount", "amounts", "basis-reduction", "caps", "section-179", "target"}
)
_EVENT = frozenset(
    {
        "amount",
        "cost",
        "residual_value",
        "accumulated",
        "impairment",
        "surplus",
        "fair_value",
        "recoverable",
        "fair_value_less_costs",
        "proceeds",
        "costs",
    }
)


def minor(name: str, value: Any, currency: str) -> Any:  # noqa: ANN401
    """Read an amount, or a list of them, in minor units.

    Args:
        name: What it is, for the message.
        value: Text, text with its currency, a list of them, or None.
        currency: That of the book.

    Raises:
        TermsError: It is no amount in text, or in another currency.
    """
    if value is None:
        return None
    if isinstance(value, list):
        return [minor(name, one, currency) for one in value]
    if isinstance(value, Mapping):
        values = value.get("currency")
        if values != currency:
            raise TermsError(
                f"{name} is in {values}, but the book is kept in {currency}; enter it "
                "in the currency of the book"
            )
        value = value.get("amount")
    if not isinstance(value, str):
        raise TermsError(f'{name} must be an amount in text, such as "1249.00"')
    try:
        return parse_money(value, currency).minor
    except MoneyError as error:
        raise TermsError(f"{name}: {error}") from error


def _inward(
    data: Mapping[str, Any], names: frozenset[str], currency: str
) -> dict[str, Any]:
    return {
        name: minor(name, value, currency) if name in names else value
        for name, value in data.items()
    }


def _with_params(data: dict[str, Any], currency: str) -> dict[str, Any]:
    params = data.get("params")
    if isinstance(params, Mapping):
        data["params"] = _inward(params, _PARAMS, currency)
    elif params is not None:
        raise TermsError("params must be a mapping of names to values")
    return data


def terms_from_wire(data: Mapping[str, Any], currency: str) -> DepreciationTerms:
    """Read terms.

    Args:
        data: As `terms_codec` writes them, but for amounts.
        currency: That of the book.

    Raises:
        TermsError: A field is unknown, missing or has a bad value; names it.
    """
    read = _with_params(_inward(data, _TERMS, currency), currency)
    cost, residual_value = read.get("cost"), read.get("residual_value") or 0
    if isinstance(cost, int) and 0 <= cost < residual_value:
        digits = minor_digits(currency)
        raise TermsError(
            f"residual value {amount_text(residual_value, digits)} is above cost "
            f"{amount_text(cost, digits)} {currency}; an asset depreciates down to its "
            "residual value (IAS 16.53)"
        )
    for name in sorted(_TERMS):
        if (read.get(name) or 0) < 0:
            raise TermsError(f"{name} must not be negative")
    return terms_codec.terms_from_json(read)


def event_from_wire(data: Mapping[str, Any], currency: str) -> Event:
    """Read an event; one without an id gets one that is made of its content.

    Args:
        data: As `terms_codec` writes events, but for amounts.
        currency: That of the book.

    Raises:
        EventError: The type or a field is unknown, missing or has a bad value.
    """
    values = {name: value for name, value in data.items() if value is not None}
    if not values.get("id"):
        digest = sha256(canonical(values).encode()).hexdigest()[:8]
        values["id"] = f"{values.get('type')}-{values.get('effective')}-{digest}"
    try:
        return terms_codec.event_from_json(
            _with_params(_inward(values, _EVENT, currency), currency)
        )
    except TermsError as error:
        raise EventError(str(error)) from error


def _outward(
    data: Mapping[str, Any], names: frozenset[str], currency: str
) -> dict[str, Any]:
    digits = minor_digits(currency)

    def text(value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, list):
            return [text(one) for one in value]
        return amount_text(int(value), digits) if value is not None else None

    return {
        name: text(value) if name in names else value for name, value in data.items()
    }


def terms_to_wire(terms: DepreciationTerms, currency: str) -> dict[str, Any]:
    """Return terms with amounts as text."""
    data = _outward(terms_codec.terms_to_json(terms), _TERMS, currency)
    return data | {"params": _outward(data["params"], _PARAMS, currency)}


def event_to_wire(event: Event, currency: str) -> dict[str, Any]:
    """Return an event with amounts as text."""
    data = _outward(terms_codec.event_to_json(event), _EVENT, currency)
    if data.get("params"):
        data["params"] = _outward(data["params"], _PARAMS, currency)
    return data
