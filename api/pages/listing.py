"""The list page of every resource: filters, order, columns, selection, exports.

All of it stands in the address, with the parameters of the API, so that a list can be
kept, sent, gone back to, and asked for by a program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pydantic import ValidationError

from api.http.actions import Act
from api.jobs.long_requests import LONG_ROWS, request_of_list, somebody_works
from api.pages.acts.row_acts import ROW_ACTS
from api.pages.cells import Shown, path_of, row_of, shown, values_of
from api.pages.house.leaving import leave
from api.pages.navigation import Place, begun_at, place_of, tabs_of
from api.pages.render import address
from api.pages.visit import Answer, View, Visit, refused
from api.resources import sheets
from api.resources.annotations import types_in, words_in
from api.resources.declare import (
    Cell,
    Choice,
    Column,
    Page,
    Question,
    Row,
    choices_of,
)
from api.resources.http.lists import as_file
from api.resources.listing import (
    ListCall,
    list_call,
    list_parameters,
    parameters_of,
    read_all,
    shown_fields,
    tells,
)
from api.resources.lookups import resolved_question
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.assets.register.saved_views import views_of
from inventory.kernel.errors import InventoryError

FORMATS = ("csv", "xlsx", "jsonl")
_PLACE = ("sort", "fields", "after", "was")
"""Parameters that are no filter."""
MOST_BACK = 12
"""Pages one can go back one by one."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as it is drawn; without options it is a text field."""

    name: str
    choice: Choice
    value: str
    options: Sequence[str]


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is drawn.

    Attributes:
        id: Its number.
        name: What it is called.
        path: Of its page; empty where it has none.
        cells: Its values.
        acts: What may be done with it here.
    """

    id: int
    name: str
    path: str
    cells: Sequence[Shown]
    acts: Sequence[Act]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as it is drawn.

    Attributes:
        resource: Of what.
        columns: The columns shown, in order.
        offered: All that may be shown.
        filters: Filters, the main ones first.
        asked: Parameters that are set, but for order, columns and place.
        rows: The rows of this page.
        total: How many there are; None for too many to count.
        sort: Order.
        fields: The columns as the address has them.
        next: Address of the page after; empty at the end.
        after: Cursor of this page; empty on the first.
        was: Cursors of the pages before this one, the last at the end; `-`: the first.
        problem: What could not be understood of the address.
        acts: What may be done with the rows one selects.
        create: The act that makes a new one, if the caller may.
        list_acts: What may be done with the list as a whole.
        begun: Where what fills it begins, if no act here does.
        tabs: Lists beside it.
        views: Saved searches of this list: name and address.
        beside: Rows may have acts here.
        sums: Column -> its sum over all that match, a text for each currency.
    """

    resource: Resource[Any]
    columns: dict[str, Column]
    offered: dict[str, Column]
    filters: list[Filter]
    asked: dict[str, str]
    rows: list[Line]
    total: int | None
    sort: str
    fields: str
    next: str
    after: str
    was: Sequence[str]
    problem: str
    acts: list[Act]
    create: Act | None
    list_acts: list[Act]
    begun: Place | None
    tabs: list[Place]
    views: list[tuple[str, str]]
    beside: bool
    sums: dict[str, list[str]]

    @property
    def matching(self) -> str:
        """The filters as an address has them: what chooses all that match."""
        return address("", self.asked) or "?"

    @property
    def before(self) -> str:
        """The address of the page before; empty on the first."""
        if not self.was:
            return ""
        *more, last = self.was
        return self.at(after="" if last == "-" else last, was=",".join(more))

    @property
    def here(self) -> str:
        """The address of this list as it stands."""
        return self.at(after=self.after, was=",".join(self.was))

    @property
    def saving(self) -> str:
        """The address of the form that saves this search."""
        query = self.at().partition("?")[2]
        return address("/views/new", {"page": self.path, "query": query})

    @property
    def path(self) -> str:
        """Path of the list."""
        return f"/{self.resource.name}"

    def at(self, **changes: str) -> str:
        """Return the address of this list with something changed."""
        now = {**self.asked, "sort": self._sort(), "fields": self.fields}
        return address(self.path, {**now, **changes})

    def sheet(self, kind: str) -> str:
        """Return the address of this list as a file; its columns are always there."""
        usual = ",".join(name for name, one in self.offered.items() if one.shown)
        fields = self.fields or usual
        now = {**self.asked, "sort": self._sort(), "fields": fields}
        return address(f"{self.path}.{kind}", now)

    def sorted_by(self, name: str) -> str:
        """Return the address of this list by a column, or the other way round."""
        return self.at(sort=f"-{name}" if self.sort == name else name)

    def _sort(self) -> str:
        return "" if self.sort == self.resource.sort else self.sort


