"""What the commands of resources share: options, input that is checked, output."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console.output import print_pairs, print_table

if TYPE_CHECKING:
    from pydantic import BaseModel

    from api.http.callers import Caller

Named = Annotated[str, typer.Argument(help="Its id, or a name that only it has.")]


def local_caller() -> Caller:
    """Return the person at this machine, who may do everything."""
    from api.console.session import actor
    from api.http.callers import Caller, Role

    return Caller(actor(), actor(), frozenset(Role))


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
