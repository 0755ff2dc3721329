"""Loads the data files of this folder: vendors, platforms, accounting, the office.

    CatalogError                 a data file is broken; names file and line

The catalog knows YAML, not what a row means: it hands out plain mappings with the
file name, and whoever owns the meaning validates them. A key written twice is an
error, since YAML would silently keep the last one. Imports nothing of ours.
"""

from __future__ import annotations

import csv
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent
Document = tuple[str, Mapping[str, Any]]


class CatalogError(Exception):
    """A data file is broken."""

    def __init__(self, file: str, line: int | None, problem: str) -> None:
        self.file = file
        self.line = line
        place = f"{file}, line {line}" if line else file
        super().__init__(f"{place}: {problem}")


class _Loader(yaml.CSafeLoader):
    """The safe loader, except that a key written twice is refused."""

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, Any]:
        seen = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = key_node.value
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key} is written twice", key_node.start_mark
                )
            seen.add(key)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


def load(file: Path, root: Path = ROOT) -> Mapping[str, Any]:
    """Read one data file whose top level is a mapping.

    Raises:
        CatalogError: The file is missing, not YAML, not a mapping, or says a key
            twice.
    """
    return parse(_name(file, root), read(file, root))


def read(file: Path, root: Path = ROOT) -> str:
    """Return the text of a data file.

    Raises:
        CatalogError: The file is missing, or no text.
    """
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        name = _name(file, root)
        raise CatalogError(name, None, "the file is missing; restore it") from None
    except UnicodeDecodeError:
        raise CatalogError(_name(file, root), None, "not UTF-8 text") from None


def parse(name: str, text: str) -> Mapping[str, Any]:
    """Return what a data file says.

    Args:
        name: Of the file, for errors.
        text: Its text.

    Raises:
        CatalogError: It is not YAML, not a mapping, or says a key twice.
    """
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - _Loader is safe
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else None
        raise CatalogError(name, line, error.problem or "not valid YAML") from None
    if not isinstance(document, dict):
        raise CatalogError(name, 1, "expected keys and values at the top level")
    return document


def _name(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


def load_folder(folder: str, root: Path = ROOT) -> Iterator[Document]:
    """Yield (file name, document) of each YAML file in a folder, sorted by name.

    Raises:
        CatalogError: The folder is missing or a file in it is broken.
    """
    place = root / folder
    if not place.is_dir():
        raise CatalogError(folder, None, "the folder is missing; restore it")
    for file in sorted(place.glob("*.yaml")):
        yield file.relative_to(root).as_posix(), load(file, root)


def vendors() -> list[Document]:
    """Return the vendor documents, one vendor a file."""
    return list(load_folder("vendors"))


def fingerprints() -> list[Document]:
    """Return the fingerprint documents (SIP user agents, OUI hints, ...)."""
    return list(load_folder("fingerprints"))


def tables(root: Path = ROOT) -> dict[str, str]:
    """Return the text of the tables of all vendors by name without suffix."""
    files = sorted((root / "fingerprints").glob("*.tsv"))
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


def local(folder: Path) -> list[Document]:
    """Return the site's own documents; an absent folder holds none."""
    return list(load_folder(".", folder)) if folder.is_dir() else []


def platforms() -> list[Document]:
    """Return the command-line platforms of network devices, one a file."""
    return list(load_folder("platforms"))


def imports() -> list[Document]:
    """Return the profiles of tables of other programs, one a file."""
    return list(load_folder("imports"))


def staff_lists() -> list[Document]:
    """Return the profiles of lists of staff of HR systems, one a file."""
    return list(load_folder("staff"))


def office(name: str) -> Mapping[str, Any]:
    """Return a document of the simulated office: `truth`, `scan`, `company` ..."""
    return load(ROOT / "office" / f"{name}.yaml")


def _own_or_ours(local: Path | None, folder: str, name: str) -> Path:
    """Return a file of the site's own folder; ours where it has none."""
    own = local / f"{name}.yaml" if local else None
    if own is not None and own.exists():
        return own
    return ROOT / folder / f"{name}.yaml"


def accounting(name: str, local: Path | None = None) -> Mapping[str, Any]:
    """Return a document of accounting: `rules`, `presets` or `limits`.

    Args:
        name: Which one.
        local: The site's own folder; a file of that name in it is used instead.
    """
    return load(_own_or_ours(local, "accounting", name))


def journal_profiles(local: Path | None = None) -> Mapping[str, Any]:
    """Return the columns in which journals are handed over, by accounting system."""
    return load(_own_or_ours(local, "accounting", "journal_profiles"))


def book_templates(local: Path | None = None) -> dict[str, Mapping[str, Any]]:
    """Return the templates of books by name, the site's own among them.

    Args:
        local: The site's own folder of accounting; its `templates` come on top.
    """
    found = load_folder("accounting/templates")
    named = {Path(name).stem: document for name, document in found}
    own = local / "templates" if local else None
    if own is not None and own.is_dir():
        named |= {Path(n).stem: document for n, document in load_folder(".", own)}
    return named


def provisioning(name: str, local: Path | None = None) -> Mapping[str, Any]:
    """Return a document of provisioning: `lines`, `kits`, `calendars` or `sources`.

    Args:
        name: Which one.
        local: The site's own folder; a file of that name in it is used instead.
    """
    return load(_own_or_ours(local, "provisioning", name))


def provisioning_text(name: str, local: Path | None = None) -> tuple[str, str]:
    """Return the name of a file of provisioning for errors, and its text.

    Args:
        name: Which one.
        local: The site's own folder; a file of that name in it is used instead.
    """
    file = _own_or_ours(local, "provisioning", name)
    return _name(file, ROOT), read(file)


def macrs_tables() -> list[dict[str, str]]:
    """Return the rows of the printed MACRS tables."""
    file = ROOT / "accounting" / "macrs_tables.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def telecom(name: str, local: Path | None = None) -> Mapping[str, Any]:
    """Return a document of telecom assets: `line_states` or `charge_types`.

    Args:
        name: Which one.
        local: The site's own folder; a file of that name in it is used instead.
    """
    return load(_own_or_ours(local, "telecom", name))


def invoice_layouts(local: Path | None = None) -> dict[str, Mapping[str, Any]]:
    """Return the layouts of carriers' invoices by name, the site's own among them.

    Args:
        local: The site's own folder; a layout of the same name in it is used instead.
    """
    found = load_folder("invoices", ROOT / "telecom")
    documents = [*found, *(_local(local / "invoices") if local else ())]
    return {Path(file).stem: document for file, document in documents}


def _local(folder: Path) -> list[Document]:
    return list(load_folder(".", folder)) if folder.is_dir() else []
