"""`purser NOUN show`: a person can read it, whatever the thing holds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from api.compose.wiring import App
from api.console.output import WIDTH_OF_PIPES
from api.resources.cli.options import local_caller
from api.resources.cli.whole import print_whole
from api.resources.declare import columns_of
from api.resources.listing import list_call, read_page, viewer_of
from api.resources.registry import all_resources
from api.resources.resource import Resource
from tests.api.whole_company import make_company

LISTED = [one for one in all_resources() if one.get is not None and one.detail]
EMPTY = 3
"""Lists of things with a page of which the company may have none."""


@pytest.fixture(scope="module")
def app(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("whole")
    shutil.copyfile(sqlite_template, folder / "purser.sqlite")
    made = make_company(folder / "purser.sqlite", folder)
    yield made
    made.close()


def values_in(value: object) -> int:
    """Return how many values a thing holds, those within others too."""
    if isinstance(value, Mapping):
        return sum(map(values_in, value.values()))
    if isinstance(value, list):
        return sum(map(values_in, value))
    return 1


def first_of(app: App, one: Resource[Any]) -> Mapping[str, Any] | None:
    """Return the first thing of a list as it is shown."""
    with app.engine.connect() as reading:
        viewer = viewer_of(app, local_caller(), None)
        rows, _ = read_page(one, reading, viewer, list_call(one, {"limit": 1}))
        named = [str(row.get("id") or row["name"]) for row in rows]
        found = [one.resolve(reading, name) for name in named]
        return one.whole(reading, found[0], viewer) if found else None


def test_one_thing_is_a_page_of_text(
    app: App, capsys: pytest.CaptureFixture[str]
) -> None:
    without = []
    for one in LISTED:
        whole = first_of(app, one)
        if whole is None:
            without.append(one.name)
            continue
        assert one.detail is not None
        print_whole(whole, columns_of(one.detail))
        lines = capsys.readouterr().out.splitlines()
        # Columns a letter wide make more lines than there are values.
        assert 0 < len(lines) <= 12 + 2 * values_in(whole), one.name
        rules = [line for line in lines if line.startswith(" ─")]
        assert all(len(line) <= WIDTH_OF_PIPES for line in rules), one.name
        told = "\n".join(lines)
        assert [raw for raw in ("{'", "[{", " None\n") if raw in told] == [], one.name
    assert len(without) <= EMPTY, without
