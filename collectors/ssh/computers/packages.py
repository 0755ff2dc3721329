"""Installed software out of what package managers print. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from collectors.facts import Software
from collectors.ssh.computers.sections import Sections, number
from collectors.text import printable

MAX_PACKAGES = 50_000


def software_of(sections: Sections) -> tuple[list[Software], bool]:
    """Return the packages and whether any package manager was there to ask."""
    found: dict[tuple[str, str | None], Software] = {}
    managers = [name for name in READERS if name in sections]
    for name in managers:
        for package in READERS[name](sections[name]):
            if len(found) >= MAX_PACKAGES:
                return list(found.values()), False
            found.setdefault((package.name, package.version), package)
    return list(found.values()), bool(managers)


def package(
    name: str, version: str | None = None, publisher: str | None = None
) -> Software:
    """Return a program with clean texts; `(none)` is what rpm says for nothing."""
    version, publisher = printable(version or ""), printable(publisher or "")
    return Software(
        name=printable(name),
        version=version or None,
        publisher=None if publisher in {"", "(none)"} else publisher,
    )


def _columns(text: str) -> Iterator[list[str]]:
    return (line.split("\t") for line in text.splitlines() if line.strip())


def dpkg(text: str) -> Iterator[Software]:
    """Read `name version maintainer status`; only what is installed counts."""
    for row in _columns(text):
        if len(row) >= 4 and row[3].endswith(" installed"):
            yield package(row[0], row[1], row[2])


def rpm(text: str) -> Iterator[Software]:
    """Read `name version vendor`; the keys of repositories are no software."""
    for row in _columns(text):
        if len(row) >= 2 and row[0] != "gpg-pubkey":
            yield package(row[0], row[1], row[2] if len(row) > 2 else None)


def apk(text: str) -> Iterator[Software]:
    """Read `P=name` and `V=version` lines of the database."""
    name = ""
    for line in text.splitlines():
        if line.startswith("P="):
            name = line[2:]
        elif line.startswith("V=") and name:
            yield package(name, line[2:])
            name = ""


def words(text: str) -> Iterator[Software]:
    """Read `name version` lines, as pacman prints them."""
    for line in text.splitlines():
        parts = line.split()
        if len(parts) == 2:
            yield package(*parts)


def snap(text: str) -> Iterator[Software]:
    """Read the table of `snap list`."""
    for line in text.splitlines()[1:]:
        parts = line.split()
        if len(parts) >= 5 and number(parts[2]) is not None:
            yield package(parts[0], parts[1], parts[4].strip("*✓"))


def flatpak(text: str) -> Iterator[Software]:
    """Read `application version origin`."""
    for row in _columns(text):
        if len(row) >= 2 and row[0] != "Application ID":
            yield package(row[0], row[1], row[2] if len(row) > 2 else None)


def bsd(text: str) -> Iterator[Software]:
    """Read `name-version  comment` lines of `pkg info` and `pkg_info`."""
    for line in text.splitlines():
        name, dash, version = line.split(" ")[0].rpartition("-")
        if dash and version[:1].isdigit():
            yield package(name, version)


READERS: dict[str, Callable[[str], Iterator[Software]]] = {
    "dpkg": dpkg,
    "rpm": rpm,
    "apk": apk,
    "pacman": words,
    "snap": snap,
    "flatpak": flatpak,
    "pkg": bsd,
    "pkg_info": bsd,
}
"""Section of the transcript -> how to read it."""
