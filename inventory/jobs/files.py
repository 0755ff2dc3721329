"""Files of jobs: kept with the request or made by the job, and forgotten with it.

In the database, since who made one and who fetches it may be on different machines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Engine, delete, insert, select, update

from inventory.jobs.file_tables import JobFile, JobFilePart
from inventory.storage.rows import col, id_of, table_of

PIECE = 1024 * 1024
"""Bytes of a part."""
Which = Literal["sent", "result"]
_file, _part = table_of(JobFile), table_of(JobFilePart)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """What is known of a file before it is read.

    Attributes:
        name: Under which it is saved.
        media: Its type.
        size: Bytes.
    """

    id: int
    name: str
    media: str
    size: int


def keep(
    connection: Connection,
    job_id: int,
    role: Which,
    *,
    name: str,
    media: str,
    pieces: Iterable[bytes],
    at: datetime,
) -> None:
    """Keep a file of a job, in place of an earlier one of the same role."""
    same = select(id_of(JobFile)).where(
        col(JobFile.job_id) == job_id, col(JobFile.role) == role
    )
    _delete(connection, list(connection.scalars(same)))
    added = connection.execute(
        insert(_file)
        .values(job_id=job_id, role=role, name=name, media=media, size=0, made_at=at)
        .returning(id_of(JobFile))
    )
    file_id, size = added.scalar_one(), 0
    for number, body in enumerate(_even(pieces)):
        size += len(body)
        values = {"file_id": file_id, "number": number, "body": body}
        connection.execute(insert(_part).values(values))
    connection.execute(update(_file).where(id_of(JobFile) == file_id).values(size=size))


def _even(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in parts of one size."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= PIECE:
            yield bytes(waiting[:PIECE])
            del waiting[:PIECE]
    if waiting:
        yield bytes(waiting)


def kept(connection: Connection, job_id: int, role: Which) -> KeptFile | None:
    """Return what is known of a file of a job; None if there is none."""
    query = select(_file.c.id, _file.c.name, _file.c.media, _file.c.size).where(
        col(JobFile.job_id) == job_id, col(JobFile.role) == role
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else KeptFile(*row)


def read(engine: Engine, file: KeptFile) -> Iterator[bytes]:
    """Yield the bytes of a file, part by part."""
    number = 0
    while True:
        query = select(col(JobFilePart.body)).where(
            col(JobFilePart.file_id) == file.id, col(JobFilePart.number) == number
        )
        with engine.connect() as connection:
            body = connection.execute(query).scalar()
        if body is None:
            return
        yield bytes(body)
        number += 1


def forget(connection: Connection, job_ids: Collection[int]) -> None:
    """Delete the files of jobs."""
    theirs = select(id_of(JobFile)).where(col(JobFile.job_id).in_(job_ids))
    _delete(connection, list(connection.scalars(theirs)))


def _delete(connection: Connection, ids: Collection[int]) -> None:
    if not ids:
        return
    connection.execute(delete(_part).where(col(JobFilePart.file_id).in_(ids)))
    connection.execute(delete(_file).where(id_of(JobFile).in_(ids)))
