"""What the commands of resources share: options, input that is checked, output."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console.output import say

if TYPE_CHECKING:
    from pydantic import BaseModel

    from api.http.callers import Caller

Named = Annotated[str, typer.Argument(help="Its id, or a name that only it has.")]


def local_caller() -> Caller:
    """Return the person at this machine, who may do everything."""
    from api.console.session import actor
    from api.http.callers import Caller, Role

    return Caller(actor(), actor(), frozenset(Role))


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


def mapping_of(columns: Sequence[str]) -> dict[str, str]:
    """Return heading -> field of a table as `--column HEADING=FIELD` tells them."""
    found = {}
    for one in columns:
        head, equals, name = one.rpartition("=")
        if not equals:
            raise typer.BadParameter(f"{one!r} is not HEADING=FIELD.")
        found[head] = name
    return found


def say_unread(columns: Mapping[str, str | None]) -> None:
    """Name the columns of a table that were not read, and how to read them."""
    unread = [head for head, name in columns.items() if name is None]
    if unread:
        say(f"Not read: {', '.join(unread)} (read one by --column HEADING=FIELD).")
