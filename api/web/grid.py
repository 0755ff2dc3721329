"""A list with search, sorting and keyset paging; search and sort are in the address.

The table is plain HTML, so links, tab order and screen readers work as everywhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Protocol

from nicegui import ui

from api.web import frame
from api.web.html import Cell, body, query


class Page(Protocol):
    """Rows and the cursor of the page after."""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of this page."""

    @property
    def next(self) -> str | None:
        """The cursor of the page after, None at the end."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        title: Heading.
        cell: Row -> escaped HTML.
        sort: Sort key of the query; empty where one cannot sort.
        kind: CSS class of the cells.
    """

    title: str
    cell: Cell
    sort: str = ""
    kind: str = ""


Fetch = Callable[[Mapping[str, str], str, str | None], Awaitable[Page]]
"""(filters, sort key, cursor) -> a page."""


@dataclass(slots=True)
class Grid:
    """State of one list on one page.

    Attributes:
        path: The page's own address.
        fetch: Reads a page.
        columns: What is shown.
        sort: Sort key, `-` in front for descending.
        filters: Name -> text, as in the address.
        empty: Shown where nothing is found.
    """

    path: str
    fetch: Fetch
    columns: tuple[Column, ...]
    sort: str
    filters: dict[str, str]
    empty: str = "Nothing matches."
    _before: list[str | None] = field(default_factory=list)
    _cursor: str | None = None
    _next: str | None = None
    _table: Any = None
    _heads: Any = None
    _body: Any = None
    _none: Any = None
    _back: Any = None
    _forth: Any = None

    def draw_search(self, label: str) -> None:
        """Draw the field that searches as one types."""
        search = ui.input(
            label,
            value=self.filters["search"],
            on_change=lambda event: self.narrow("search", event.value),
        )
        search.classes("grow")
        search.props("outlined dense clearable debounce=250 type=search")

    def draw_filter(self, name: str, found: Sequence[str]) -> None:
        """Draw a choice out of `found`, or any of them."""
        options = {"": f"Any {name}"} | {value: value for value in found}
        chosen = self.filters[name]
        choice = ui.select(
            options,
            value=chosen if chosen in options else "",
            on_change=lambda event: self.narrow(name, event.value),
        )
        choice.props(f'outlined dense options-dense aria-label="Filter by {name}"')
        choice.style("min-width:150px")

    async def draw(self) -> None:
        """Draw the table and read the first page."""
        with (
            ui.element("div").classes("scroll") as self._table,
            ui.element("table").classes("grid"),
        ):
            with ui.element("thead"):
                self._heads = ui.element("tr")
            self._body = frame.html("", "tbody")
        self._none = frame.html(f'<div class="empty">{escape(self.empty)}</div>')
        with ui.element("div").classes("foot"):
            frame.html('<span class="space"></span>').style("flex:1")
            self._back = ui.button("Previous", on_click=self._go_back)
            self._forth = ui.button("Next", on_click=self._go_on)
            for button in (self._back, self._forth):
                button.props("outline dense no-caps padding='4px 14px'")
        await self.refresh()

    async def refresh(self) -> None:
        """Read the current page again and show it."""
        page = await self.fetch(self.filters, self.sort, self._cursor)
        self._next = page.next
        cells = [(column.cell, column.kind) for column in self.columns]
        self._body.set_content(body(page.rows, cells))
        self._table.set_visibility(bool(page.rows))
        self._none.set_visibility(not page.rows)
        self._back.set_visibility(bool(self._before))
        self._forth.set_visibility(self._next is not None)
        self._draw_heads()

    async def narrow(self, name: str, value: str | None) -> None:
        """Set a filter and start again from the first page."""
        self.filters[name] = value or ""
        await self._restart()

    async def _sort_by(self, key: str) -> None:
        self.sort = f"-{key}" if self.sort == key else key
        await self._restart()

    async def _restart(self) -> None:
        self._before, self._cursor = [], None
        ui.navigate.history.replace(query(self.path, **self.filters, sort=self.sort))
        await self.refresh()

    async def _go_on(self) -> None:
        self._before.append(self._cursor)
        self._cursor = self._next
        await self.refresh()

    async def _go_back(self) -> None:
        self._cursor = self._before.pop()
        await self.refresh()

    def _draw_heads(self) -> None:
        self._heads.clear()
        with self._heads:
            for column in self.columns:
                current = self.sort.removeprefix("-") == column.sort != ""
                order = "descending" if self.sort.startswith("-") else "ascending"
                head = ui.element("th").props('scope="col"')
                if current:
                    head.props(f'aria-sort="{order}"')
                with head:
                    self._draw_head(column, order if current else "")

    def _draw_head(self, column: Column, order: str) -> None:
        mark = {"ascending": " ↑", "descending": " ↓"}.get(order, "")
        text = escape(column.title + mark)
        if not column.sort:
            frame.html(text, "span")
            return
        key = column.sort
        frame.html(text, "button").on("click", lambda: self._sort_by(key))
