"""What stands around every page: header, navigation, title."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Annotated, TypeVar

from fastapi import Path
from nicegui import ui
from sqlalchemy import Connection
from starlette.requests import Request

from api.compose.wiring import App
from api.http.auth import Caller, Role
from api.web.style import ACCENT, PAGE_CSS
from inventory.storage.work import UnitOfWork

T = TypeVar("T")
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation.

    Attributes:
        roles: Who sees it.
    """

    path: str
    name: str
    icon: str
    roles: frozenset[Role]


_ALL = frozenset(Role)
_NETWORK = frozenset({Role.IT, Role.AUDITOR, Role.ACCOUNTING})
_MONEY = frozenset({Role.ACCOUNTING, Role.AUDITOR})
PLACES = (
    Place("/", "Dashboard", "space_dashboard", _ALL),
    Place("/my-things", "My things", "backpack", _ALL),
    Place("/devices", "Devices", "devices", _NETWORK),
    Place("/map", "Map", "hub", _NETWORK),
    Place("/places", "Places", "pin_drop", _NETWORK),
    Place("/worklist", "Worklist", "rule", _NETWORK),
    Place("/neighbours", "Neighbours", "device_unknown", _NETWORK),
    Place("/scans", "Scans", "radar", frozenset({Role.IT, Role.AUDITOR})),
    Place("/credentials", "Credentials", "key", frozenset({Role.IT, Role.AUDITOR})),
    Place("/assets", "Assets", "inventory_2", _ALL),
    Place(
        "/telephony",
        "Telephony",
        "call",
        frozenset({Role.IT, Role.HR, Role.AUDITOR}),
    ),
    Place("/accounting", "Accounting", "account_balance", _MONEY),
    Place(
        "/handovers",
        "Handovers",
        "swap_horiz",
        frozenset({Role.IT, Role.HR, Role.AUDITOR}),
    ),
    Place("/stock", "Stock", "warehouse", _ALL),
    Place("/as-of", "As of", "history", _ALL),
    Place("/contracts", "Contracts", "description", _ALL),
    Place("/stock-takes", "Stock-takes", "fact_check", _NETWORK),
    Place("/cost-centres", "Cost centres", "account_tree", _ALL),
    Place("/cases", "Cases", "swap_horiz", frozenset({Role.IT, Role.HR, Role.AUDITOR})),
    Place(
        "/directory",
        "Directory",
        "badge",
        frozenset({Role.IT, Role.HR, Role.AUDITOR}),
    ),
    Place("/webhooks", "Webhooks", "webhook", frozenset({Role.IT, Role.AUDITOR})),
    Place("/units", "Organisation", "lan", _ALL),
    Place("/people", "People", "group", frozenset({Role.IT, Role.HR, Role.AUDITOR})),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at one page.

    Attributes:
        app: The composition.
        caller: Who looks.
    """

    app: App
    caller: Caller

    def may(self, *roles: Role) -> bool:
        """Whether the caller has one of `roles`."""
        return not self.caller.roles.isdisjoint(roles)

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query in a thread, so that other pages go on meanwhile."""

        def reading() -> T:
            with self.app.engine.connect() as connection:
                return query(connection)

        return await in_thread(reading)

    async def write(self, change: Callable[[UnitOfWork], object]) -> None:
        """Let a change happen in the caller's name, whole or not at all, in a thread.

        Raises:
            InventoryError: It cannot be made; nothing was.
        """

        def working() -> None:
            with self.app.work(self.caller.actor) as work:
                change(work)
                work.commit()

        await in_thread(working)


async def in_thread(work: Callable[[], T]) -> T:
    """Run what waits for a database or a lock, so that other pages go on."""
    return await asyncio.to_thread(work)


def visit(request: Request) -> Visit:
    """Return who looks at the page; the gate let nobody else pass."""
    return Visit(request.state.purser, request.state.caller)


@contextmanager
def page(visiting: Visit, path: str, title: str) -> Iterator[None]:
    """Draw the frame and yield inside of its main part.

    Args:
        visiting: Who looks.
        path: The entry of the navigation that is current.
        title: Of the browser window; the page itself draws its heading.
    """
    ui.page_title(f"{title} - Purser")
    ui.add_css(PAGE_CSS)
    ui.colors(primary=ACCENT)
    _header(visiting)
    _navigation(visiting, path)
    with ui.element("div").classes("page").props('id="main" tabindex="-1"'):
        yield


def _header(visiting: Visit) -> None:
    with ui.header().props("height-hint=56"):
        html(
            '<a class="skip" href="#main">Skip to content</a><div class="bar">'
            '<a class="brand" href="/">Purser</a><span class="space"></span>'
            f'<span class="who">{escape(visiting.caller.name)}</span>'
            '<form method="post" action="/logout">'
            '<button class="plain" type="submit">Log out</button></form></div>'
        ).style("width:100%")


def _navigation(visiting: Visit, path: str) -> None:
    links = "".join(
        f'<a href="{place.path}"'
        + (' aria-current="page"' if place.path == path else "")
        + f'><span class="material-icons" aria-hidden="true">{place.icon}</span>'
        f"{escape(place.name)}</a>"
        for place in PLACES
        if visiting.may(*place.roles)
    )
    with ui.left_drawer(value=True, bordered=False).props("width=208 breakpoint=800"):
        html(f'<nav class="side" aria-label="Main">{links}</nav>').style("width:100%")


def html(text: str, tag: str = "div") -> ui.html:
    """Return an element of HTML that `api.web.html` made, hence escaped."""
    return ui.html(text, sanitize=False, tag=tag)


def script(text: str) -> None:
    """Run a script of ours once the page stands."""
    ui.add_body_html(
        f"<script>addEventListener('load',()=>setTimeout(()=>{{{text}}},300))</script>"
    )


def heading(title: str, sub: str = "", *, badges: str = "") -> None:
    """Draw the heading of a page; `sub` and `badges` are HTML."""
    under = f'<div class="sub">{sub}</div>' if sub else ""
    html(f'<div class="head"><h1>{escape(title)}</h1>{badges}{under}</div>')


@contextmanager
def card(title: str = "") -> Iterator[None]:
    """Draw a card and yield inside of it."""
    with ui.element("section").classes("card"):
        if title:
            html(escape(title), "h2")
        yield


def allowed(visiting: Visit, path: str) -> bool:
    """Whether the caller may see a place of the navigation; if not, say so."""
    place = next(place for place in PLACES if place.path == path)
    if visiting.may(*place.roles):
        return True
    nothing(visiting, f"{place.name} are not for your role.", status=403)
    return False


def nothing(visiting: Visit, text: str, *, status: int = 404) -> None:
    """Draw the page of something that is not there or not for this caller.

    Args:
        visiting: Who looks.
        text: The sentence shown.
        status: Of the HTTP answer.
    """
    ui.context.client.status_code = status
    with page(visiting, "", "Not found" if status == 404 else "Not allowed"):
        heading(text)
        html('<a href="/">Go to the dashboard</a>')
