"""A visitor of the pages without a browser: follows links, fills forms, reads tables.

Sees what the server sends, which is all there is: scripts only make it quicker.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urljoin

import httpx
from lxml import html
from starlette.types import ASGIApp

HOST = "http://purser.example"
Form = Mapping[str, str | list[str]]
Files = Mapping[str, tuple[str, bytes, str]]
"""Field -> name, content, media type."""


class Client:
    """Asks an application without a socket, and keeps its cookies."""

    def __init__(
        self, app: ASGIApp, *, follow: bool = True, lets_fail: bool = False
    ) -> None:
        self.app = app
        self._raises = not lets_fail
        self.cookies = httpx.Cookies()
        self._follow = follow

    def ask(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Form | None = None,
        files: Files | None = None,
    ) -> httpx.Response:
        """Return the answer to a GET, or to a POST of a form."""
        return asyncio.run(self._ask(url, headers or {}, form, files))

    async def _ask(
        self,
        url: str,
        headers: Mapping[str, str],
        form: Form | None,
        files: Files | None,
    ) -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=self._raises),
            base_url=HOST,
            cookies=self.cookies,
            follow_redirects=self._follow,
        ) as client:
            method = "GET" if form is None else "POST"
            answer = await client.request(
                method, url, headers=headers, data=form, files=files
            )
            self.cookies = client.cookies
            return answer


@dataclass(slots=True)
class Seen:
    """A page that was answered."""

    visitor: Visitor
    url: str
    status: int
    source: str
    headers: dict[str, str]

    @property
    def tree(self) -> Any:  # noqa: ANN401
        """The elements of the page."""
        return html.fromstring(self.source)

    def text(self, css: str) -> str:
        """Return the text of the first thing that matches."""
        return _text(self.one(css))

    def texts(self, css: str) -> list[str]:
        """Return the text of everything that matches."""
        return [_text(each) for each in self.tree.cssselect(css)]

    def one(self, css: str) -> Any:  # noqa: ANN401
        """Return the first thing that matches."""
        found = self.tree.cssselect(css)
        assert found, f"nothing matches {css} on {self.url}"
        return found[0]

    def rows(self, css: str = "table.list") -> list[dict[str, str]]:
        """Return a table as heading -> text, a row each."""
        heads = self.texts(f"{css} thead th")
        return [
            dict(zip(heads, (_text(cell) for cell in row), strict=True))
            for row in self.tree.cssselect(f"{css} tbody tr")
        ]

    def errors(self) -> dict[str, str]:
        """Return field -> error of the form shown."""
        return {
            each.get("id", "").removeprefix("e-"): _text(each)
            for each in self.tree.cssselect("p.error")
        }

    def follow(self, text: str) -> Seen:
        """Follow the link with a text or a label."""
        for link in self.tree.cssselect("a"):
            if text in (_text(link), link.get("aria-label")):
                return self.visitor.see(urljoin(self.url, link.get("href")))
        raise AssertionError(f"no link {text!r} on {self.url}")

    def send(
        self,
        css: str = "main form[method=post]",
        files: Files | None = None,
        fields: Mapping[str, str] = MappingProxyType({}),
        **values: str,
    ) -> Seen:
        """Fill the form with values, as a person would, and send it."""
        tree = self.tree
        form = tree.cssselect(css)[0]
        for name, value in {**fields, **values}.items():
            form.fields[name] = value
        sent: dict[str, str | list[str]] = {}
        for name, value in form.form_values():
            before = sent.get(name, [])
            many = [before] if isinstance(before, str) else before
            sent[name] = [*many, value or ""]
        target = urljoin(self.url, form.get("action") or self.url)
        return self.visitor.see(target, sent, files)

    @property
    def form(self) -> Any:  # noqa: ANN401
        """The values of the form, by the names of its fields."""
        return self.tree.cssselect("main form[method=post]")[0].fields

    def press(self, label: str) -> Seen:
        """Press the button with a label that does something with a row."""
        for button in self.tree.cssselect("button[formaction]"):
            if button.get("aria-label") == label:
                target = urljoin(self.url, button.get("formaction"))
                sent = {button.get("name"): button.get("value")}
                return self.visitor.see(target, sent)
        raise AssertionError(f"no button {label!r} on {self.url}")

    def labels(self, css: str) -> list[str]:
        """Return what is said of everything that matches, for those who hear it."""
        return [
            each.get("aria-label") or _text(each) for each in self.tree.cssselect(css)
        ]


@dataclass(slots=True)
class Visitor:
    """Somebody who is logged in."""

    client: Client
    language: str = "en"

    def see(
        self, url: str, form: Form | None = None, files: Files | None = None
    ) -> Seen:
        """Ask for a page, or send a form."""
        headers = {
            "accept": "text/html",
            "accept-language": self.language,
            "origin": HOST,
        }
        answer = self.client.ask(url, headers=headers, form=form, files=files)
        return Seen(
            self,
            str(answer.url),
            answer.status_code,
            answer.text or "<html></html>",
            dict(answer.headers),
        )


def _text(element: Any) -> str:  # noqa: ANN401
    return " ".join(element.text_content().split())
