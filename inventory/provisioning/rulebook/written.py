"""A document of YAML, on which line each part of it stands, and what differs. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from inventory.kernel.clean_text import TOO_DEEP, cleaned
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.provisioning.rules import Document, as_json

Path = tuple[str | int, ...]
"""Keys and places in lists, from the top of a document to a part of it."""
LARGEST = 200_000
"""Characters of a document: those that come along have a tenth of it."""
FIELD = "file"
"""The field of a form, or of what is sent, that has a document."""


@dataclass(frozen=True, slots=True)
class Written:
    """A document somebody wrote.

    Attributes:
        document: As JSON has it.
        lines: Part -> the line it begins on, counted from 1.
    """

    document: dict[str, Any]
    lines: Mapping[Path, int]

    def line_of(self, path: Path) -> int:
        """Return the line of a part, or of what it would stand in."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Loader(yaml.SafeLoader):
    """The safe loader, but for days that no calendar has: they stay text."""


def _day_or_text(loader: _Loader, node: yaml.ScalarNode) -> object:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return str(node.value)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _day_or_text)


def read_text(text: str) -> Written:
    """Return the document of a text.

    Raises:
        Invalid: It is no YAML, too large, says a key twice or refers to itself.
    """
    if len(text) > LARGEST:
        raise Invalid(
            N_("It has more than {most} characters."), where=FIELD, most=LARGEST
        )
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        lines = dict(_lines(node, (), set())) if node else {}
        found = cleaned(loader.construct_document(node)) if node else None
        if not isinstance(found, dict):
            raise Invalid(N_("The file is not a mapping of fields."), where=FIELD)
        return Written(as_json(found, FIELD), lines)
    except RecursionError as error:
        raise Invalid(TOO_DEEP, where=FIELD) from error
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, len(text.splitlines())) from error
    except (TypeError, ValueError, yaml.YAMLError) as error:
        raise Invalid(
            N_("It is not YAML: {error}."), where=FIELD, error=_in_one_line(error)
        ) from error
    finally:
        loader.dispose()


def as_text(document: Document) -> str:
    """Return a document as the text of a file."""
    return yaml.safe_dump(dict(document), allow_unicode=True, sort_keys=False)


def difference(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Yield the lines that were added (`+`) or taken away (`-`), in order."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0)
    for line in list(lines)[2:]:
        if line[:1] in "+-" and line[1:].strip():
            yield line[:1], line[1:]


def _lines(node: yaml.Node, path: Path, passed: set[int]) -> Iterator[tuple[Path, int]]:
    """Yield the parts of a node and their lines.

    Raises:
        Invalid: A key is written twice: YAML would keep the last one silently; or a
            part stands for another one, which may grow without end.
    """
    if id(node) in passed:
        raise Invalid(
            N_("It has an alias (`*name`)."),
            where=FIELD,
            remedy=N_("Write out what it stands for."),
        )
    passed.add(id(node))
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for place, one in enumerate(node.value):
            yield from _lines(one, (*path, place), passed)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, one in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in seen:
                raise Invalid(
                    N_("Line {line}: {name} is written twice."),
                    where=FIELD,
                    remedy=N_("Leave one of the two out."),
                    line=line,
                    name=name,
                )
            seen.add(name)
            yield from _lines(one, (*path, name), passed)
            yield (*path, name), line


def _not_yaml(error: yaml.MarkedYAMLError, last: int) -> Invalid:
    mark = error.problem_mark or error.context_mark
    return Invalid(
        N_("Line {line}: it is not YAML: {error}."),
        where=FIELD,
        remedy=N_("Look at the signs and the indentation there and just above."),
        line=min(mark.line + 1, last) if mark else 1,
        error=(error.problem or _in_one_line(error)).rstrip("."),
    )


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")
