"""What reports read: books with their rows, facts of assets, cost shares.

May import every context. Everything is read in chunks, so that memory does not grow
with the number of assets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from inventory.accounting.books.balances_on import Position, positions
from inventory.accounting.books.book_state import BookState, book_state_of
from inventory.accounting.books.load import AssetInBook, assets_of_book
from inventory.accounting.books.row_range import RowRange, row_ranges
from inventory.accounting.catalogue.asset_classes import Rules
from inventory.accounting.posting.cost_split import CostShare
from inventory.assets.register.tables import Asset, Custody
from inventory.assets.register.transitions import state_on
from inventory.fixed_assets.rulebooks import rules_of_entity
from inventory.kernel.errors import Invalid
from inventory.kernel.periods import CalendarError
from inventory.kernel.texts import N_
from inventory.people.tables import LegalEntity, Location
from inventory.queries.money.books import book_of
from inventory.queries.money.charged import cost_shares
from inventory.queries.register.holders import holder_columns, with_holder
from inventory.storage.dated import on_day
from inventory.storage.rows import Row, col, id_of, table_of

_ASSET = table_of(Asset)
_CUSTODY = table_of(Custody)
_LOCATION = table_of(Location)
_ENTITY = table_of(LegalEntity)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where reports read.

    Attributes:
        connection: The database.
        today: The present day.
        rules: Asset classes and accounts.
    """

    connection: Connection
    today: date
    rules: Rules

    def book(self, name: str) -> BookSource:
        """Return a book; see `queries.books.book_of`."""
        row = book_of(self.connection, name)
        return BookSource(self, row, book_state_of(self.connection, row["id"]))

    def facts(
        self, asset_ids: Collection[int], day: date | None = None
    ) -> dict[int, Row]:
        """Return tag, name, place, entity and holder of some assets, by id.

        Args:
            asset_ids: Which assets.
            day: Who held them at the end of this day; None for now.
        """
        held = col(Custody.valid_to).is_(None) if day is None else on_day(Custody, day)
        source = with_holder(
            _ASSET.outerjoin(_ENTITY, id_of(LegalEntity) == col(Asset.legal_entity_id))
            .outerjoin(_LOCATION, id_of(Location) == col(Asset.location_id))
            .outerjoin(
                _CUSTODY,
                (col(Custody.asset_id) == id_of(Asset)) & held,
            )
        )
        query = (
            select(
                id_of(Asset),
                col(Asset.tag),
                col(Asset.name),
                col(Asset.kind),
                col(Asset.model),
                col(Asset.serial),
                col(Asset.state),
                col(Asset.supplier),
                col(Asset.invoice_number),
                col(LegalEntity.code).label("legal_entity"),
                col(Location.code).label("location"),
                *holder_columns(),
            )
            .select_from(source)
            .where(id_of(Asset).in_(list(asset_ids)))
        )
        rows = self.connection.execute(query).mappings()
        return {row["id"]: dict(row) for row in rows}

    def state(self, asset_id: int, day: date) -> str | None:
        """Return the state of an asset in the register at the end of a day."""
        return state_on(self.connection, asset_id, day)

    def cost_shares(
        self, asset_ids: Collection[int], start: date, end: date
    ) -> Mapping[int, Sequence[CostShare]]:
        """Return the cost shares of some assets between two days."""
        return cost_shares(self.connection, asset_ids, start, end)


@dataclass(frozen=True, slots=True)
class BookSource:
    """A book, for reports.

    Attributes:
        sources: Where everything else is.
        row: The book.
        state: Its calendar, postings and locked periods.
    """

    sources: Sources
    row: Row
    state: BookState

    @property
    def rules(self) -> Rules:
        """Accounts and classes of its legal entity."""
        found, entity = self.sources, self.row["legal_entity_id"]
        return rules_of_entity(found.connection, found.rules, entity)

    @property
    def id(self) -> int:
        """Number of the book."""
        return int(self.row["id"])

    @property
    def currency(self) -> str:
        """ISO 4217 code of its amounts."""
        return str(self.row["currency"])

    def span(self, first: str, last: str) -> tuple[date, date]:
        """Return first day and first day after of the periods from one to another.

        Args:
            first: Key of a period, name of a fiscal year, or a day.
            last: The same.

        Raises:
            Invalid: There is no such period, or the last lies before the first.
        """
        start, end = self._period(first, "from")[0], self._period(last, "to")[1]
        if end <= start:
            raise Invalid(
                N_("The period {last} lies before {first}."),
                where="to",
                last=last,
                first=first,
            )
        return start, end

    def _period(self, text: str, where: str) -> tuple[date, date]:
        calendar = self.state.calendar
        for period in calendar.periods:
            if period.id == text:
                return period.start, period.end
        if text in calendar.years:
            return calendar.year_span(text)
        try:
            period = calendar.at(date.fromisoformat(text))
        except (ValueError, CalendarError):
            raise Invalid(
                N_("The book has no period {value}."),
                where=where,
                remedy=N_("Give a period such as 2026-03, a fiscal year, or a day."),
                value=text,
            ) from None
        return period.start, period.end

    def chunks(self, asset_class: str | None = None) -> Iterator[list[AssetInBook]]:
        """Yield the assets of the book without their booked rows.

        Args:
            asset_class: Only of this class when they were capitalised, or later.
        """
        for chunk in assets_of_book(self.sources.connection, self.id, history=False):
            if asset_class is None:
                yield chunk
                continue
            matching = [one for one in chunk if asset_class in one.classes]
            if matching:
                yield matching

    def row_ranges(
        self, chunk: Sequence[AssetInBook], start: date, end: date
    ) -> Iterator[RowRange]:
        """Yield the rows of assets between two days."""
        return row_ranges(self.sources.connection, self.state, chunk, start, end)

    def positions(
        self, day: date, asset_class: str | None = None
    ) -> Iterator[tuple[list[tuple[AssetInBook, Position]], dict[int, Row]]]:
        """Yield assets with how they stood at the end of a day, and their facts.

        Args:
            day: The day.
            asset_class: Only of this class on that day.

        Raises:
            Invalid: The calendar does not reach the day.
        """
        connection = self.sources.connection
        try:
            self.state.calendar.at(day)
        except CalendarError as error:
            raise Invalid(str(error), where="as_of") from error
        for chunk in self.chunks(asset_class):
            found = [
                (matching, position)
                for matching, position in positions(connection, self.state, chunk, day)
                if position and asset_class in (None, position.asset_class)
            ]
            yield (
                found,
                self.sources.facts([matching.asset_id for matching, _ in found], day),
            )


def cost_centre_text(cost_shares: Sequence[CostShare]) -> str:
    """Return cost shares as text, such as `4100 60 %, 4200 40 %`."""
    shares = [
        f"{b.cost_centre} {b.share / 10_000:g} %"
        if b.share < 1_000_000
        else b.cost_centre
        for b in cost_shares
    ]
    return ", ".join(shares)