def show_list(visit: Visit, resource: Resource[Any]) -> Answer:
    """Draw the list of a resource."""
    if not resource.may_see(visit.caller):
        return refused(resource.title)
    return View(
        template="list.html",
        title=resource.title,
        here=place_of(resource.name, visit.caller),
        about={"list": _listing(visit, resource)},
    )


def give_sheet(visit: Visit, resource: Resource[Any], kind: str) -> Answer:
    """Give exactly the list that is asked for as a file."""
    if not resource.may_see(visit.caller):
        return refused(resource.title)
    call, problem = _call(visit, resource)
    if problem:
        return View(template="nothing.html", title=problem, status=422)
    names = shown_fields(resource, visit.caller, call)
    if somebody_works(visit.app):
        asked = resolved_question(visit.reading, call.asked)
        rows_there = resource.source.count(visit.reading, asked, visit.viewer)
        if rows_there is None or rows_there > LONG_ROWS:
            query = [pair for pair in visit.query.multi_items() if pair[0] != "after"]
            count = rows_there or LONG_ROWS
            return leave(visit, request_of_list(resource.name, kind, query, count))
    rows = sheets.from_engine(
        visit.app.engine, partial(_all, resource=resource, visit=visit, call=call)
    )
    return as_file(resource.name, kind, names, rows)


def _all(connection: Any, resource: Resource[Any], visit: Visit, call: ListCall) -> Any:  # noqa: ANN401
    return read_all(resource, connection, visit.viewer, call)


def _listing(visit: Visit, resource: Resource[Any]) -> Listing:
    call, asked, page, problem = _read(visit, resource)
    columns = _columns(visit, resource, call)
    if not (call.fields or call.page.after or page.next):
        columns = _filled(columns, page.rows)
    visit.words.foresee(values_of(columns, page.rows, visit.caller))
    total: int | None = len(page.rows)
    if page.next or call.page.after:
        # What is on one page is counted by having been read.
        total = resource.source.count(visit.reading, asked, visit.viewer)
    allowed = [act for act in resource.acts if may_do(visit, act)]
    found = Listing(
        resource=resource,
        columns=columns,
        offered=resource.columns(visit.caller),
        filters=_filters(visit, resource),
        asked={n: v for n, v in visit.query.items() if v and n not in _PLACE},
        rows=[
            _line(visit, resource, columns, allowed, number, row)
            for number, row in enumerate(page.rows)
        ],
        total=total,
        sort=call.page.sort,
        fields=visit.query.get("fields", ""),
        next="",
        after=call.page.after or "",
        was=[part for part in visit.query.get("was", "").split(",") if part],
        problem=problem,
        acts=[act for act in allowed if act.many and act.verb != "create"],
        create=next((act for act in allowed if act.verb == "create"), None),
        list_acts=[act for act in allowed if act.on == "list"],
        begun=begun_at(resource.name, visit.caller),
        tabs=tabs_of(resource.name, visit.caller),
        views=_views(visit, f"/{resource.name}"),
        beside=resource.name in ROW_ACTS and any(act.on == "one" for act in allowed),
        sums={} if total is None else _sums(visit, resource, columns, asked),
    )
    if not page.next:
        return found
    was = ",".join([*found.was, found.after or "-"][-MOST_BACK:])
    return replace(found, next=found.at(after=page.next, was=was))


def _read(
    visit: Visit, resource: Resource[Any]
) -> tuple[ListCall, Question, Page, str]:
    """Return the list asked for, with its rows, or the whole one and what is wrong."""
    call, problem = _call(visit, resource)
    read = resource.source.read
    try:
        asked = resolved_question(visit.reading, call.asked)
        page = read(visit.reading, asked, visit.viewer, call.page)
    except InventoryError as error:  # kept from another version, or a name unknown
        problem = visit.words.error(error)
        call = list_call(resource, {})
        asked = call.asked
        page = read(visit.reading, asked, visit.viewer, call.page)
    return call, asked, page, problem


