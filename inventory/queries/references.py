"""What a text names: an asset by label or serial, a person, a place.

Imports `assets` and `people`.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from inventory.assets.custody.rules import HolderKind
from inventory.assets.identifiers.rules import IdentifierKind
from inventory.assets.identifiers.service import asset_by_identifier
from inventory.assets.register.service import find_by_serial, find_by_tag
from inventory.kernel.errors import Invalid, InvalidRows, NotFound, RowProblem
from inventory.kernel.texts import N_
from inventory.people.organisation import unit_named
from inventory.people.tables import Person
from inventory.storage.rows import Row, col, id_of


def assets_named(connection: Connection, text: str) -> list[tuple[str, Row]]:
    """Return the assets that a text names, each with what named it.

    What is read from a label, typed or scanned may be a tag, a serial, a MAC, an IMEI
    or a UUID; all are tried, in this order, and an asset occurs once.
    """
    text = text.strip()
    found: list[tuple[str, Row]] = []
    asset_ids_of = find_by_tag(connection, text)
    if asset_ids_of is not None:
        found.append(("tag", asset_ids_of))
    found += [("serial", row) for row in find_by_serial(connection, text)]
    for kind in IdentifierKind:
        try:
            row = asset_by_identifier(connection, kind, text)
        except Invalid:
            continue
        if row is not None:
            found.append((kind.value, row))
    first: dict[int, tuple[str, Row]] = {}
    for how, row in found:
        first.setdefault(row["id"], (how, row))
    return list(first.values())


def asset_ids_of(connection: Connection, texts: Iterable[str]) -> list[int]:
    """Return the ids of assets by tag, or by a serial that only one of them has.

    Raises:
        InvalidRows: Some texts name no asset, or several; each is listed.
    """
    found: list[int] = []
    problems: list[RowProblem] = []
    for number, text in enumerate(texts, 1):
        text = text.strip()
        asset = find_by_tag(connection, text)
        same = [asset] if asset else find_by_serial(connection, text)
        if len(same) == 1:
            found.append(int(same[0]["id"]))
            continue
        what = (
            N_("Several assets have the tag or serial {value!r}.")
            if same
            else N_("There is no asset with the tag or serial {value!r}.")
        )
        advice = N_("Give its tag.")
        problems.append(RowProblem(text, number, "tags", what, advice, {"value": text}))
    if problems:
        raise InvalidRows(problems)
    return found


def holder_named(connection: Connection, kind: HolderKind, text: str) -> int:
    """Return the id of who or what can hold assets.

    Args:
        connection: Where to look.
        kind: Person, team, place or asset.
        text: Of a person key, login, e-mail address or id; of a place or a team its
            code; of an asset its tag.

    Raises:
        NotFound: Nobody and nothing is called so.
        Invalid: Several persons are.
    """
    if kind is HolderKind.ASSET:
        return asset_ids_of(connection, [text])[0]
    if kind is HolderKind.PERSON:
        return person_named(connection, text)
    return unit_named(connection, kind.value, text)


def person_named(connection: Connection, text: str) -> int:
    """Return the id of a person by key, login, e-mail address, name or id.

    Raises:
        NotFound: Nobody is called so.
        Invalid: Several persons are.
    """
    word = text.strip().casefold()
    name = func.lower(col(Person.given_name) + " " + col(Person.family_name))
    for condition in (
        (col(Person.key) == text.strip())
        | (col(Person.login) == word)
        | (col(Person.email) == word),
        func.trim(name) == word,
        id_of(Person) == (int(word) if word.isdecimal() and len(word) < 10 else 0),
    ):
        ids = list(connection.execute(select(id_of(Person)).where(condition)).scalars())
        if len(ids) > 1:
            raise Invalid(
                N_("Several persons are called {given!r}."),
                where="holder",
                remedy=N_("Give the key, the login or the e-mail address."),
                given=text,
            )
        if ids:
            return int(ids[0])
    raise NotFound(N_("There is no person {given!r}."), where="holder", given=text)
