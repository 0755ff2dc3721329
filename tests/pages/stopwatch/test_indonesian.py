"""No page of the demo leaves English to a reader of Indonesian, whatever his role.

Texts of the register (names of people, places and products) are as somebody wrote them;
everything else is told in the reader's language. Two nets: words that only English has,
and texts that the catalogue knows and the page left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from babel.messages.pofile import read_po
from lxml import html

from api.pages.words import FOLDER
from tests.pages.browsing import demonstrated

ROLES = ("it", "hr", "accounting", "auditor", "manager", "employee")
ENGLISH = frozenset(
    """the of is are was were has have had and not with without from by for its this
    that which who whom nothing nobody somebody seen said yet still than only each every
    into been can must will does ended they them their there these what when where why
    how such other another but because before after""".split()
)
"""Words that no Indonesian sentence has."""
NAMES = frozenset(
    (
        *("Packing and labels", "Purchasing and quality", "Finance and HR"),
        *("Fibre and SIP trunk", "IT and telephony", "Lift alarm: Line rental"),
        *("2000 Finance and HR", "4000 Purchasing and quality"),
        *(
            "Number range",
            "9000 IT and telephony",
            "Set up by IT",
            "right-of-use",
            "between the years",
            "Line rental",
        ),
    )
)
"""What the demo's people call departments, contracts and the like."""
QUOTED = (
    *("/docs", "/invoice-layouts", "/charge-types", "/import-profiles/"),
    *("/asset-sheet", "/device-fields", "/handbook"),
)
"""Pages that quote: the API, carriers, tables of others, and fields as they are."""
RULES = "/evidence"
"""It names the rules of identification, which are files."""
_WORD = re.compile(r"(?<!\w)[A-Za-z][a-z']+(?!\w)")
_DRAWN = re.compile(r"\bpurser_\S*")
"""The beginning of a token: letters by chance, which may be any word."""
_TYPED = re.compile(r"`|\w = ")
"""In hints of what to type."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The demo, served."""
    with demonstrated(tmp_path_factory.mktemp("demo")) as told:
        yield told


@pytest.fixture(scope="module")
def known() -> frozenset[str]:
    """The English texts of several words whose Indonesian differs."""
    with (FOLDER / "id.po").open("rb") as file:
        catalogue = read_po(file, locale="id")
    return frozenset(
        one.id
        for one in catalogue
        if isinstance(one.id, str)
        and {" ", "-"} & set(one.id)
        and "{" not in one.id
        and one.id != one.string
    )


@contextmanager
def entered(demo: dict[str, Any], role: str) -> Iterator[httpx.Client]:
    """Give somebody who is logged in, with a browser that asks for Indonesian."""
    url = demo["url"].rstrip("/")
    headers = {"accept-language": "id", "accept": "text/html", "origin": url}
    with httpx.Client(
        base_url=url, headers=headers, follow_redirects=True, timeout=60
    ) as client:
        client.post("/login", data={"login": role, "password": demo["password"]})
        yield client


def kind_of(path: str) -> tuple[str, ...]:
    """Return what a path leads to, whatever the thing."""
    first, *more = path.strip("/").split("/")
    return (first, *("#" for _ in more[:1]), *more[1:])


def pages(client: httpx.Client) -> Iterator[tuple[str, Any]]:
    """Yield the pages that links lead to, one of each kind."""
    todo: list[str] = ["/"]
    met: set[tuple[str, ...]] = {("",)}
    while todo:
        path = todo.pop(0)
        answer = client.get(path)
        assert answer.status_code == 200, path
        tree = html.fromstring(answer.text)
        yield path, tree
        for link in tree.cssselect("#nav a, main a"):
            href = link.get("href") or ""
            plain = href.startswith("/") and not {"?", "."} & set(href)
            if plain and "extracts" not in href and kind_of(href) not in met:
                met.add(kind_of(href))
                todo.append(href)


def left(path: str, tree: Any, known: frozenset[str]) -> Iterator[str]:  # noqa: ANN401
    """Yield the texts of a page that are English."""
    for quoted in tree.cssselect("code, pre, script, style, textarea"):
        quoted.drop_tree()
    for text in tree.cssselect("main")[0].itertext():
        told = " ".join(text.split())
        words = {word.lower() for word in _WORD.findall(_DRAWN.sub("", told))}
        if told in NAMES or (path.endswith(RULES) and ": " in told):
            continue
        typed = " " not in told or _TYPED.search(told)
        plain = told in known and not path.endswith(RULES)
        if plain or (words & ENGLISH and not typed):
            yield f"{path}: {told}"


@pytest.mark.parametrize("role", ROLES)
def test_no_page_leaves_english(
    demo: dict[str, Any], known: frozenset[str], role: str
) -> None:
    with entered(demo, role) as client:
        found = [
            one
            for path, tree in pages(client)
            if not path.startswith(QUOTED)
            for one in left(path, tree, known)
        ]
    assert found == []


def test_english_would_be_found(known: frozenset[str]) -> None:
    texts = ("never seen on the network", "No way out", "Orang", "Kunci: purser_a-is-b")
    page = "".join(f"<p>{text}</p>" for text in texts)
    tree = html.fromstring(f"<main>{page}</main>")
    found = list(left("/x", tree, known | {"No way out"}))
    assert found == ["/x: never seen on the network", "/x: No way out"]