def _filled(columns: dict[str, Column], rows: Sequence[Row]) -> dict[str, Column]:
    """Return the columns of a whole list that say something of one row at least."""
    empty: tuple[Any, ...] = (None, "", [], {})
    return {
        name: column
        for name, column in columns.items()
        if not rows or any(row[name] not in empty for row in rows)
    }


def _sums(
    visit: Visit, resource: Resource[Any], columns: dict[str, Column], asked: Question
) -> dict[str, list[str]]:
    """Return the sums of the columns that have one, as texts."""
    names = [name for name, column in columns.items() if column.total]
    source = resource.source
    if not names or not isinstance(source, TableSource):
        return {}
    found: dict[str, list[str]] = {}
    for row in source.sums(visit.reading, asked, visit.viewer, names):
        for name in names:
            if row.get(name) is not None:
                cell = shown(columns[name].show, Cell(int(row[name])), row, visit.words)
                found.setdefault(name, []).append(cell.text)
    return found


def _line(
    visit: Visit,
    resource: Resource[Any],
    columns: dict[str, Column],
    allowed: Sequence[Act],
    number: int,
    row: Row,
) -> Line:
    offered = ROW_ACTS.get(resource.name)
    verbs = offered(row) if offered else ()
    return Line(
        id=row.get("id", number),
        name=visit.words.said(resource.called(row)) if "id" in row else "",
        path=path_of(resource, row),
        cells=row_of(resource, columns, row, visit.caller, visit.words),
        acts=[act for act in allowed if act.verb in verbs],
    )


def _views(visit: Visit, page: str) -> list[tuple[str, str]]:
    saved = views_of(visit.reading, visit.caller.actor, page)
    return [(str(one["name"]), f"{page}?{one['query']}") for one in saved]


def may_do(visit: Visit, act: Act) -> bool:
    """Whether the caller has a role of an act."""
    return not act.roles or not visit.caller.roles.isdisjoint(act.roles)


def _call(visit: Visit, resource: Resource[Any]) -> tuple[ListCall, str]:
    """Return the list as the address asks for it, and what was not understood."""
    query = [(name, text) for name, text in visit.query.multi_items() if name != "was"]
    sent = parameters_of(query, list_parameters(resource))
    try:
        call = list_call(resource, sent)
        shown_fields(resource, visit.caller, call)
    except ValidationError as error:
        wrong = sorted({str(each["loc"][0]) for each in error.errors()})
        known = {name: value for name, value in sent.items() if name not in wrong}
        told = visit.words.text(
            "This was not understood: {names}.", names=", ".join(wrong)
        )
        try:
            call = list_call(resource, known)
            shown_fields(resource, visit.caller, call)
        except InventoryError:
            call = list_call(resource, {})
        return call, told
    except InventoryError as error:
        return list_call(resource, {}), str(error)
    return call, ""


def _filters(visit: Visit, resource: Resource[Any]) -> list[Filter]:
    offered = resource.source.choices(visit.reading)
    hidden = resource.hidden(visit.caller)
    return [
        Filter(
            name, choice, visit.query.get(name, ""), _options(resource, name, offered)
        )
        for name, choice in choices_of(resource.question).items()
        if name != "search" and not tells(name, hidden)
    ]


def _options(
    resource: Resource[Any],
    name: str,
    offered: Any,  # noqa: ANN401
) -> Sequence[str]:
    if name in offered:
        return list(offered[name])
    annotation = resource.question.model_fields[name].annotation
    if bool in types_in(annotation):
        return ("true", "false")
    return words_in(annotation)


def _columns(
    visit: Visit, resource: Resource[Any], call: ListCall
) -> dict[str, Column]:
    offered = resource.columns(visit.caller)
    names = [name for name in call.fields if name in offered]
    if not names:
        return {name: one for name, one in offered.items() if one.shown}
    lead = [name for name, one in offered.items() if one.lead and name not in names]
    return {name: offered[name] for name in [*lead, *names]}
