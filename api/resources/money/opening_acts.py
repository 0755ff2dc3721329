"""How books begin: opened from a template, assets brought in, balances taken over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.compose.rulebooks import rules_of, templates_of
from api.http.actions import Act, Acting, Given
from api.http.callers import Role
from api.resources.declare import DetailModel, Input
from api.resources.money.long_books import MANY, has_large_register, has_many_assets
from api.resources.references import ASSET, AssetRef
from inventory.accounting.books.opening_calendar import CalendarPlan, year_begins
from inventory.accounting.catalogue.api_form import minor
from inventory.accounting.model.terms import TermsError
from inventory.accounting.tables import Book
from inventory.assets.register.tables import Asset
from inventory.fixed_assets.open_books import (
    OWN_PARTS,
    BooksPlan,
    open_entity_books,
    take_over,
    without_balances,
)
from inventory.fixed_assets.waiting import Waiting, bring_in
from inventory.kernel.errors import Invalid
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_
from inventory.queries.money.books import book_of
from inventory.storage.rows import get

WRITERS = frozenset({Role.ACCOUNTING})
ENTITY, RULES, CALENDAR = N_("Legal entity"), N_("Rules"), N_("Calendar")
Periods = Literal[
    "months", "quarters", "half-years", "years", "4-4-5", "4-5-4", "5-4-4", "13"
]
Document = dict[str, Any]


class OpenBooksIn(Given):
    """The books of a legal entity, made from a template; what is there stays."""

    template: Annotated[
        str,
        Field(max_length=100),
        Input(
            "Template",
            hint="By what the books are kept: ifrs, hgb-tax (Germany), uk, us,"
            " indonesia, or one of the site's own.",
            known=lambda app: templates_of(app.settings),
            group=RULES,
        ),
    ]
    legal_entity: Annotated[
        str,
        Field(min_length=1, max_length=200),
        Input("Legal entity", hint="Its code; it is made if it is new.", group=ENTITY),
    ]
    name: Annotated[
        str | None,
        Field(max_length=200),
        Input("Name", hint="Of a new legal entity.", group=ENTITY),
    ] = None
    country: Annotated[
        str | None,
        Field(pattern="^[A-Z]{2}$"),
        Input("Country", hint="That of the template without.", group=ENTITY),
    ] = None
    currency: Annotated[
        str | None,
        Field(pattern="^[A-Z]{3}$"),
        Input("Currency", hint="That of the entity or template without.", group=ENTITY),
    ] = None
    variant: Annotated[
        str | None,
        Field(max_length=100),
        Input(
            "Variant",
            hint="hgb-tax: sammelposten; indonesia: saldo-menurun.",
            group=RULES,
        ),
    ] = None
    books: Annotated[
        list[str],
        Input("Books", hint="Codes; all of the template without.", group=RULES),
    ] = Field(default_factory=list, max_length=20)
    begins_on: Annotated[
        date | None,
        Input(
            "Begins on",
            hint="First day posted here; the beginning of this fiscal year without.",
            group=CALENDAR,
        ),
    ] = None
    founded_on: Annotated[
        date | None,
        Input(
            "Founded on",
            hint="First day of the company, for a short first year.",
            group=CALENDAR,
        ),
    ] = None
    year_end: Annotated[
        str | None,
        Field(pattern=r"^\d\d-\d\d$"),
        Input(
            "Year end",
            hint="Month and day, such as 12-31; that of the template without.",
            group=CALENDAR,
        ),
    ] = None
    periods: Annotated[
        Periods,
        Input(
            "Periods",
            hint="Weeks end on Saturdays: 4-4-5, or 13 of four weeks.",
            group=CALENDAR,
        ),
    ] = "months"
    default_cost_centre: Annotated[
        str | None,
        Field(max_length=200),
        Input("Default cost centre", hint="Bears what nobody bears.", group=RULES),
    ] = None
    accounts: Annotated[
        Document, Input("Accounts", hint="On top of the template.", group=RULES)
    ] = Field(default_factory=dict)
    account_sets: Annotated[
        Document, Input("Account sets", hint="On top of the template.", group=RULES)
    ] = Field(default_factory=dict)
    classes: Annotated[
        Document, Input("Classes", hint="On top of the template.", group=RULES)
    ] = Field(default_factory=dict)


class OpenedBook(DetailModel):
    """A book that is open, and the first period it posts."""

    id: int
    code: str
    name: str
    currency: str


class Opened(DetailModel):
    """A legal entity with its books and asset classes."""

    legal_entity_id: int
    legal_entity: str
    books: list[OpenedBook]
    classes: list[str]


class CapitaliseIn(Given):
    """Bring assets into the book by the rules of their classes."""

    assets: Annotated[
        list[AssetRef],
        Input("Assets", pick="assets", hint="All that are in use without."),
    ] = Field(default_factory=list, max_length=10_000)
    in_service: Annotated[
        date | None,
        Input("In service", hint="The day of first use of each without."),
    ] = None


class WaitingAsset(DetailModel):
    """An asset that waits, and why."""

    asset_id: int
    tag: str
    reason: str


class Capitalised(DetailModel):
    """What came into the book, and what waits."""

    book: str
    capitalised: int
    tags: list[str] = Field(description="At most the first thousand.")
    waiting: list[WaitingAsset] = Field(description="At most the first thousand.")
    to_take_over: list[str] = Field(
        description="In service before the book begins, without a balance: take it over"
        " before the first posting, or past years are written off in it."
    )


class BalanceIn(BaseModel):
    """The balance of an asset at the start of the book."""

    model_config = ConfigDict(extra="forbid")

    asset: str = Field(description="Tag, serial or id.")
    accumulated: str = Field(description="Accumulated depreciation, decimal text.")


class TakeOverIn(Given):
    """Balances of assets in service before the book begins; by their terms without."""

    balances: Annotated[list[BalanceIn], Input("Balances")] = Field(
        default_factory=list, max_length=100_000
    )


class TakenOverBalance(DetailModel):
    """A balance taken over, beside what the terms of the asset give."""

    asset_id: int
    tag: str
    accumulated: str
    by_terms: str
    difference: str


class TakenOverBalances(DetailModel):
    """What was taken over; those that differ from their terms come one by one."""

    book: str
    assets: int
    accumulated: str
    by_terms: str
    differing: list[TakenOverBalance]
    currency: str


_MOST = 1000
"""Things that an answer lists one by one."""


def _template(acting: Acting, name: str) -> Mapping[str, Any]:
    templates = templates_of(acting.app.settings)
    if name not in templates:
        raise Invalid(
            N_("There is no template {template}."),
            where="template",
            remedy=N_("Templates: {known}."),
            template=name,
            known=", ".join(templates),
        )
    return templates[name]


def _calendar(acting: Acting, given: OpenBooksIn, year_end: str) -> CalendarPlan:
    begins = given.begins_on or given.founded_on
    return CalendarPlan(
        begins_on=begins or year_begins(acting.app.clock().date(), year_end),
        year_end=year_end,
        periods=given.periods,
        founded_on=given.founded_on,
    )


def _open(acting: Acting, given: OpenBooksIn) -> dict[str, Any]:
    template = _template(acting, given.template)
    year_end = given.year_end or str(template["year_end"])
    plan = BooksPlan(
        entity=given.legal_entity,
        entity_name=given.name,
        country=given.country,
        currency=given.currency,
        template_name=given.template,
        template=template,
        variant=given.variant,
        books=given.books,
        calendar=_calendar(acting, given, year_end),
        default_cost_centre=given.default_cost_centre,
        own={name: getattr(given, name) for name in OWN_PARTS},
    )
    opened = open_entity_books(acting.work, rules_of(acting.app.settings), plan)
    shown = ("id", "code", "name", "currency")
    rows = [get(acting.work.connection, Book, book) for book in opened.books.values()]
    return {
        "legal_entity_id": opened.legal_entity_id,
        "legal_entity": given.legal_entity,
        "books": [{name: row[name] for name in shown} for row in rows],
        "classes": sorted(opened.classes),
    }


def _capitalise(acting: Acting, given: CapitaliseIn) -> dict[str, Any]:
    assets = [int(asset) for asset in given.assets] or None
    came, waits = bring_in(
        acting.work,
        rules_of(acting.app.settings),
        [acting.id],
        assets,
        in_service=given.in_service,
    )
    return {
        "book": get(acting.work.connection, Book, acting.id)["code"],
        "capitalised": len(came),
        "tags": [one.tag for one in came[:_MOST]],
        "waiting": [_shown(one) for one in waits[:_MOST]],
        "to_take_over": without_balances(acting.work.connection, acting.id)[:_MOST],
    }


def _shown(one: Waiting) -> dict[str, Any]:
    return {"asset_id": one.asset_id, "tag": one.tag, "reason": one.reason}


def _take_over(acting: Acting, given: TakeOverIn) -> dict[str, Any]:
    connection = acting.work.connection
    book = book_of(connection, str(acting.id))
    digits = minor_digits(book["currency"])
    amounts: dict[int, int] = {}
    for number, balance in enumerate(given.balances):
        try:
            amount = minor("accumulated", balance.accumulated, book["currency"])
        except TermsError as error:
            raise Invalid(f"{error}.", where=f"balances.{number}") from error
        amounts[ASSET.resolve(connection, balance.asset)] = amount
    found = list(take_over(acting.work, acting.id, amounts))
    differing = [one for one in found if one.difference]
    return {
        "book": book["code"],
        "assets": len(found),
        "accumulated": amount_text(sum(one.given for one in found), digits),
        "by_terms": amount_text(sum(one.theory for one in found), digits),
        "differing": [
            {
                "asset_id": one.asset.asset_id,
                "tag": get(connection, Asset, one.asset.asset_id)["tag"],
                "accumulated": amount_text(one.given, digits),
                "by_terms": amount_text(one.theory, digits),
                "difference": amount_text(one.difference, digits),
            }
            for one in differing[:_MOST]
        ],
        "currency": book["currency"],
    }


OPEN = Act(
    "open-books",
    OpenBooksIn,
    _open,
    WRITERS,
    verb="open",
    on="list",
    about="Open the books of a legal entity from a template, with its calendar.",
    said=N_("The books of {legal_entity} are open."),
    title=N_("Open books from a template"),
    answer=Opened,
    from_file=True,
)
CAPITALISE = Act(
    "capitalise-assets",
    CapitaliseIn,
    _capitalise,
    WRITERS,
    verb="capitalise",
    said=N_("{capitalised} assets came into {book}."),
    title=N_("Bring assets into {code}"),
    answer=Capitalised,
    long=lambda reading, _book, given: (
        len(given.assets) > MANY or (not given.assets and has_large_register(reading))
    ),
)
TAKE_OVER = Act(
    "take-over-balances",
    TakeOverIn,
    _take_over,
    WRITERS,
    verb="take-over",
    about="Take over what was depreciated before the book begins.",
    said=N_("{assets} balances of {book} are taken over."),
    title=N_("Take balances over into {code}"),
    answer=TakenOverBalances,
    from_file=True,
    long=lambda reading, book_id, _given: has_many_assets(reading, book_id),
)
OPENING_ACTS = (OPEN, CAPITALISE, TAKE_OVER)
