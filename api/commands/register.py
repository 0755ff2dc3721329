"""`purser asset`, `purser person`, `purser cost-centre`: who has what, who pays."""

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

asset = typer.Typer(help="What the company owns.", no_args_is_help=True)
person = typer.Typer(help="Who works here and holds what.", no_args_is_help=True)
centre = typer.Typer(help="Who pays.", no_args_is_help=True)

Day = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="As of this day; today without."),
]
Number = Annotated[int, typer.Argument(help="The number the list shows.")]


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.add_typer(asset, name="asset")
    cli.add_typer(person, name="person")
    cli.add_typer(centre, name="cost-centre")


@asset.command("list")
def list_assets(
    context: typer.Context,
    search: Words = "",
    kind: Annotated[str | None, typer.Option(help="Only of this kind.")] = None,
    state: Annotated[str | None, typer.Option(help="Only in this state.")] = None,
    sort: Annotated[str, typer.Option(help="tag, kind, state; - to reverse.")] = "tag",
    limit: Limit = 100,
    after: After = None,
    json: Json = False,
) -> int:
    """List assets with their holders."""
    from inventory.queries.register import assets

    wanted = assets.AssetFilter(search=search, kind=kind, state=state)

    def read(connection: Connection) -> Page:
        return assets.list_assets(
            connection, wanted, sort=sort, after=after, limit=limit
        )

    columns = {
        "id": "Id",
        "tag": "Tag",
        "kind": "Kind",
        "manufacturer": "Manufacturer",
        "model": "Model",
        "serial": "Serial",
        "state": "State",
        "holder": "Held by",
        "held_from": "Since",
    }
    return show_page(_read(context, read), columns, as_json=json)


@asset.command("show")
def show_asset(
    context: typer.Context,
    tag: Annotated[str, typer.Argument(help="Its tag, or its number.")],
    day: Day = None,
    json: Json = False,
) -> int:
    """Show an asset: who has it, who pays, what it is on the network."""
    from inventory.assets.register.service import find_by_tag
    from inventory.queries.register.assets import asset_detail

    def read(connection: Connection) -> dict[str, Any] | None:
        found = find_by_tag(connection, tag)
        number = found["id"] if found else int(tag) if tag.isdecimal() else 0
        return asset_detail(connection, number, _day(day))

    found = _found(_read(context, read), f"There is no asset {tag}.")
    if json:
        print_json(found)
        return Exit.OK
    names = (
        "id tag kind name manufacturer model serial state asset_class legal_entity"
        " location purchased_on supplier order_number invoice_number warranty_until"
        " note"
    ).split()
    print_pairs(
        [
            *((name.replace("_", " "), found[name]) for name in names),
            ("cost", _money(found["cost_minor"], found["currency"])),
            ("held by", (found["holder_on_day"] or {}).get("holder")),
            ("cost centre", [_share(each) for each in found["bearing"]["shares"]]),
            ("on the network", [_device(each) for each in found["devices"]]),
        ]
    )
    print_table(found["custody"], _CUSTODY | {"holder": "Holder"}, "Who had it")
    return Exit.OK


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


def _share(each: dict[str, Any]) -> str:
    part = "" if each["ppm"] == 1_000_000 else f" {each['ppm'] / 10_000:g} %"
    return f"{each['code']} {each['name']}{part}"


def _device(each: dict[str, Any]) -> str:
    name = each["name"] or each["address"] or ""
    return f"{each['state']} {name}".strip()
