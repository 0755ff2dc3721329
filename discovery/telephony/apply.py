"""A reading of a telephone system into the register: extension, phone, person, dated.

Works inside a unit of work the caller commits, so a reading is in the database as a
whole or not at all. May import `inventory.telecom`, `inventory.people`,
`inventory.network` and `inventory.storage`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from collectors.pbx.facts import Extension, PbxReading, Registration
from discovery.telephony.extension_owner import Owner, PersonIndex
from discovery.telephony.persons import read_person_index
from discovery.telephony.phone_devices import PhoneDevices
from inventory.storage.work import UnitOfWork
from inventory.telecom import tables
from inventory.telecom.assignments import (
    assign_person,
    current_assignments,
    record_phones,
)
from inventory.telecom.handsets import KnownPhones
from inventory.telecom.numbers import to_e164
from inventory.telecom.systems import (
    mark_missing_numbers,
    record_group_members,
    record_listed,
    record_numbers,
    record_system,
)

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedReading:
    """What came of a reading, in numbers.

    Attributes:
        persons: Extensions whose person is known.
        phones: Phones that are registered or provisioned.
        devices: Those of them that are devices on the network.
        changed: Assignments that began or ended.
    """

    extensions: int = 0
    persons: int = 0
    phones: int = 0
    devices: int = 0
    numbers: int = 0
    changed: int = 0


def apply_reading(
    work: UnitOfWork, reading: PbxReading, *, region: str = ""
) -> AppliedReading:
    """Write what a telephone system told.

    Args:
        work: An open unit of work; not committed here.
        reading: What it told.
        region: ISO 3166 code for numbers written without a country.
    """
    return _ReadingWriter(work, reading, region).run()


class _ReadingWriter:
    def __init__(self, work: UnitOfWork, reading: PbxReading, region: str) -> None:
        self._work = work
        self._reading = reading
        self._region = region
        self._at = reading.seen_at
        self._source = f"pbx:{reading.source}"
        self._ids: dict[Key, int] = {}
        self._by_number: dict[str, list[int]] = {}
        self._count: Counter[str] = Counter()

    def run(self) -> AppliedReading:
        reading = self._reading
        self._system = record_system(
            self._work,
            reading.source,
            {
                "kind": reading.kind,
                "site": reading.site,
                "address": reading.address,
                "product": reading.product,
                "version": reading.version,
                "problems": "\n".join(
                    f"{p.where}: {p.detail or p.reason.value}" for p in reading.problems
                ),
            },
            self._at,
        )
        self._extensions()
        self._mailboxes()
        self._groups()
        self._phones()
        self._numbers()
        return AppliedReading(**self._count)

    def _extensions(self) -> None:
        people = read_person_index(self._work.connection, self._at.date())
        listed = {(e.partition, e.number): e for e in self._reading.extensions}
        for registered in self._reading.registrations:
            key = (registered.partition, registered.extension)
            known = listed.get(key) or Extension(number=key[1], partition=key[0])
            listed[key] = known
        owners = {key: _owner(people, each) for key, each in listed.items()}
        rows = {key: _columns(e, owners[key]) for key, e in listed.items()}
        found = record_listed(
            self._work,
            tables.Extension,
            self._system,
            {(k[0], k[1]): row for k, row in rows.items()},
            self._at,
            whole="extensions" in self._reading.reads,
        )
        self._ids = {(key[0], key[1]): row_id for key, row_id in found.items()}
        for (_, number), row_id in self._ids.items():
            self._by_number.setdefault(number, []).append(row_id)
        self._count["extensions"] = len(listed)
        now = current_assignments(self._work.connection, tables.ExtensionPerson)
        for key, owner in sorted(owners.items(), key=lambda item: item[0]):
            if not owner.names_user:
                continue
            self._count["persons"] += owner.person_id is not None
            if now.get(self._ids[key]) == owner.person_id:
                continue
            self._count["changed"] += assign_person(
                self._work,
                self._ids[key],
                owner.person_id,
                self._at.date(),
                source=self._source,
                evidence=owner.evidence,
            )

    def _id_of(self, number: str) -> int | None:
        """Return an extension by its number, where partitions leave no doubt."""
        found = self._by_number.get(number, ())
        return found[0] if len(found) == 1 else None

    def _mailboxes(self) -> None:
        record_listed(
            self._work,
            tables.Mailbox,
            self._system,
            {
                (box.context, box.number): {"name": box.name, "email": box.email}
                for box in self._reading.mailboxes
            },
            self._at,
            whole="mailboxes" in self._reading.reads,
        )

    def _groups(self) -> None:
        listed = {group.name: group for group in self._reading.groups}
        ids = record_listed(
            self._work,
            tables.HuntGroup,
            self._system,
            {
                (name,): {"number": group.number, "strategy": group.strategy}
                for name, group in listed.items()
            },
            self._at,
            whole="groups" in self._reading.reads,
        )
        for (name,), group_id in ids.items():
            found = (self._id_of(number) for number in listed[name].members)
            members = {row_id for row_id in found if row_id is not None}
            self._count["changed"] += record_group_members(
                self._work, group_id, members, self._at
            )

    def _phones(self) -> None:
        handsets = PhoneDevices(self._work.connection, self._reading)
        book = KnownPhones(self._work, self._at)
        pairs: dict[tuple[int, int], bool | None] = {}
        phones: dict[int, int | None] = {}
        for registered in self._reading.registrations:
            seen = handsets.seen(registered)
            if not seen.known:
                continue
            phone = book.see(seen)
            phones[phone] = seen.device_id
            pair = (self._ids[registered.partition, registered.extension], phone)
            pairs[pair] = _either(pairs.get(pair), registered)
        book.close()
        self._count["phones"] = len(phones)
        self._count["devices"] = sum(d is not None for d in phones.values())
        self._count["changed"] += record_phones(
            self._work,
            self._system,
            pairs,
            self._at,
            source=self._source,
            whole="registrations" in self._reading.reads,
            keeps=self._reading.provisions,
        )

    def _numbers(self) -> None:
        listed: dict[str, dict[str, Any]] = {}
        for number in self._reading.numbers:
            e164 = to_e164(number.number, self._region)
            if e164 is None:
                continue
            listed[e164] = {
                "system_id": self._system,
                "kind": number.kind,
                "status": number.status,
                "city": number.city,
                "extension_id": self._id_of(number.extension)
                if number.extension
                else None,
            }
        ids = record_numbers(self._work, listed, self._at, source=self._source)
        self._count["numbers"] = len(ids)
        if "numbers" in self._reading.reads:
            mark_missing_numbers(self._work, self._system, ids, self._at)


def _owner(people: PersonIndex, extension: Extension) -> Owner:
    return people.owner(name=extension.name, user=extension.user, email=extension.email)


def _columns(extension: Extension, owner: Owner) -> dict[str, Any]:
    shown = (extension.number, extension.name, extension.user, extension.email)
    return {
        "name": extension.name,
        "login": extension.user,
        "email": extension.email,
        "cost_centre": extension.cost_centre,
        "mailbox": extension.mailbox,
        "enabled": extension.enabled,
        "person_note": owner.note if owner.names_user else None,
        "search": " ".join(filter(None, shown)).casefold(),
    }


def _either(known: bool | None, seen: Registration) -> bool | None:
    """Of two registrations of one phone, one that stands counts."""
    return True if known or seen.registered else seen.registered
