"""Which person, place or company a cell means, and who is to be added. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from inventory.bulk.profiles.apply import ImportRow
from inventory.bulk.profiles.profile import Profile
from inventory.bulk.row_effects import RecordToCreate
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.people.rules import check_email

_PERSON = ("person", "person_login", "person_email", "person_name")


class NameResolver:
    """Finds by code, key, name, login and address, without regard to case.

    Args:
        units: Section to what its rows may be called to their ids.
        profile: Tells what may be added.
    """

    def __init__(
        self, units: Mapping[str, Mapping[str, set[int]]], profile: Profile
    ) -> None:
        self._units = units
        self._profile = profile
        self._wanted: dict[tuple[str, str], RecordToCreate] = {}

    def unit(
        self, intake: ImportRow, name: str, section: str
    ) -> int | RecordToCreate | None:
        """Return the place or company a field names; None if it names none."""
        text = intake.values.get(name)
        if not text:
            return None
        found = self._units[section].get(text.casefold(), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            self._ambiguous(intake, name, text)
            return None
        if section in self._profile.create:
            return self._once(
                RecordToCreate(section, text, self._currency(intake, section))
            )
        intake.wrong(
            name,
            N_("There is no {value!r} in {section}."),
            N_("Add it first, or correct it."),
            value=text,
            section=section,
        )
        return None

    def person(self, intake: ImportRow) -> int | RecordToCreate | None:
        """Return the person a row names; None if it names nobody."""
        named = dict(self._told(intake))
        for name, text in named.items():
            found = self._units["persons"].get(text.casefold(), set())
            if len(found) == 1:
                return next(iter(found))
            if found:
                self._ambiguous(intake, name, text)
                return None
        if not named:
            return None
        name, text = next(iter(named.items()))
        if "persons" not in self._profile.create:
            intake.wrong(
                name,
                N_("There is no person {value!r}."),
                N_("Add the person first."),
                value=text,
            )
            return None
        new_person = self._new_person(named)
        try:
            check_email(dict(new_person.details).get("email"))
        except Invalid as error:
            intake.failed("person_email", error)
        return self._once(new_person)

    def _once(self, record: RecordToCreate) -> RecordToCreate:
        """Return the one of that name that an earlier row wanted, if any."""
        key = (record.section, record.name.casefold())
        return self._wanted.setdefault(key, record)

    def _told(self, intake: ImportRow) -> Iterator[tuple[str, str]]:
        values = intake.values
        for name in _PERSON:
            if values.get(name):
                yield name, values[name]
        full = f"{values.get('given_name', '')} {values.get('family_name', '')}".strip()
        if full:
            yield "family_name", full

    def _new_person(self, named: Mapping[str, str]) -> RecordToCreate:
        email = named.get("person_email")
        any_name = named.get("person", "")
        if email is None and "@" in any_name:
            email = any_name
        login = named.get("person_login")
        key = login or email or next(iter(named.values()))
        full = named.get("family_name") or named.get("person_name") or any_name or key
        given_name, _, family = full.strip().rpartition(" ")
        details = {"given_name": given_name, "family_name": family}
        if email:
            details["email"] = email.casefold()
        if login:
            details["login"] = login.casefold()
        return RecordToCreate("persons", key.casefold(), tuple(details.items()))

    def _currency(self, intake: ImportRow, section: str) -> tuple[tuple[str, str], ...]:
        if section != "legal_entities":
            return ()
        currency = intake.values.get("currency") or self._profile.currency
        if not currency:
            intake.wrong(
                "legal_entity",
                N_("It is new, and its currency is not known."),
                N_("Add it first, or give the profile a currency."),
            )
        return (("currency", currency or ""),)

    def _ambiguous(self, intake: ImportRow, name: str, text: str) -> None:
        intake.wrong(
            name,
            N_("{value!r} fits more than one."),
            N_("Write its code, key or address."),
            value=text,
        )
