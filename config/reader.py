"""Find the settings file, read it, merge the variables, and explain mistakes.

    SettingsError                what the user reads; carries `Mistake`s

A mistake names where it is (file or variable), the dotted key, and the remedy, and
never the value: a secret in the wrong place must not reach the screen. Imports
`config.settings` only.
"""

from __future__ import annotations

import difflib
import tomllib
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_config_path
from pydantic import BaseModel, ValidationError
from pydantic_settings import SettingsError as SourceError

from config.settings import Settings

FILE_NAME = "purser.toml"
PREFIX = "PURSER_"
_NOT_SETTINGS = {"PURSER_CONFIG"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong in the settings.

    Attributes:
        where: The file or the environment variable.
        key: The dotted key, e.g. `scan.rate` or `credentials.snmp[0].community`.
        problem: What is wrong, without the value.
        remedy: What to do.
    """

    where: str
    key: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Return the mistake as one line for a person."""
        key = f"{self.key}: " if self.key else ""
        return f"{self.where}: {key}{self.problem}. {self.remedy}"


class SettingsError(Exception):
    """The settings cannot be used."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def find_file(
    explicit: Path | None, environ: Mapping[str, str], folder: Path
) -> Path | None:
    """Return the settings file in use, or None where there is none.

    The order is `--config`, `PURSER_CONFIG`, `purser.toml` in `folder`, the user's
    configuration folder. A file asked for by name must exist.

    Raises:
        SettingsError: The named file is not there.
    """
    named = explicit or (Path(environ["PURSER_CONFIG"]) if _named(environ) else None)
    if named is not None:
        named = named.expanduser()
        if not named.is_file():
            source = "--config" if explicit else "PURSER_CONFIG"
            raise SettingsError(
                [
                    Mistake(
                        str(named),
                        "",
                        "there is no such file",
                        f"Create it or correct {source}",
                    )
                ]
            )
        return named
    candidates = (folder / FILE_NAME, user_config_path("purser", False) / FILE_NAME)
    return next((path for path in candidates if path.is_file()), None)


def load(file: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read `file` and the `PURSER_*` variables of the process into `Settings`.

    Args:
        file: As `find_file` returned it; None for variables and defaults only.
        environ: The process environment, to name the source of a mistake.

    Raises:
        SettingsError: Anything a person has to mend, all mistakes at once.
    """
    table = _read(file) if file is not None else {}
    unknown = list(_unknown_variables(environ))
    try:
        settings = Settings(**table)
    except ValidationError as error:
        raise SettingsError([*unknown, *_explain(error, file, environ)]) from None
    except SourceError as error:
        raise SettingsError([*unknown, _bad_variable(error)]) from None
    if unknown:
        raise SettingsError(unknown)
    return settings


def _named(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("PURSER_CONFIG"))


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        # The message ends in "(at line 3, column 7)"; it quotes no values.
        problem, remedy = f"not valid TOML: {error}", "Correct that line"
    except UnicodeDecodeError:
        problem, remedy = "not UTF-8 text", "Save the file as UTF-8"
    except OSError as error:
        problem, remedy = f"cannot be read: {error.strerror}", "Check its permissions"
    raise SettingsError([Mistake(str(file), "", problem, remedy)])


def _explain(
    error: ValidationError, file: Path | None, environ: Mapping[str, str]
) -> Iterable[Mistake]:
    for item in error.errors(include_url=False, include_input=False):
        loc = item["loc"]
        yield Mistake(
            where=_where(loc, file, environ),
            key=dotted(loc),
            problem=_problem(item["type"], item["msg"]),
            remedy=_remedy(item["type"], loc),
        )


def _where(
    loc: tuple[int | str, ...], file: Path | None, environ: Mapping[str, str]
) -> str:
    present = {name.upper() for name in environ}
    words = [str(part).upper() for part in loc if isinstance(part, str)]
    for length in range(len(words), 0, -1):
        name = PREFIX + "__".join(words[:length])
        if name in present:
            return name
    return str(file) if file is not None else "settings"


def dotted(loc: Iterable[int | str]) -> str:
    """Return a pydantic location as a dotted key: `sites[0].name`."""
    key = ""
    for part in loc:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else part
    return key


def _problem(kind: str, message: str) -> str:
    match kind:
        case "extra_forbidden":
            return "unknown key"
        case "missing":
            return "is missing"
        case _:
            text = message.removeprefix("Value error, ").removeprefix("Input ")
            return text[0].lower() + text[1:]


def _remedy(kind: str, loc: tuple[int | str, ...]) -> str:
    model, field = _locate(loc)
    if kind == "extra_forbidden":
        return _suggest(str(loc[-1]), model.model_fields, "The keys here are")
    if field is not None and field.description:
        return f"Give {field.description}"
    return "Correct it"


def _suggest(word: str, known: Iterable[str], label: str) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]}?"
    return f"{label} {', '.join(names)}"


def _locate(loc: Iterable[int | str]) -> tuple[type[BaseModel], Any]:
    """Walk the models along a location: the innermost model, and the last field."""
    model: type[BaseModel] = Settings
    field = None
    for part in loc:
        if isinstance(part, int):
            continue
        if field is not None:
            model = _model_in(field.annotation) or model
        field = model.model_fields.get(part)
        if field is None:
            break
    return model, field


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - typing forms have no common type
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(part) for part in typing.get_args(annotation))
    return next((model for model in found if model is not None), None)


def _unknown_variables(environ: Mapping[str, str]) -> Iterable[Mistake]:
    for name in sorted(environ):
        upper = name.upper()
        if not upper.startswith(PREFIX) or upper in _NOT_SETTINGS:
            continue
        path = upper.removeprefix(PREFIX).lower().split("__")
        if path[0] not in Settings.model_fields:
            known = [PREFIX + field.upper() for field in _variables()]
            yield Mistake(
                name,
                "",
                "unknown variable",
                _suggest_variable(upper, known),
            )


def _variables() -> Iterable[str]:
    for name, field in Settings.model_fields.items():
        section = _model_in(field.annotation)
        yield name
        if section is not None:
            yield from (f"{name}__{key}" for key in section.model_fields)


def _suggest_variable(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]}?"
    return "Remove it; sections are written PURSER_SCAN__RATE"


def _bad_variable(error: SourceError) -> Mistake:
    # pydantic-settings names the field, never the value, in its message.
    words = str(error).split('"')
    name = words[1] if len(words) > 1 else "?"
    return Mistake(
        PREFIX + name.upper(),
        name,
        "not valid JSON",
        'Lists and tables are written as JSON, e.g. \'[{"name": "HQ"}]\'',
    )
