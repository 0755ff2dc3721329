"""One dated rule of an asset class or a preset, and the terms it gives. Pure.

Fields of a rule (days are YAML dates, amounts are text)::

    from             first in-service day it holds for
    above, up_to     only for costs above the one, up to the other
    preset           take the preset's rule of that day; the fields here come on top
    refused          the method may not be chosen from that day on, and why
    residual_percent residual value in percent of cost
    residual         residual value as an amount, at most the cost (a memo value)
    method, params, life_months, conventions    as in `terms`
    by_life          life in months -> further params
    factors          [[least life in months, factor], ...]: the param `factor` by life
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from inventory.accounting.methods import method_of
from inventory.accounting.model.terms import DepreciationTerms, TermsError
from inventory.accounting.model.terms_codec import terms_from_json
from inventory.kernel.money import MoneyError, parse_money


class RulesError(ValueError):
    """The rules are wrong somewhere; the message says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRule:
    """How a class is depreciated in a book from a day on.

    Attributes:
        start: First in-service day it holds for.
        above: Only for costs above this, as text; empty for all.
        up_to: Only for costs up to this, as text; empty for all.
        preset: Name of the preset that it builds on; empty for none.
        refused: Why nothing can be put under it; empty where it can.
        residual_percent: Residual value in percent of cost; None for what the preset
            says.
        residual: Residual value as text; empty for none.
        by_life: Further params by life in months.
        factors: (least life in months, factor), rising.
        terms: Terms in JSON form without cost and day.
    """

    start: date
    above: str = ""
    up_to: str = ""
    preset: str = ""
    refused: str = ""
    residual_percent: Fraction | None = None
    residual: str = ""
    by_life: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    factors: Sequence[tuple[int, str]] = ()
    terms: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, cost: int, day: date, currency: str) -> bool:
        """Whether an asset falls under the rule."""
        above = parse_money(self.above, currency).minor if self.above else None
        up_to = parse_money(self.up_to, currency).minor if self.up_to else None
        return (
            self.start <= day
            and (above is None or cost > above)
            and (up_to is None or cost <= up_to)
        )

    def over(self, base: ClassRule) -> ClassRule:
        """Return this rule on top of another's."""
        own, inherited = self.terms, base.terms
        merged = {**inherited, **own}
        for name in ("params", "conventions"):
            if name in inherited and name in own:
                merged[name] = {**inherited[name], **own[name]}
        return ClassRule(
            start=max(self.start, base.start),
            refused=self.refused or base.refused,
            residual_percent=base.residual_percent
            if self.residual_percent is None
            else self.residual_percent,
            residual=self.residual or base.residual,
            by_life=self.by_life or base.by_life,
            factors=self.factors or base.factors,
            terms=merged,
        )

    def terms_of(self, cost: int, day: date, currency: str) -> DepreciationTerms:
        """Return the terms of an asset.

        Raises:
            RulesError: The rule refuses it.
            TermsError: The terms contradict themselves.
        """
        if self.refused:
            raise RulesError(self.refused)
        residual_value = DepreciationTerms.residual(
            cost, self.residual_percent or Fraction(0)
        )
        if self.residual:
            residual_value = min(cost, parse_money(self.residual, currency).minor)
        data = {
            **self.terms,
            "cost": cost,
            "residual_value": residual_value,
            "in_service": day.isoformat(),
        }
        life = data.get("life_months")
        params = dict(data.get("params", {}))
        if isinstance(life, int):
            params |= self.by_life.get(life, {})
            for least, factor in self.factors:
                if life >= least:
                    params["factor"] = factor
        return terms_from_json(data | {"params": params})


def choose(
    rules: Sequence[ClassRule], cost: int, day: date, currency: str
) -> ClassRule | None:
    """Return the rule that an asset falls under.

    Of the rules with the latest `from` day, the first that is limited to its cost, or
    else the one without limits; earlier rules no longer hold.
    """
    latest = max((rule.start for rule in rules if rule.start <= day), default=None)
    fitting = [
        rule
        for rule in rules
        if rule.start == latest and rule.fits(cost, day, currency)
    ]
    limited = (rule for rule in fitting if rule.up_to or rule.above)
    return next(limited, next(iter(fitting), None))


def _day(where: str, given: object) -> date:
    """Return a day that is one already (YAML) or text (JSON)."""
    try:
        return given if isinstance(given, date) else date.fromisoformat(str(given))
    except ValueError:
        problem = f"{where}: `from` must be a day such as 2026-01-01"
        raise RulesError(problem) from None


_WORDS = ("above", "up_to", "preset", "refused", "residual")


def read_rule(where: str, row: Mapping[str, Any]) -> ClassRule:
    """Read a rule.

    Raises:
        RulesError: Something is wrong; names the place.
    """
    fields_left = dict(row)
    start = _day(where, fields_left.pop("from", None))
    words = {name: fields_left.pop(name, "") for name in _WORDS}
    for name, word in words.items():
        if not isinstance(word, str):
            raise RulesError(f"{where}: {name} must be text, such as {name}: 'x'")
    percent = fields_left.pop("residual_percent", None)
    by_life = fields_left.pop("by_life", {})
    factors = fields_left.pop("factors", [])
    try:
        rule = ClassRule(
            start=start,
            **words,
            residual_percent=None if percent is None else Fraction(str(percent)),
            by_life={int(life): dict(params) for life, params in by_life.items()},
            factors=tuple((int(least), str(factor)) for least, factor in factors),
            terms=fields_left,
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise RulesError(f"{where}: {error}") from error
    _check(where, rule)
    return rule


def _check(where: str, rule: ClassRule) -> None:
    if rule.residual_percent is not None and not 0 <= rule.residual_percent <= 100:
        raise RulesError(
            f"{where}: residual_percent {rule.residual_percent} is not 0 to 100"
        )
    for name in ("above", "up_to", "residual"):
        text = getattr(rule, name)
        try:
            if text:
                parse_money(text, "EUR")
        except MoneyError as error:
            raise RulesError(f"{where}: {name}: {error}") from error


def check_terms(where: str, rule: ClassRule) -> None:
    """Check that a rule gives terms; a life that the class has to give may be missing.

    Raises:
        RulesError: It does not; names the place.
    """
    if rule.refused:
        return
    life = rule.terms.get("life_months", 60)
    full = ClassRule(start=rule.start, terms={**rule.terms, "life_months": life})
    try:
        method_of(full.over(rule).terms_of(100_000, rule.start, "EUR"))
    except (TermsError, RulesError) as error:
        raise RulesError(f"{where}: {error}") from error
