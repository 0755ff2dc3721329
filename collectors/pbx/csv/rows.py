"""A list of extensions as CSV, for telephone systems without an interface. Pure.

The first row names the columns, in any order and case; `extension` is needed, the
others are optional. One row is one extension on one phone: an extension on two phones
has two rows. A row that cannot be read is a problem that names row and column; the
others are read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from collectors import macs
from collectors.errors import Malformed, TooMuch
from collectors.facts import Problem, Reason
from collectors.pbx.facts import (
    DirectNumber,
    Extension,
    HuntGroup,
    Mailbox,
    Registration,
)
from collectors.pbx.phone_identity import address_of
from collectors.sentences import N_
from collectors.text import printable

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "extension": ("extension", "ext", "number", "dn", "nebenstelle", "durchwahl"),
    "name": ("name", "display name", "displayname", "anzeigename"),
    "user": ("user", "userid", "login", "username", "owner", "benutzer"),
    "email": ("email", "e-mail", "mail"),
    "mac": ("mac", "mac address", "mac-adresse"),
    "device": ("device", "device name", "phone"),
    "model": ("model", "phone model", "type", "modell"),
    "serial": ("serial", "serial number", "seriennummer"),
    "ip": ("ip", "ip address", "ip-adresse"),
    "did": ("did", "direct number", "e164", "ddi", "rufnummer"),
    "mailbox": ("mailbox", "voicemail"),
    "group": ("group", "hunt group", "groups", "sammelanschluss"),
    "cost_centre": ("cost centre", "cost center", "account code", "kostenstelle"),
    "partition": ("partition", "site", "realm"),
}
"""Column -> the headings it goes by."""

MAX_PROBLEMS = 100
LONGEST = 512
_DIALLED = frozenset("0123456789*#+")


@dataclass(slots=True)
class Rows:
    """What a file holds."""

    extensions: dict[tuple[str, str], Extension] = field(default_factory=dict)
    registrations: list[Registration] = field(default_factory=list)
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    numbers: dict[str, DirectNumber] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def hunt_groups(self) -> tuple[HuntGroup, ...]:
        """Return the groups with their members."""
        return tuple(
            HuntGroup(name=name, members=tuple(sorted(members)))
            for name, members in sorted(self.groups.items())
        )


def parse_rows(text: str, most: int) -> Rows:
    """Read a file.

    Args:
        text: Its text.
        most: Rows that are read.

    Raises:
        Malformed: It has no heading `extension`, or is no CSV.
        TooMuch: It has more rows.
    """
    text = text.removeprefix("\ufeff")
    heading = text.partition("\n")[0]
    delimiter = max(";,\t|", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        columns = _columns(next(reader, []))
        found = Rows()
        for number, cells in enumerate(reader, 2):
            if number > most + 1:
                raise TooMuch(N_("a file of more than {most} rows"), most=most)
            if any(cell.strip() for cell in cells):
                _take(found, number, _named(columns, cells))
    except csv.Error as error:
        raise Malformed(
            N_("row {line_num}: {error}"), line_num=reader.line_num, error=error
        ) from None
    return found


def _columns(heading: list[str]) -> dict[int, str]:
    known = {alias: name for name, aliases in COLUMNS.items() for alias in aliases}
    found: dict[int, str] = {}
    for place, cell in enumerate(heading):
        plain = printable(cell).lower().replace("_", " ")
        name = known.get(plain)
        if name is None or name in found.values():
            continue
        found[place] = name
    if "extension" not in found.values():
        shown = ", ".join(printable(cell) for cell in heading)[:200]
        raise Malformed(
            N_("row 1: no column `extension` among {what}; name it in the first row"),
            what=shown or "nothing",
        )
    return found


def _named(columns: Mapping[int, str], cells: list[str]) -> dict[str, str]:
    return {
        name: printable(cells[place])[:LONGEST]
        for place, name in columns.items()
        if place < len(cells) and cells[place].strip()
    }


def _wrong(row: Mapping[str, str]) -> Iterator[str]:
    number = row.get("extension", "")
    if not number:
        yield "extension: it is empty"
    elif not set(number) <= _DIALLED or len(number) > 20:
        yield f"extension: {number[:40]!r} cannot be dialled"
    if "mac" in row and macs.from_text(row["mac"]) is None:
        yield f"mac: {row['mac'][:40]!r} is not a MAC address"
    if "ip" in row and address_of(row["ip"]) is None:
        yield f"ip: {row['ip'][:60]!r} is not an IP address"
    if "email" in row and "@" not in row["email"]:
        yield f"email: {row['email'][:60]!r} is not an address"


def _take(found: Rows, number: int, row: Mapping[str, str]) -> None:
    wrong = list(_wrong(row))
    if wrong:
        if len(found.problems) < MAX_PROBLEMS:
            detail = f"row {number}: {'; '.join(wrong)}"
            found.problems.append(Problem("pbx:csv", Reason.MALFORMED, detail))
        return
    extension, partition = row["extension"], row.get("partition", "")
    key = (partition, extension)
    if key not in found.extensions:
        found.extensions[key] = Extension(
            number=extension,
            partition=partition,
            name=row.get("name"),
            user=row.get("user"),
            email=row.get("email"),
            cost_centre=row.get("cost_centre"),
            mailbox=row.get("mailbox"),
        )
    if box := row.get("mailbox"):
        found.mailboxes[box] = Mailbox(
            number=box, name=row.get("name"), email=row.get("email")
        )
    for group in filter(None, map(str.strip, row.get("group", "").split("|"))):
        found.groups.setdefault(group, set()).add(extension)
    if did := row.get("did"):
        found.numbers[did] = DirectNumber(number=did, extension=extension, kind="did")
    if any(name in row for name in ("mac", "device", "ip", "serial")):
        found.registrations.append(_registration(row, key))


def _registration(row: Mapping[str, str], key: tuple[str, str]) -> Registration:
    return Registration(
        extension=key[1],
        partition=key[0],
        mac=macs.from_text(row.get("mac", "")),
        device_name=row.get("device"),
        ip=address_of(row.get("ip")),
        model=row.get("model"),
        serial=row.get("serial"),
        user=row.get("user"),
    )
