"""What may be done with a row of a list right there, beside the row. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
_RESUMABLE = ("interrupted", "cancelled", "failed")


def _worklist(row: Row) -> Sequence[str]:
    if row["acknowledged_at"] is not None:
        return ("reopen",)
    if row["state"] == "unregistered":
        return ("adopt", "link", "ignore")
    return ("link", "ignore")


def _neighbours(row: Row) -> Sequence[str]:
    if row["acknowledged_at"] is not None:
        return ("reopen",)
    return ("acknowledge",) if row["remote_device_id"] is None else ()


def _findings(row: Row) -> Sequence[str]:
    if row["closed_at"] is not None:
        return ()
    return ("acknowledge",) if row["acknowledged_at"] is None else ("reopen",)


def _scans(row: Row) -> Sequence[str]:
    if row["state"] in ("queued", "running"):
        return ("cancel",)
    return ("resume",) if row["state"] in _RESUMABLE else ()


def _webhooks(row: Row) -> Sequence[str]:
    return ("ping", "enable" if row["disabled_at"] else "disable")


def _periods(row: Row) -> Sequence[str]:
    if row["status"] == "locked":
        return ()
    if row["status"] == "closed":
        return ("reopen", "lock")
    return ("post", "close") if row["posting_id"] is None else ("close",)


def _while(name: str, value: object, *verbs: str) -> Callable[[Row], Sequence[str]]:
    return lambda row: verbs if row[name] == value else ()


def _if(name: str, *verbs: str) -> Callable[[Row], Sequence[str]]:
    return lambda row: verbs if row[name] is not None else ()


def _unless(name: str, *verbs: str) -> Callable[[Row], Sequence[str]]:
    return lambda row: verbs if row[name] is None else ()


READ = ("new", "first-read", "same")
"""Outcomes of hosts that were read: there is no need to ask them again."""

ROW_ACTS: Mapping[str, Callable[[Row], Sequence[str]]] = {
    "acceptances": _while("state", "pending", "withdraw"),
    "conflicts": _unless("resolved_at", "settle"),
    "decisions": _unless("revoked_at", "revoke"),
    "deliveries": lambda row: () if row["state"] == "withdrawn" else ("replay",),
    "entity-transfers": _while("state", "proposed", "approve", "refuse"),
    "files": lambda row: ("delete",),
    "host-keys": _if("changed_to", "delete"),
    "login-failures": _if("off_at", "unlock"),
    "neighbours": _neighbours,
    "network-findings": _findings,
    "mails": _while("state", "failed", "retry"),
    "periods": _periods,
    "person-merges": _unless("undone_at", "undo"),
    "postings": _unless("reversed_by", "reverse"),
    "purchase-requests": _while("state", "open", "order", "link"),
    "reservations": _unless("ended_at", "release"),
    "scan-hosts": lambda row: () if row["outcome"] in READ else ("retry",),
    "scans": _scans,
    "tasks": _unless("closed_at", "close"),
    "tokens": _unless("revoked_at", "revoke"),
    "users": _unless("disabled_at", "set-password", "disable"),
    "views": lambda row: ("delete",),
    "webhooks": _webhooks,
    "worklist": _worklist,
    "write-offs": _while("state", "proposed", "approve", "refuse"),
}
"""Resource -> verbs of the acts that a row allows in its state."""
