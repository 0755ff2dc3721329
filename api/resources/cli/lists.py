"""`purser <command> list|show` of every resource; acts are in `acts`.

Options are the filters of the question; `--filter` takes the lookups. The commands of
a resource are made when its group is used, so that `purser --help` loads none.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from api.console.output import (
    Exit,
    Json,
    print_json,
    print_pairs,
    print_table,
    say,
)
from api.resources.registry import ENTRIES, Entry, resource

if TYPE_CHECKING:
    from pydantic import BaseModel

    from api.http.auth import Caller
    from api.resources.listing import ListCall
    from api.resources.resource import Resource

Limit = Annotated[int, typer.Option(min=1, max=1000, help="Rows on a page.")]
After = Annotated[str | None, typer.Option(help="`next` of the page before.")]
Fields = Annotated[str, typer.Option(help="Columns, with commas, in this order.")]
Filters = Annotated[
    list[str] | None,
    typer.Option(
        "--filter", "-f", metavar="NAME__LOOKUP=VALUE", help="A lookup; repeated."
    ),
]
Export = Annotated[
    Path | None,
    typer.Option(help="Write all rows to this file: .csv, .xlsx or .jsonl."),
]
Csv = Annotated[bool, typer.Option("--csv", help="Print all rows as CSV.")]
Day = Annotated[str | None, typer.Option(help="As of this day; today without.")]
Named = Annotated[str, typer.Argument(help="Its id, or a name that only it has.")]

_GROUPS: dict[str, typer.Typer] = {}


def group(command: str) -> typer.Typer:
    """Return the commands of a resource; commands by hand may be added to them."""
    if command not in _GROUPS:
        entry = next(one for one in ENTRIES if one.command == command)
        _GROUPS[command] = typer.Typer(
            help=entry.about, cls=_lazy(entry), no_args_is_help=True
        )
    return _GROUPS[command]


def register(cli: typer.Typer) -> None:
    """Add the commands of all resources to the command line."""
    for entry in ENTRIES:
        cli.add_typer(group(entry.command), name=entry.command)


def _lazy(entry: Entry) -> type[TyperGroup]:
    class ResourceGroup(TyperGroup):
        """Commands that are made when they are asked for."""

        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401
            self._make()
            return super().list_commands(ctx)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401
            self._make()
            return super().get_command(ctx, cmd_name)

        def _make(self) -> None:
            for name, command in _made(entry).items():
                self.commands.setdefault(name, command)

    return ResourceGroup


def _made(entry: Entry) -> Mapping[str, Any]:
    """Return the commands of a resource by name."""
    from api.resources.cli.acts import add_acts
    from api.resources.cli.extracts import add_extracts

    found = resource(entry.name)
    made = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
    made.callback()(lambda: None)
    add_list(made, found)
    if found.detail is not None and found.get is not None:
        add_show(made, found)
    add_acts(made, found)
    add_extracts(made, found)
    return typer.main.get_group(made).commands


def local_caller() -> Caller:
    """Return the person at this machine, who may do everything."""
    from api.console.session import actor
    from api.http.auth import Caller, Role

    return Caller(actor(), actor(), frozenset(Role))


def add_list(commands: typer.Typer, found: Resource[Any]) -> None:
    """Add `list` to the commands of a resource."""

    def run(context: typer.Context, **given: Any) -> int:  # noqa: ANN401
        from api.console.session import opened
        from api.resources.listing import read_page, viewer_of

        as_json, export, csv = (given.pop(n) for n in ("json", "export", "csv"))
        call = _call(found, given, export, as_csv=csv)
        with opened(context) as app, app.engine.connect() as connection:
            viewer = viewer_of(app, local_caller(), call.day)
            if call.format != "json":
                return _write(found, connection, viewer, call, export)
            rows, after = read_page(found, connection, viewer, call)
        if as_json:
            print_json({"items": rows, "next": after})
            return Exit.OK
        return _show(found, rows, after, call)

    options = [
        *_filters(found),
        parameter("filter", Filters, None),
        parameter("sort", Annotated[str, typer.Option(help=_sorts(found))], found.sort),
        parameter("fields", Fields, ""),
        parameter("limit", Limit, 100),
        parameter("after", After, None),
        parameter("export", Export, None),
        parameter("csv", Csv, False),
        parameter("json", Json, False),
    ]
    if found.list_as_of:
        options.insert(-4, parameter("as_of", Day, None))
    signed(run, options)
    title = found.name.replace("-", " ")
    commands.command("list", help=f"List {title}.")(run)


def _filters(found: Resource[Any]) -> list[inspect.Parameter]:
    from api.resources.declare import choices_of
    from api.resources.lookups import plain_type

    options = []
    for name, choice in choices_of(found.question).items():
        kind = plain_type(found.question.model_fields[name].annotation)
        option = bool | None if kind is bool else str | None
        about = typer.Option(help=choice.about or f"{choice.title}.")
        options.append(parameter(name, Annotated[option, about], None))
    return options


def _sorts(found: Resource[Any]) -> str:
    from api.resources.declare import columns_of

    names = [name for name, one in columns_of(found.rows).items() if one.sort]
    return f"{', '.join(names)}; - to reverse."


def _call(
    found: Resource[Any],
    given: dict[str, Any],
    export: Path | None,
    *,
    as_csv: bool,
) -> ListCall:
    from starlette.datastructures import QueryParams

    from api.resources.listing import list_call, list_parameters, parameters_of

    pairs = [tuple(one.split("=", 1)) for one in given.pop("filter") or ()]
    for pair in pairs:
        if len(pair) != 2:
            raise typer.BadParameter(f"{pair[0]!r} is not NAME=VALUE.")
    pairs += [(n, _text(v)) for n, v in given.items() if v not in (None, "")]
    if as_csv or export is not None:
        form = "csv" if export is None else export.suffix.removeprefix(".").lower()
        pairs.append(("format", form))
    sent = parameters_of(QueryParams(pairs), list_parameters(found))
    call: ListCall = checked(lambda: list_call(found, sent))
    return call


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _write(
    found: Resource[Any],
    connection: Any,  # noqa: ANN401
    viewer: Any,  # noqa: ANN401
    call: ListCall,
    export: Path | None,
) -> int:
    from api.resources import sheets
    from api.resources.listing import read_all, shown_fields

    names = shown_fields(found, viewer.caller, call)
    rows = read_all(found, connection, viewer, call)
    pieces = sheets.pieces(call.format, found.name, names, sheets.begun(rows))
    if export is None:
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.flush()
        return Exit.OK
    with export.open("wb") as file:
        file.writelines(pieces)
    say(f"Written to {export}.")
    return Exit.OK


def _show(
    found: Resource[Any], rows: Sequence[Any], after: str | None, call: ListCall
) -> int:
    from api.resources.declare import columns_of

    if not rows:
        print("Nothing matches.")
        return Exit.OK
    columns = columns_of(found.rows)
    names = call.fields or [
        name for name, one in columns.items() if one.shown or name == "id"
    ]
    titles = {n: columns[n].title if n in columns else n for n in names}
    print_table(rows, titles | ({"id": "Id"} if "id" in titles else {}))
    if after is not None:
        say(f"There is more: --after {after}")
    return Exit.OK


def add_show(commands: typer.Typer, found: Resource[Any]) -> None:
    """Add `show` to the commands of a resource."""

    def run(context: typer.Context, name: str, **given: Any) -> int:  # noqa: ANN401
        from datetime import date

        from api.console.session import opened
        from api.resources.listing import viewer_of

        day = given.get("as_of")
        as_of = checked(lambda: date.fromisoformat(day)) if day else None
        with opened(context) as app, app.engine.connect() as connection:
            number = found.resolve(connection, name)
            viewer = viewer_of(app, local_caller(), as_of)
            whole = found.whole(connection, number, viewer)
        if given["json"]:
            print_json(whole)
        else:
            print_whole(whole)
        return Exit.OK

    options = [parameter("json", Json, False)]
    if found.as_of:
        options.insert(0, parameter("as_of", Day, None))
    noun = found.reference.noun if found.reference else found.name
    signed(run, [parameter("name", Named), *options])
    commands.command("show", help=f"Show one {noun}.")(run)


def print_whole(whole: Mapping[str, Any]) -> None:
    """Print one thing: values below one another, then its lists as tables."""
    lists = {n: v for n, v in whole.items() if _is_table(v)}
    print_pairs(
        [
            (name.replace("_", " "), _flat(value))
            for name, value in whole.items()
            if name not in lists
        ]
    )
    for name, rows in lists.items():
        heads = {key: key.replace("_", " ").capitalize() for key in rows[0]}
        print_table(
            [{key: _flat(value) for key, value in row.items()} for row in rows],
            heads,
            name.replace("_", " ").capitalize(),
        )


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _flat(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Mapping):
        parts = ((key, _flat(one)) for key, one in value.items())
        return [f"{key} {one}" for key, one in parts if one not in (None, "", [])]
    if isinstance(value, list):
        return [_flat(one) for one in value]
    return value


def parameter(
    name: str,
    kind: Any,  # noqa: ANN401
    default: Any = inspect.Parameter.empty,  # noqa: ANN401
) -> inspect.Parameter:
    """Return an option or an argument, for `signed`."""
    where = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, where, annotation=kind, default=default)


def signed(run: Any, options: Sequence[inspect.Parameter]) -> None:  # noqa: ANN401
    """Give a function the options that typer shall read."""
    where = inspect.Parameter.POSITIONAL_OR_KEYWORD
    context = inspect.Parameter("context", where, annotation=typer.Context)
    every = [context, *options]
    run.__signature__ = inspect.Signature(every)
    run.__annotations__ = {one.name: one.annotation for one in every}


def checked(read: Callable[[], Any]) -> Any:  # noqa: ANN401
    """Return what `read` returns; a value that is not accepted is a usage error."""
    from pydantic import ValidationError

    try:
        return read()
    except ValidationError as error:
        lines = [
            f"{_option(one['loc'])}: {one['msg']}."
            for one in error.errors(include_url=False)
        ]
        raise typer.BadParameter("\n".join(lines)) from error
    except ValueError as error:
        raise typer.BadParameter(f"{error}.") from error


def _option(place: Sequence[int | str]) -> str:
    return "--" + ".".join(str(one) for one in place).replace("_", "-")


def model_of(values: Mapping[str, Any], model: type[BaseModel]) -> Any:  # noqa: ANN401
    """Return the input that options make."""
    return checked(lambda: model.model_validate(dict(values)))
