"""What proves the audit trail: chain, seal, published ends, and what it tells."""

from __future__ import annotations

import json
import logging
import logging.handlers
from collections.abc import Iterator
from datetime import datetime

import httpx

from api.compose.wiring import App
from inventory.accounting.posting.journal_digest import verify_journal
from inventory.kernel.errors import Conflict
from inventory.kernel.texts import N_
from inventory.proving.replay import replay
from inventory.storage.audit import (
    MAX_PROBLEMS,
    AuditProblem,
    Head,
    read_head,
    verify,
)

SECONDS = 15


def audit_problems(app: App, *noted: Head | None) -> list[AuditProblem]:
    """Check chain and seal, and replay the trail against register and journal.

    Args:
        app: The composition.
        noted: Ends of the trail that somebody noted, beside those published.
    """
    found = verify(app.engine, *noted, *published(app))
    for problem in (*replay(app.engine), *verify_journal(app.engine)):
        if len(found) >= MAX_PROBLEMS:
            break
        found.append(problem)
    return found


def published(app: App) -> Iterator[Head]:
    """Yield the ends of the trail that the file of `[audit]` has."""
    file = app.settings.audit.file
    if file is None or not file.exists():
        return
    for line in file.read_text("utf-8").splitlines():
        told = json.loads(line)
        yield Head(int(told["count"]), str(told["hash"]))


def publish_head(app: App) -> dict[str, object]:
    """Put the end of the trail where the settings say, after it was checked.

    Raises:
        Conflict: The chain is not whole.
        OSError: The file cannot be written.
        httpx.HTTPError: Nobody took it at the address.
    """
    problems = verify(app.engine, *published(app))
    if problems:
        raise Conflict(
            N_("The audit trail is not whole: {problem}"),
            where="audit",
            remedy=N_("`purser verify-audit` names every row; compare with a backup."),
            problem=problems[0],
        )
    with app.engine.connect() as connection:
        head = read_head(connection)
    if head is None:
        return {}
    told = {"at": _iso(app.clock()), "count": head.count, "hash": head.hash}
    line = json.dumps(told)
    choice = app.settings.audit
    if choice.file is not None:
        choice.file.parent.mkdir(parents=True, exist_ok=True)
        with choice.file.open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")
    if choice.syslog:
        handler = logging.handlers.SysLogHandler("/dev/log")
        try:
            record = logging.LogRecord("purser", 20, "", 0, line, None, None)
            handler.emit(record)
        finally:
            handler.close()
    if choice.url is not None:
        httpx.post(choice.url, json=told, timeout=SECONDS).raise_for_status()
    return dict(told)


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
