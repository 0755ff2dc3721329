"""The search over everything: the first rows of each resource the viewer may see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from api.resources.declare import Page, PageRequest, Viewer
from api.resources.registry import all_resources
from api.resources.resource import Resource
from inventory.kernel.clean_text import clean_words

ROWS_EACH = 6


def found_everywhere(
    connection: Connection, viewer: Viewer, words: str
) -> Iterator[tuple[Resource[Any], Page]]:
    """Yield each resource that is searched, with its first rows that have the words."""
    for one in all_resources():
        if one.searched and one.may_see(viewer.caller):
            yield one, found_in(one, connection, viewer, words, ROWS_EACH)


def found_in(
    resource: Resource[Any],
    connection: Connection,
    viewer: Viewer,
    words: str,
    limit: int,
) -> Page:
    """Return the first rows of one resource that have the words.

    Raises:
        Invalid: A character of them is in no text.
    """
    asked = resource.question(search=clean_words(words, "search"))
    page = PageRequest(sort=resource.sort, limit=limit)
    return resource.source.read(connection, asked, viewer, page)
