"""One look at one page: who looks, in which language, at what; and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any, BinaryIO

from sqlalchemy import Connection
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from api.compose.wiring import App
from api.http.callers import Caller, Role
from api.pages.words import Words
from api.resources.declare import Viewer
from inventory.storage.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent with a form.

    Attributes:
        name: As the sender calls it.
        data: What is in it; empty of a file that is only read as a stream.
        stream: The same, on the disk if it is large; open while the page is made.
    """

    name: str
    data: bytes
    stream: BinaryIO = field(default_factory=BytesIO)


@dataclass(frozen=True, slots=True)
class Visit:
    """One look.

    Attributes:
        app: The composition.
        caller: Who looks.
        reading: To read from.
        words: The language.
        theme: `light`, `dark` or `auto`.
        path: Of the page.
        query: Parameters of the address.
        form: What was sent, by the name of the field.
        sent: A form was sent, even an empty one.
        base: Address of this site, without a final `/`.
    """

    app: App
    caller: Caller
    reading: Connection
    words: Words
    theme: str
    path: str
    query: QueryParams
    form: Mapping[str, list[str]] = field(default_factory=dict)
    base: str = ""
    sent: bool = False
    files: Mapping[str, Upload] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day it is."""
        return self.app.clock().date()

    @property
    def viewer(self) -> Viewer:
        """Who looks, as of today."""
        return Viewer(self.caller, self.today, self.today, self.app)

    def may(self, *roles: Role) -> bool:
        """Whether the caller has one of `roles`."""
        return not self.caller.roles.isdisjoint(roles)

    def typed(self, name: str, otherwise: str = "") -> str:
        """Return a field of the form that was sent, or a parameter of the address."""
        texts = self.form.get(name) or self.query.getlist(name)
        return texts[-1].strip() if texts else otherwise

    def work(self) -> UnitOfWork:
        """Return a unit of work in the caller's name."""
        return self.app.work(self.caller.actor)

    def looking(self) -> UnitOfWork:
        """Return a unit of work that only reads, and keeps no writer out."""
        return self.app.work(self.caller.actor, looking=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A page to be drawn.

    Attributes:
        template: Its file.
        title: Of the window, in English.
        here: Path of the entry of the navigation it belongs to.
        about: What the template shows.
        status: Of the HTTP answer.
    """

    template: str
    title: str
    here: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Told:
    """Leads to a page, which says a sentence once."""

    path: str
    sentence: str = ""


Answer = View | Told | Response
Page = Callable[..., Answer]


def missing(what: str) -> View:
    """Return the page of something that is not there."""
    return View(template="nothing.html", title=what, status=404)


def refused(what: str) -> View:
    """Return the page of something that is not for this role."""
    return View(template="nothing.html", title=what, status=403)


def request_of(request: Request) -> tuple[App, Caller]:
    """Return what the gate has put on a request."""
    return request.state.purser, request.state.caller
