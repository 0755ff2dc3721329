"""Reads a list of extensions from a CSV file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from collectors.errors import Malformed, TooMuch, Unreachable
from collectors.pbx.csv.rows import parse_rows
from collectors.pbx.facts import TABLES, PbxReading
from collectors.pbx.phone_identity import described
from collectors.pbx.source import PbxSource
from collectors.sentences import N_
from collectors.user_agents import AgentShape


async def read_csv(
    source: PbxSource, seen_at: datetime, shapes: Sequence[AgentShape] = ()
) -> PbxReading:
    """Read a file; with a row that cannot be read, nothing is taken for gone.

    Raises:
        Unreachable: It cannot be opened.
        TooMuch: It is too large.
        Malformed: It is no such list.
    """
    data = await asyncio.to_thread(_bytes, Path(source.path), source.limits.answer)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if "\0" in text:
        raise Malformed(N_("a file of bytes, not of text"))
    found = parse_rows(text, source.limits.rows)
    return PbxReading(
        source=source.name,
        kind=source.kind,
        address=source.path,
        site=source.site,
        seen_at=seen_at,
        extensions=tuple(found.extensions.values()),
        registrations=tuple(described(r, shapes) for r in found.registrations),
        mailboxes=tuple(found.mailboxes.values()),
        groups=found.hunt_groups(),
        numbers=tuple(found.numbers.values()),
        reads=frozenset() if found.problems else frozenset(TABLES),
        provisions=True,
        problems=tuple(found.problems),
    )


def _bytes(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise Unreachable(
            N_("{path}: {strerror}"), path=path, strerror=error.strerror
        ) from None
    if len(data) > most:
        raise TooMuch(
            N_("{path}: a file of more than {most} bytes"), path=path, most=most
        )
    return data
