"""The rules of accounting as records: books, classes, presets, tables, limits. Pure.

`classes` reads them from data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from inventory.accounting.catalogue.class_rules import ClassRule, RulesError, choose
from inventory.accounting.methods.pooled import POOLED
from inventory.accounting.model.journal import Accounts
from inventory.accounting.model.terms import DepreciationTerms, TermsError
from inventory.accounting.tax.limits import Limits
from inventory.accounting.tax.macrs_tables import Tables
from inventory.kernel.periods import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRule:
    """A book that every legal entity keeps.

    Attributes:
        code: Its code.
        name: What people call it.
        year_end_month: Month in which the fiscal year ends.
        months_per_period: Length of a period.
        to_ledger: Whether its postings go to the general ledger.
    """

    code: str
    name: str
    year_end_month: int = 12
    months_per_period: int = 1
    to_ledger: bool = True


@dataclass(frozen=True, slots=True)
class Preset:
    """Rules that a law or a habit prescribes.

    Attributes:
        title: What it is, for a person.
        rules: Rules in order of their days.
    """

    title: str
    rules: tuple[ClassRule, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules.

    Attributes:
        kinds: Kind of each account code.
        names: Name of each account code.
        books: Books by code.
        accounts: Accounts of each class.
        classes: (class, book) -> rules in order of their days.
        presets: Presets by name.
        tables: Printed MACRS tables.
        limits: Limits and rates that change by law.
    """

    kinds: Mapping[str, str]
    names: Mapping[str, str]
    books: Mapping[str, BookRule]
    accounts: Mapping[str, Accounts]
    classes: Mapping[tuple[str, str], tuple[ClassRule, ...]]
    presets: Mapping[str, Preset] = field(default_factory=dict)
    tables: Tables = field(default_factory=lambda: Tables({}))
    limits: Limits = field(default_factory=Limits)

    def terms(
        self, name: str, book: str, cost: int, in_service: date, currency: str
    ) -> tuple[DepreciationTerms, Accounts]:
        """Return the terms and accounts of a new asset of a class in a book.

        Args:
            name: The class.
            book: Code of the book.
            cost: Minor units.
            in_service: Day it is available for use.
            currency: That of the book.

        Raises:
            RulesError: The class has no rule in the book for that day and cost, or
                its rule refuses the asset.
        """
        chosen = choose(self.classes.get((name, book), ()), cost, in_service, currency)
        if chosen is None:
            known = sorted({c for c, b in self.classes if b == book})
            raise RulesError(
                f"asset class {name!r} has no rule in book {book} for {in_service}; "
                f"classes of that book: {', '.join(known) or 'none'}"
            )
        terms = self._terms_of(chosen, cost, in_service, currency, name)
        return terms, self.accounts[name]

    def _terms_of(
        self, rule: ClassRule, cost: int, day: date, currency: str, name: str
    ) -> DepreciationTerms:
        try:
            if not rule.preset:
                return rule.terms_of(cost, day, currency)
            base = self._of_preset(rule.preset, cost, day, currency)
            return rule.over(base).terms_of(cost, day, currency)
        except (TermsError, RulesError) as error:
            raise RulesError(f"{name}: {error}") from error

    def _of_preset(self, name: str, cost: int, day: date, currency: str) -> ClassRule:
        preset = self.presets.get(name)
        if preset is None:
            raise RulesError(
                f"there is no preset {name}; there are {', '.join(self.presets)}"
            )
        chosen = choose(preset.rules, cost, day, currency)
        if chosen is None:
            raise RulesError(f"preset {name} has no rule for {day} and this cost")
        return chosen

    def preset_terms(
        self,
        name: str,
        cost: int,
        in_service: date,
        currency: str,
        life_months: int | None = None,
    ) -> DepreciationTerms:
        """Return the terms that a preset gives.

        Args:
            name: The preset.
            cost: Minor units.
            in_service: Day it is available for use.
            currency: That of the book.
            life_months: Useful life, where the preset leaves it open.

        Raises:
            RulesError: There is no such preset, or it refuses the asset.
        """
        own = {} if life_months is None else {"life_months": life_months}
        rule = ClassRule(start=date.min, preset=name, terms=own)
        return self._terms_of(rule, cost, in_service, currency, name)

    def complete(
        self, terms: DepreciationTerms, calendar: Calendar
    ) -> DepreciationTerms:
        """Return terms with what the law prints: the percentages of MACRS tables.

        Raises:
            TermsError: The tables may not be used for them, or there is no such pool.
        """
        params = terms.params
        if terms.method == POOLED:
            span = calendar.year_span(calendar.at(terms.in_service).year)
            self.limits.pool_law(str(params.get("pool")), *span)
        table = terms.method == "macrs" and params.get("mode") == "table"
        if not table or "rates" in params:
            return terms
        rates = self.tables.of_terms(terms, calendar).rates
        return replace(terms, params={**params, "rates": rates})
