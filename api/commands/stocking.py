"""`purser stock`, `stock-take`: what lies where, and is it there."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.output import Exit, Json, print_json, print_pairs, print_table

if TYPE_CHECKING:
    from api.http.actions import Act

take = typer.Typer(help="Stock-takes.", no_args_is_help=True)
stock = typer.Typer(help="What lies in stock.", no_args_is_help=True)

Given = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="YYYY-MM-DD.")
]


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.add_typer(stock, name="stock")
    cli.add_typer(take, name="stock-take")


@stock.command("show")
def show_stock(context: typer.Context, json: Json = False) -> int:
    """Show what lies in which room, and what lacks."""
    from api.commands.session import opened
    from inventory.queries.register import stock as queries

    with opened(context) as app, app.engine.connect() as reading:
        rooms, minima = queries.stock_rooms(reading), queries.list_minima(reading)
    if json:
        print_json({"rooms": rooms, "minima": minima})
        return Exit.OK
    head = {"location": "Room", "kind": "Kind", "model": "Model"}
    print_table(rooms, head | {"in_stock": "In stock", "reserved": "Reserved"})
    print_table(minima, head | {"in_stock": "In stock", "minimum": "Minimum"}, "Minima")
    return Exit.OK


@stock.command("reserve")
def reserve(
    context: typer.Context,
    request: Annotated[str, typer.Argument(help="Name of the request.")],
    kind: Annotated[str, typer.Argument(help="Kind of asset.")],
    model: Annotated[str | None, typer.Option(help="Exactly this model.")] = None,
    person: Annotated[str | None, typer.Option(help="For whom.")] = None,
    json: Json = False,
) -> int:
    """Reserve one asset in stock."""
    from api.routes.stock import RESERVE

    given = {"request": request, "kind": kind, "model": model, "person": person}
    return _done(context, RESERVE, given, json)


@take.command("list")
def list_takes(context: typer.Context, json: Json = False) -> int:
    """List stock-takes."""
    from api.commands.session import opened
    from inventory.queries.register import stocktakes

    with opened(context) as app, app.engine.connect() as reading:
        rows = stocktakes.list_stock_takes(reading)
    columns = {"id": "Id", "name": "Name", "state": "State", "location": "Place"}
    return _table(rows, columns | {"expected": "Expected", "scans": "Scans"}, json)


@take.command("show")
def show_take(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="The number the list shows.")],
    json: Json = False,
) -> int:
    """Show how a stock-take stands."""
    from api.commands.session import opened
    from api.compose.wiring import now
    from inventory.queries.register import stocktakes
    from inventory.queries.register.stocktake_names import results_with_names

    with opened(context) as app, app.engine.connect() as reading:
        state = stocktakes.stock_take_status(reading, number, now())
        rows = results_with_names(reading, state.results)
    if json:
        print_json({"counts": state.counts, "results": rows})
        return Exit.OK
    print_pairs(list(state.counts.items()))
    columns = {"outcome": "Outcome", "tag": "Tag", "kind": "Kind", "person": "Person"}
    print_table(rows, columns | {"seen_at": "Seen at", "how": "How"})
    return Exit.OK


@take.command("scan")
def scan(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="The stock-take.")],
    labels: Annotated[list[str], typer.Argument(help="Labels as scanned.")],
    location: Annotated[str | None, typer.Option(help="Code of the place.")] = None,
    json: Json = False,
) -> int:
    """Note labels that were scanned."""
    from api.routes.stock_takes import SCAN

    given = {"take": number, "texts": labels, "location": location}
    return _done(context, SCAN, given, json)


def _table(rows: list[dict[str, Any]], columns: dict[str, str], as_json: bool) -> int:
    if as_json:
        print_json({"items": rows, "next": None})
    else:
        print_table(rows, columns)
    return Exit.OK


def _done(
    context: typer.Context, act: Act, given: dict[str, Any], as_json: bool
) -> int:
    """Carry out an act as the person at this machine, who may do everything."""
    from pydantic import ValidationError

    from api.commands.session import opened
    from api.commands.using import caller
    from api.http.actions import carry_out
    from inventory.kernel.errors import Invalid

    try:
        read = act.given.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Invalid(f"{first['msg']}.", where=place) from error
    with opened(context) as app:
        result = carry_out(app, caller(), act, read)
    if as_json:
        print_json(result)
    else:
        print_pairs([(name.replace("_", " "), value) for name, value in result.items()])
    return Exit.OK


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()
