"""What proves the audit trail: chain, seal, published ends, and what it tells."""

from __future__ import annotations

import json
import logging
import logging.handlers
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx

from api.compose.wiring import App
from inventory.accounting.posting.journal_digest import verify_journal
from inventory.kernel.errors import Conflict, Invalid
from inventory.kernel.texts import N_
from inventory.proving.replay import replay
from inventory.proving.timestamps import ANSWERED, ASKED, query, stamped
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
    """Yield the ends of the trail that the file of `[audit]` and time stamps have."""
    for kept in sorted(_stamps(app).glob("*.tsr")):
        digest, _ = stamped(kept.read_bytes())
        yield Head(int(kept.stem), digest.hex())
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
        Invalid: The time stamp authority answered something else.
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
    if choice.timestamp_url is not None and head.count:
        told["stamped"] = str(_stamp(app, choice.timestamp_url, head))
    return dict(told)


def _stamp(app: App, url: str, head: Head) -> Path:
    """Have the hash of an end stamped; keep the answer as `<count>.tsr`.

    `openssl ts -verify -digest HASH -in COUNT.tsr -CAfile ...` checks who signed it.
    """
    digest, nonce = bytes.fromhex(head.hash), secrets.randbits(63)
    answer = httpx.post(
        url,
        content=query(digest, nonce),
        headers={"Content-Type": ASKED, "Accept": ANSWERED},
        timeout=SECONDS,
    ).raise_for_status()
    if stamped(answer.content) != (digest, nonce):
        raise Invalid(N_("The time stamp is of something else."), where="timestamp_url")
    file = _stamps(app) / f"{head.count}.tsr"
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.write_bytes(answer.content)
    return file


def _stamps(app: App) -> Path:
    return app.settings.data_dir / "timestamps"


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
