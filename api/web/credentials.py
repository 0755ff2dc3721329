"""What logs in to devices, where logins were stopped, which host keys changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from api.http.auth import Role
from api.web import frame
from api.web.deciding import change_button
from api.web.html import Row, ago, badge, moment, mono, show, table
from inventory.storage.work import UnitOfWork
from inventory.vault import credentials as service
from inventory.vault import lockout, uses

PATH = "/credentials"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the page shows."""

    credentials: list[dict[str, Any]]
    locks: list[dict[str, Any]]
    keys: list[dict[str, Any]]
    uses: list[dict[str, Any]]


def _read(connection: Connection) -> _Seen:
    return _Seen(
        service.list_credentials(connection),
        lockout.list_failures(connection),
        uses.list_host_keys(connection, changed_only=True),
        uses.list_uses(connection, limit=50),
    )


async def show_page(request: Request) -> None:
    """Draw the page."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    seen = await visit.read(_read)
    with frame.page(visit, PATH, "Credentials"):
        frame.heading(
            "Credentials",
            "Secrets are sealed and never shown. Add and change them with"
            " <code>purser credential</code> or the API.",
        )
        with frame.card("Stored"):
            frame.html(table(seen.credentials, _STORED, "None is stored."))
        with frame.card("Failed logins"):
            _locks(visit, seen)
        with frame.card("Changed host keys"):
            _keys(visit, seen)
        with frame.card("Opened lately"):
            frame.html(table(seen.uses, _used(visit), "Nothing so far."))


def _locks(visit: frame.Visit, seen: _Seen) -> None:
    columns = [
        ("What", lambda row: show(row["kind"])),
        ("Which", lambda row: show(row["subject"])),
        ("Failures in a row", lambda row: show(row["failures"])),
        ("State", lambda row: badge("off" if row["off_at"] else "may log in")),
        ("Off since", lambda row: moment(row["off_at"])),
        ("Last reason", lambda row: show(row["reason"])),
    ]
    frame.html(table(seen.locks, columns, "No login failed."))
    for row in seen.locks:
        if row["off_at"] is not None:
            name = row["subject"]
            _button(
                visit,
                f"Unlock {name}",
                lambda work, name=name: lockout.unlock_named(work, name),  # type: ignore[misc]
            )


def _keys(visit: frame.Visit, seen: _Seen) -> None:
    columns = [
        ("Address", lambda row: mono(row["address"])),
        ("Site", lambda row: show(row["site"])),
        ("Pinned", lambda row: mono(row["fingerprint"])),
        ("Since", lambda row: moment(row["first_at"])),
        ("Now shows", lambda row: mono(row["changed_to"])),
        ("Changed", lambda row: moment(row["changed_at"])),
    ]
    frame.html(
        table(seen.keys, columns, "All machines show the key they showed first.")
    )
    for row in seen.keys:
        address, site = row["address"], row["site"]
        _button(
            visit,
            f"Forget the key of {address}",
            lambda work, address=address, site=site: uses.forget_host_key(  # type: ignore[misc]
                work, address, site
            ),
        )


def _button(
    visit: frame.Visit, text: str, change: Callable[[UnitOfWork], object]
) -> None:
    """Draw a button that changes something and shows the page anew."""
    if visit.may(Role.IT):
        change_button(visit, text, change, PATH)


def _valid(row: Row) -> str:
    if row["valid_from"] is None and row["valid_until"] is None:
        return "always"
    return f"{moment(row['valid_from'])} - {moment(row['valid_until'])}"


_STORED = [
    ("Name", lambda row: show(row["name"])),
    ("Kind", lambda row: show(row["kind"])),
    ("User", lambda row: show(row["public"].get("user"))),
    ("Set", lambda row: show(row["set_name"])),
    ("Site", lambda row: show(row["site"])),
    ("Networks", lambda row: show(row["networks"])),
    ("Valid", _valid),
    ("Changed", lambda row: moment(row["changed_at"])),
]


def _used(visit: frame.Visit) -> list[tuple[str, Callable[[Row], str]]]:
    now = visit.app.clock()
    return [
        ("Credential", lambda row: show(row["credential"])),
        ("Device", lambda row: _device(row)),
        ("By", lambda row: show(row["collector"])),
        ("Times", lambda row: show(row["uses"])),
        ("First", lambda row: moment(row["first_at"])),
        ("Last", lambda row: ago(row["last_at"], now)),
    ]


def _device(row: Row) -> str:
    text = mono(row["address"])
    if row["device_id"] is None:
        return text
    return f'<a href="/devices/{row["device_id"]}">{text}</a>'
