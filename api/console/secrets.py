"""Secrets for a command: from a prompt, a file or standard input, never an argument."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from getpass import getpass
from pathlib import Path
from typing import Any

from inventory.kernel.errors import Invalid

LARGEST = 1 << 20


def given_secrets(
    wanted: Sequence[str], file: Path | None, private_key: Path | None
) -> dict[str, str]:
    """Return the secrets by name.

    Args:
        wanted: Names of the secrets of this kind of credential.
        file: JSON with them, `-` for standard input; None asks for each.
        private_key: File of a private key.

    Raises:
        Invalid: The file is no such JSON, or there is nobody to ask.
        OSError: A file cannot be read.
    """
    found: dict[str, str] = {}
    if private_key is not None:
        found["private_key"] = private_key.read_text(encoding="ascii")
    if file is not None:
        return found | _from_file(file)
    return found | _asked(name for name in wanted if name != "private_key")


def _from_file(file: Path) -> dict[str, str]:
    text = sys.stdin.read(LARGEST) if str(file) == "-" else file.read_text("utf-8")
    try:
        found: Any = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(
        isinstance(value, str) for value in found.values()
    ):
        raise Invalid(
            "The secrets are not a JSON object of texts.",
            where=str(file),
            remedy='Write {"password": "..."}; the content is not shown here.',
        )
    return found


def _asked(names: Iterable[str]) -> dict[str, str]:
    if not sys.stdin.isatty():
        raise Invalid(
            "There is no terminal to ask for the secrets.",
            where="secrets",
            remedy='Pipe {"password": "..."} and give --secrets-file -.',
        )
    found = {}
    for name in names:
        words = name.replace("_", " ").capitalize()
        if value := getpass(f"{words} (empty for none): "):
            found[name] = value
    return found


def fields_of(given: Iterable[str] | None, user: str | None) -> dict[str, object]:
    """Return the public fields of `NAME=VALUE` texts.

    Raises:
        Invalid: A text has no `=`, or a number is none.
    """
    found: dict[str, object] = {} if user is None else {"user": user}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not equals:
            raise Invalid(f"{name!r} has no value.", where="field", remedy="NAME=VALUE")
        found[name] = _typed(name, value)
    return found


def _typed(name: str, value: str) -> object:
    match name:
        case "jumps":
            return [word.strip() for word in value.split(",") if word.strip()]
        case "agent":
            return value.lower() in ("1", "true", "yes", "on")
        case "port":
            if not value.isdecimal():
                raise Invalid(f"{value!r} is not a port.", where="port")
            return int(value)
        case _:
            return value
