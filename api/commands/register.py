"""`purser person`, `purser cost-centre`: who has what, who pays."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.lists import After, Limit, Words, show_page
from api.commands.output import Exit, Json, print_json, print_pairs, print_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from inventory.storage.paging import Page

person = typer.Typer(help="Who works here and holds what.", no_args_is_help=True)
centre = typer.Typer(help="Who pays.", no_args_is_help=True)

Day = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="As of this day; today without."),
]
Number = Annotated[int, typer.Argument(help="The number the list shows.")]


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.add_typer(person, name="person")
    cli.add_typer(centre, name="cost-centre")


@person.command("list")
def list_people(
    context: typer.Context,
    search: Words = "",
    day: Day = None,
    limit: Limit = 100,
    after: After = None,
    json: Json = False,
) -> int:
    """List persons with their work and how much they hold."""
    from inventory.queries.people import people

    wanted = people.PersonFilter(search=search)

    def read(connection: Connection) -> Page:
        return people.list_people(
            connection, _day(day), wanted, after=after, limit=limit
        )

    columns = {
        "id": "Id",
        "key": "Key",
        "given_name": "Given name",
        "family_name": "Family name",
        "department": "Department",
        "cost_centre": "Cost centre",
        "employed_to": "Employed until",
        "holdings": "Holds",
    }
    return show_page(_read(context, read), columns, as_json=json)


@person.command("show")
def show_person(
    context: typer.Context, number: Number, day: Day = None, json: Json = False
) -> int:
    """Show a person: work, and what he or she holds and held."""
    from inventory.queries.people.people import person_detail

    found = _found(
        _read(context, lambda c: person_detail(c, number, _day(day))),
        f"There is no person {number}.",
    )
    if json:
        print_json(found)
        return Exit.OK
    names = (
        "id key given_name family_name email login number title department"
        " cost_centre cost_centre_name manager location legal_entity employed_from"
        " employed_to"
    ).split()
    print_pairs([(name.replace("_", " "), found[name]) for name in names])
    print_table(found["custody"], _CUSTODY, "What was held")
    return Exit.OK


@centre.command("list")
def list_centres(
    context: typer.Context,
    search: Words = "",
    day: Day = None,
    limit: Limit = 100,
    after: After = None,
    json: Json = False,
) -> int:
    """List cost centres with the number of their people."""
    from inventory.queries.money.cost_centres import list_cost_centres

    def read(connection: Connection) -> Page:
        on = _day(day)
        return list_cost_centres(
            connection, on, search=search, after=after, limit=limit
        )

    columns = {"id": "Id", "code": "Code", "name": "Name", "people": "People"}
    return show_page(_read(context, read), columns, as_json=json)


@centre.command("show")
def show_centre(
    context: typer.Context, number: Number, day: Day = None, json: Json = False
) -> int:
    """Show a cost centre: its people, and the assets it bears."""
    from inventory.queries.money.cost_centres import cost_centre_detail

    found = _found(
        _read(context, lambda c: cost_centre_detail(c, number, _day(day), limit=1000)),
        f"There is no cost centre {number}.",
    )
    if json:
        print_json(found)
        return Exit.OK
    costs = [_money(minor, code) for code, minor in found["cost"].items()]
    print_pairs(
        [
            ("code", found["code"]),
            ("name", found["name"]),
            ("assets", found["asset_count"]),
            ("bears", costs),
        ]
    )
    assets = [row | {"share": f"{row['ppm'] / 10_000:g} %"} for row in found["assets"]]
    columns = {"tag": "Tag", "kind": "Kind", "model": "Model", "share": "Share"}
    print_table(assets, columns, "Assets")
    columns = {"id": "Id", "given_name": "Given name", "family_name": "Family name"}
    print_table(found["people"], columns, "People")
    return Exit.OK


_CUSTODY = {
    "tag": "Tag",
    "kind": "Kind",
    "model": "Model",
    "valid_from": "From",
    "valid_to": "Until",
}


def _read(context: typer.Context, query: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 - whatever the query returns
    from api.commands.session import opened

    with opened(context) as app, app.engine.connect() as connection:
        return query(connection)


def _day(given: datetime | None) -> date:
    from api.compose.wiring import now

    return (given or now()).date()


def _found(row: dict[str, Any] | None, problem: str) -> dict[str, Any]:
    from inventory.kernel.errors import NotFound

    if row is None:
        raise NotFound(problem)
    return row


def _money(minor: int | None, currency: str | None) -> str:
    from inventory.kernel.money import Money

    return "" if minor is None or currency is None else str(Money(minor, currency))
