"""What the help of a group says of its commands, remembered from one run to the next.

Making the commands of a resource loads its acts, and with them the tables of the
register: seconds, for a list of names. Help alone needs no more than their texts, which
change only with the program.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import TypeAlias

DECLARED = Path(__file__).parents[1]
"""Where resources, and so their commands, are declared."""

Texts: TypeAlias = dict[str, str]
"""Name of a command -> what its help says first."""


def read(command: str) -> Texts | None:
    """Return the commands of a group with their help; None if that is not known."""
    try:
        found = json.loads(_file(command).read_text("utf-8"))
        if found["of"] != _stamp():
            return None
        return {str(name): str(text) for name, text in found["commands"].items()}
    except (OSError, RuntimeError, ValueError, KeyError, AttributeError, TypeError):
        return None  # nothing is remembered, or nothing that can be read


def write(command: str, texts: Texts) -> None:
    """Remember the commands of a group; where nothing can be kept, do without."""
    try:
        path = _file(command)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps({"of": _stamp(), "commands": texts}), "utf-8")
        beside.replace(path)
    except (OSError, RuntimeError):
        return


def _file(command: str) -> Path:
    """Return the file of a group (XDG Base Directory Specification)."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    folder = Path(given) if given else Path.home() / ".cache"
    return folder / "purser" / "commands" / f"{command}.json"


@cache
def _stamp() -> str:
    """Return what changes with any declaration: names, sizes and times of the files."""
    found = hashlib.sha256()
    for path in sorted(DECLARED.rglob("*.py")):
        about = path.stat()
        found.update(f"{path} {about.st_size} {about.st_mtime_ns}\n".encode())
    return found.hexdigest()
