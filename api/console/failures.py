"""An exception -> what is wrong, what to do, and the exit code. Imported on failure."""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass

from api.compose.rulebooks import DataError
from api.compose.wiring import SettingsError
from api.console.output import Exit, say
from api.http.errors import ApiError
from collectors.errors import CollectError
from collectors.office.errors import OfficeError
from inventory.kernel.errors import Invalid, InvalidRows, InventoryError, StorageError


@dataclass(frozen=True, slots=True)
class Failure:
    """What the user reads.

    Attributes:
        code: A stable word, as the API's problem types.
        lines: What is wrong, one sentence a line.
        remedy: What to do; empty where the lines say it.
        exit: The exit code.
    """

    code: str
    lines: tuple[str, ...]
    remedy: str
    exit: Exit


def explain(error: Exception) -> Failure:
    """Return what the user should read of an error."""
    match error:
        case SettingsError():
            lines = tuple(str(mistake) for mistake in error.mistakes)
            return Failure("settings", lines, "", Exit.USAGE)
        case InvalidRows():
            lines = (error.problem, *(str(row) for row in error.problems))
            return Failure(error.code, lines, error.remedy, Exit.FAILED)
        case InventoryError():
            place = f"{error.where}: " if error.where else ""
            lines = (place + error.problem,)
            return Failure(error.code, lines, error.remedy, _exit(error))
        case ApiError():
            return Failure(error.code, (error.problem,), error.mend, Exit.FAILED)
        case DataError():
            remedy = "Correct that line, or restore the file."
            return Failure("data", (str(error),), remedy, Exit.USAGE)
        case OfficeError():
            remedy = "Stop the program that has it; another demo may be running."
            return Failure("office", (str(error),), remedy, Exit.FAILED)
        case CollectError():
            remedy = "Check address, port and credentials; `purser doctor` helps."
            return Failure(error.reason, (str(error),), remedy, Exit.FAILED)
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            line = f"{where}{error.strerror or error}."
            remedy = "Check the path, its permissions and the free space."
            return Failure("system", (line,), remedy, Exit.FAILED)
        case _:
            line = f"Something unforeseen went wrong: {type(error).__name__}: {error}"
            remedy = "Run the command again as `purser --debug ...` and report it."
            return Failure("internal", (line,), remedy, Exit.FAILED)


def _exit(error: InventoryError) -> Exit:
    match error:
        case StorageError():
            return Exit.DATABASE
        case Invalid():
            return Exit.USAGE
        case _:
            return Exit.FAILED


def report(error: Exception, *, as_json: bool, debug: bool) -> Exit:
    """Print an error to standard error and return the exit code."""
    failure = explain(error)
    if debug:
        traceback.print_exception(error)
    if as_json:
        import json

        body = {
            "error": failure.code,
            "problems": failure.lines,
            "remedy": failure.remedy,
        }
        print(json.dumps(body, ensure_ascii=False), file=sys.stderr)
        return failure.exit
    for line in failure.lines:
        say(f"purser: {line}")
    if failure.remedy:
        say(f"purser: {failure.remedy}")
    return failure.exit
