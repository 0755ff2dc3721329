"""`purser <command> create|edit|delete|<verb>`: acts, with the options of their inputs.

    create         purser asset create --kind laptop --serial A1
    update         purser asset edit IT-1 IT-2 --location R1
    delete         purser place delete R1
    others         purser asset retire IT-1 --reason old
    on the list    purser asset check-out IT-1 IT-2 --holder sari@example.com

`--preview` says what would come of it; what is dangerous is asked for once more, but
for `--yes`. An option that is `null` empties the field. `--set NAME=VALUE` gives what
has fields of its own by its type: `schedule record-event A:IFRS --type add-cost --set
amount=350.00`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import typer

from api.console.output import Exit, Json, print_json, say
from api.resources.cli.options import (
    Named,
    local_caller,
    model_of,
    parameter,
    signed,
)
from api.resources.cli.whole import print_whole

if TYPE_CHECKING:
    import inspect

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

    from api.compose.wiring import App
    from api.http.actions import Act
    from api.resources.perform import Answer, Call
    from api.resources.resource import Resource
    from inventory.storage.work import UnitOfWork

_WORDS = {"update": "edit"}
Preview = Annotated[bool, typer.Option("--preview", help="Only say what would be.")]
FromFile = Annotated[
    Path | None,
    typer.Option("--file", help="YAML with the fields; options outrank it."),
]
FromTable = Annotated[
    Path | None,
    typer.Option(help="A table of them, CSV or XLSX: a column a field."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask once more.")]
Background = Annotated[
    bool, typer.Option("--background", help="Leave it to who works on jobs.")
]
OwnFields = Annotated[
    list[str] | None,
    typer.Option("--set", help="Fields of its type. NAME=VALUE, repeated."),
]
SomeNamed = Annotated[list[str], typer.Argument(help="Ids or names, one or several.")]


def add_acts(commands: typer.Typer, resource: Resource[Any]) -> None:
    """Add the acts of a resource to its commands."""
    for act in resource.acts:
        _add(commands, resource, act)


def _add(commands: typer.Typer, resource: Resource[Any], act: Act) -> None:
    from api.resources.perform import body_model

    body = body_model(act)
    listed = _listed(act, body)

    def run(context: typer.Context, **given: Any) -> int:  # noqa: ANN401
        from api.console.session import opened

        as_json, preview, yes = given.pop("json"), given.pop("preview", False), True
        background = given.pop("background", False)
        if act.danger:
            yes = given.pop("yes")
        names = given.pop("names", None)
        file = given.pop("file") if act.from_file else None
        own = _own(given.pop("own_fields", None) or [])
        if listed and names:
            given[listed] = names
        tables = {name: given.pop(f"{name}_file") for name in _row_fields(body)}
        values = {n: _value(body, n, v) for n, v in given.items() if v is not None}
        values |= {n: _rows(body, n, one) for n, one in tables.items() if one}
        values = own | {name: value for name, value in values.items() if value != []}
        if act.from_file and file is not None:
            values = _from_file(file) | values
        with opened(context) as app:
            order = _Order(resource, act, body, values, _refs(act, names, listed))
            if not (yes or preview or order.is_sure(app)):
                return Exit.CANCELLED
            if background:
                return order.leave(app, as_json=as_json)
            answers = order.carry_out(app, preview=preview)
        return _tell(act, answers, preview=preview, as_json=as_json)

    signed(run, _options(act, body, listed))
    word = _WORDS.get(act.verb, act.verb)
    commands.command(word, help=act.summary)(run)


def _options(
    act: Act, body: type[BaseModel], listed: str | None
) -> list[inspect.Parameter]:
    """Return the arguments and options of the command of an act."""
    options: list[inspect.Parameter] = []
    if listed:
        options.append(parameter("names", SomeNamed))
    elif _on_one(act):
        options.append(parameter("names", SomeNamed if act.many else Named))
    options += [
        _option(name, field)
        for name, field in body.model_fields.items()
        if name != listed
    ]
    options += [
        parameter(f"{name}_file", FromTable, None) for name in _row_fields(body)
    ]
    if body.model_config.get("extra") == "allow":
        options.append(parameter("own_fields", OwnFields, None))
    if act.from_file:
        options.append(parameter("file", FromFile, None))
    if act.preview and not act.alone:
        options.append(parameter("preview", Preview, False))
    if act.long is not None:
        options.append(parameter("background", Background, False))
    if act.danger:
        options.append(parameter("yes", Yes, False))
    return [*options, parameter("json", Json, False)]


def _from_file(file: Path) -> dict[str, Any]:
    """Return the fields that a YAML file gives.

    Raises:
        Invalid: It cannot be read, or is not a mapping.
    """
    import yaml

    from inventory.kernel.errors import Invalid
    from inventory.kernel.texts import N_

    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Invalid(f"{error}.", where=str(file)) from error
    if not isinstance(found, dict):
        raise Invalid(N_("The file is not a mapping of fields."), where=str(file))
    return {str(name).replace("-", "_"): value for name, value in found.items()}


def _on_one(act: Act) -> bool:
    return act.on == "one" and act.verb != "create"


def _listed(act: Act, body: type[BaseModel]) -> str:
    """Return the field of an act on the list that names its things; else empty."""
    from api.resources.references import refs_in

    if act.on != "list":
        return ""
    return next((name for name, (_, many) in refs_in(body).items() if many), "")


def _refs(act: Act, names: str | list[str] | None, listed: str) -> list[str | None]:
    if listed or not _on_one(act) or names is None:
        return [None]
    return [names] if isinstance(names, str) else list(names)


def _call(app: App) -> Call:
    from api.http.actions import public_url
    from api.resources.listing import viewer_of
    from api.resources.perform import Call

    return Call(app, viewer_of(app, local_caller()), public_url(app))


@dataclass(frozen=True, slots=True)
class _Order:
    """An act that is asked for.

    Attributes:
        body: Model of its input.
        values: The input, as it was typed.
        refs: What it is done to; None alone: to the list.
    """

    resource: Resource[Any]
    act: Act
    body: type[BaseModel]
    values: Mapping[str, Any]
    refs: Sequence[str | None]

    def each(self) -> Iterator[tuple[str | None, BaseModel]]:
        """Yield each thing with the checked input."""
        for ref in self.refs:
            yield ref, model_of(self.values, self.body)

    def is_sure(self, app: App) -> bool:
        """Say what it will end or destroy, and ask once more."""
        from api.resources.perform import foretold

        resource, act, call = self.resource, self.act, _call(app)
        with app.work(local_caller().actor, looking=True) as work:
            for ref, given in self.each():
                for line in foretold(resource, act, call, work, given, ref):
                    say(line)
        things = ", ".join(filter(None, self.refs))
        return typer.confirm(f"{act.summary} {things}\nDo it?", err=True)

    def carry_out(self, app: App, *, preview: bool) -> list[Answer]:
        """Do it to each, all or nothing."""
        from api.console.background import counter
        from api.resources.perform import perform, read_back

        call = replace(_call(app), tell=counter(quiet=self.act.long is None))

        def attempt(work: UnitOfWork) -> list[Answer]:
            answers = []
            for ref, given in self.each():
                done = perform(self.resource, self.act, call, work, given, ref)
                answers.append(read_back(self.resource, self.act, call, work, done))
            return answers

        if preview:
            return app.tried(local_caller().actor, attempt)
        with app.work(local_caller().actor) as work:
            answers = attempt(work)
            work.commit()
        return answers

    def leave(self, app: App, *, as_json: bool) -> int:
        """Leave it to who works on jobs."""
        from api.console.background import leave
        from api.jobs.long_requests import request_of_act
        from api.resources.perform import check_call

        call, asked, name = _call(app), [], self.resource.name
        for ref, given in self.each():
            thing = check_call(self.resource, self.act, call, given, ref)
            said = given.model_dump(mode="json", exclude_unset=True)
            asked.append(request_of_act(name, self.act, thing, said, call.base))
        return leave(app, asked, as_json=as_json)


def _short(thing: Mapping[str, Any]) -> dict[str, Any]:
    """Return a thing without what it holds; `show` tells that."""
    return {n: v for n, v in thing.items() if not isinstance(v, list | Mapping)}


def _tell(act: Act, answers: list[Answer], *, preview: bool, as_json: bool) -> int:
    bodies = [one.body for one in answers if one.body is not None]
    if preview:
        say("Nothing is written; this is what would come of it.")
    if as_json:
        print_json(bodies[0] if len(bodies) == 1 else {"items": bodies})
        return Exit.OK
    for body in bodies:
        print_whole(body if act.answer else _short(body))
    if not bodies:
        print("Done.")
    return Exit.OK


def _option(name: str, field: FieldInfo) -> inspect.Parameter:
    from api.resources.declare import FILE_KINDS, Input

    said = next((one for one in field.metadata if isinstance(one, Input)), None)
    text = field.description or (said and (said.about or said.hint or said.title)) or ""
    if text and not text.endswith("."):
        text += "."
    if field.is_required():
        text = f"{text} Needed.".strip()
    kind: Any = str | None
    if said is not None and said.kind in FILE_KINDS:
        kind, text = Path | None, f"A file: {said.hint or said.title}"
    elif _has(field.annotation, bool):
        kind = bool | None
    elif _has(field.annotation, list) or _has(field.annotation, dict):
        kind = list[str] | None
        if _has(field.annotation, dict):
            text = f"{text} KEY=VALUE, repeated.".strip()
    return parameter(name, Annotated[kind, typer.Option(help=text)], None)


def _has(annotation: Any, kind: type) -> bool:  # noqa: ANN401
    if annotation is kind or get_origin(annotation) is kind:
        return True
    if get_origin(annotation) in (list, dict):
        return False
    return any(_has(one, kind) for one in get_args(annotation))


def _value(model: type[BaseModel], name: str, value: Any) -> Any:  # noqa: ANN401
    """Return an option as the model takes it."""
    if value == "null":
        return None
    if isinstance(value, Path):
        return _of_file(model.model_fields[name], value)
    annotation = model.model_fields[name].annotation
    if _has(annotation, dict):
        pairs = [one.partition("=") for one in value]
        if not _has(annotation, str):
            return {key: _json_or_text(text) for key, _, text in pairs}
        if len(value) == 1 and not pairs[0][1]:
            return value[0]
        return {key: text for key, _, text in pairs}
    if isinstance(value, list):
        return [_json_or_text(one) if one[:1] == "{" else one for one in value]
    return (
        _json_or_text(value) if isinstance(value, str) and value[:1] == "{" else value
    )


def _row_fields(body: type[BaseModel]) -> list[str]:
    """Return the fields that are lists of things with fields of their own."""
    from api.resources.annotations import row_in

    return [n for n, one in body.model_fields.items() if row_in(one.annotation)]


def _rows(body: type[BaseModel], name: str, file: Path) -> list[dict[str, str]]:
    """Return the rows that a spreadsheet gives for a field.

    Raises:
        Invalid: It cannot be read, or has columns that a row has not.
    """
    from api.resources.annotations import row_in
    from inventory.bulk.files.named_rows import rows_of_file
    from inventory.kernel.errors import Invalid

    row = row_in(body.model_fields[name].annotation)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Invalid(f"{error}.", where=str(file)) from error
    return rows_of_file(data, list(row.model_fields) if row else [])


def _own(given: list[str]) -> dict[str, Any]:
    """Return what `--set NAME=VALUE` gives; a number stays text, which is exact."""
    pairs = (one.partition("=") for one in given)
    return {
        name.strip().replace("-", "_"): text
        if text[:1].isdigit() or text[:1] == "-"
        else _json_or_text(text)
        for name, _, text in pairs
    }


def _of_file(field: FieldInfo, file: Path) -> str:
    """Return the content of a file as a field takes it.

    Raises:
        Invalid: It cannot be read.
    """
    from api.resources.declare import Input
    from inventory.kernel.errors import Invalid

    asked = next(one for one in field.metadata if isinstance(one, Input))
    try:
        return asked.of_file(file.read_bytes())
    except OSError as error:
        raise Invalid(f"{error}.", where=str(file)) from error


def _json_or_text(text: str) -> Any:  # noqa: ANN401
    try:
        return json.loads(text, parse_float=str)  # 0.1 is exact as text
    except ValueError:
        return text
