"""How far jobs on SQLite are, beside the database.

A job that writes for long keeps every other writer out until it commits, itself on
another connection too: how far it is could not be read before its end. So it stands in
a file beside the database. On PostgreSQL it is in the row of the job.
"""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Engine

_MARK = ".job-"


def is_beside(engine: Engine) -> bool:
    """Whether progress is kept in files."""
    return _stem(engine) is not None


def _stem(engine: Engine) -> Path | None:
    if engine.dialect.name != "sqlite":
        return None
    path = engine.url.database
    return Path(path) if path and path != ":memory:" else None


def _file(engine: Engine, job_id: int) -> Path:
    stem = _stem(engine)
    assert stem is not None
    return stem.with_name(f"{stem.name}{_MARK}{job_id}")


def write(engine: Engine, job_id: int, done: int, total: int) -> None:
    """Write how far a job is; a disk that is full is no reason to end."""
    place = _file(engine, job_id)
    scratch = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        scratch.write_text(f"{done} {total}", "ascii")
        scratch.replace(place)
    except OSError:
        scratch.unlink(missing_ok=True)


def read(engine: Engine, job_id: int) -> tuple[int, int] | None:
    """Return how far a job is; None if it said nothing."""
    if not is_beside(engine):
        return None
    try:
        done, total = _file(engine, job_id).read_text("ascii").split()
        return int(done), int(total)
    except (OSError, ValueError):
        return None


def forget(engine: Engine, job_id: int | None = None) -> None:
    """Remove what a job said, or what all of them said."""
    stem = _stem(engine)
    if stem is None:
        return
    if job_id is not None:
        _file(engine, job_id).unlink(missing_ok=True)
        return
    for place in stem.parent.glob(f"{stem.name}{_MARK}*"):
        place.unlink(missing_ok=True)
