"""An application whose `[login]` and clock a test sets, and a browser at its door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from lxml import html

from api.compose.wiring import App
from api.pages.door.gate import COOKIE
from api.pages.site import create_pages
from config.sign_in import Login
from inventory.people import accounts
from tests.conftest import NOW

PASSWORD = "correct horse battery"
BASE = "http://purser.example"


class Watch:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """The present moment."""
        return self.now

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@dataclass
class Door:
    """The pages with some settings, and who stands before them."""

    app: App
    watch: Watch

    def browser(self) -> Browser:
        """Return a browser without cookies."""
        return Browser(self)

    def add(self, login: str, *roles: str) -> int:
        """Add a login with the usual password."""
        with self.app.work("test") as work:
            number = accounts.add_account(work, login, PASSWORD, roles or ("it",))
            work.commit()
        return number


class Browser:
    """Sends forms as a person would; follows nothing by itself."""

    def __init__(self, door: Door) -> None:
        self._site = create_pages(door.app)
        self.cookies = httpx.Cookies()
        self.answer: httpx.Response

    async def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return await self._send("GET", path)

    async def send(self, path: str, **form: str) -> httpx.Response:
        """Send a form."""
        return await self._send("POST", path, data=form)

    async def log_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        """Send the first form."""
        return await self.send("/login", login=login, password=password, next="/")

    def hidden(self, name: str, form: str = "form") -> str:
        """Return a hidden field of the page that is open."""
        found = html.fromstring(self.answer.text).cssselect(f"{form} [name={name}]")
        return str(found[0].get("value"))

    def data(self, form: str) -> str:
        """Return what a browser is asked for a passkey."""
        found = html.fromstring(self.answer.text).cssselect(form)
        return str(found[0].get("data-options"))

    def texts(self, selector: str) -> list[str]:
        """Return texts of the page that is open."""
        found = html.fromstring(self.answer.text).cssselect(selector)
        return [one.text_content().strip() for one in found]

    @property
    def is_in(self) -> bool:
        """Whether it has a session."""
        return COOKIE in self.cookies

    async def _send(self, method: str, path: str, **how: Any) -> httpx.Response:  # noqa: ANN401
        transport = httpx.ASGITransport(self._site, client=("192.0.2.7", 1))
        async with httpx.AsyncClient(
            transport=transport, base_url=BASE, cookies=self.cookies
        ) as client:
            self.answer = await client.request(method, path, **how)
            self.cookies = client.cookies
        return self.answer


@pytest.fixture
def door(app: App) -> Callable[..., Door]:
    """Makes a door with sections of `[login]`."""

    def made(**login: object) -> Door:
        watch = Watch()
        settings = app.settings.model_copy(
            update={"login": Login.model_validate(login)}
        )
        return Door(replace(app, settings=settings, clock=watch), watch)

    return made
