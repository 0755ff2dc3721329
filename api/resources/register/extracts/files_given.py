"""Extracts that are files: attached ones, and the document of a handover."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from api.http.callers import Role
from api.http.files import File
from api.resources.declare import Viewer
from api.resources.extracts import Extract
from inventory.assets.custody.acceptance_pdf import acceptance_pdf
from inventory.assets.custody.acceptance_tables import Acceptance
from inventory.assets.register import attachments
from inventory.kernel.errors import NotFound
from inventory.kernel.texts import N_
from inventory.people.tables import Person
from inventory.storage.rows import Row, find, get

if TYPE_CHECKING:
    from api.compose.wiring import App

KEEPERS = frozenset({Role.IT, Role.ACCOUNTING})
"""Who may attach files."""
PDF = "application/pdf"
ANY = "*/*"
"""A file is given back as the type it was attached as."""
_HARMLESS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}
"""Nothing in an attached file can run in a browser."""


def folder(app: App) -> Path:
    """Return where attached files lie."""
    return app.settings.data_dir / "files"


def as_download(row: Row, data: bytes) -> File:
    """Return a kept file so that nothing in it can run in a browser."""
    return File(row["name"], row["media_type"], [data], _HARMLESS)


def document(reading: Connection, acceptance_id: int) -> bytes | None:
    """Return the PDF of a handover with its answer; None if there is none."""
    row = find(reading, Acceptance, id=acceptance_id)
    if row is None:
        return None
    person = get(reading, Person, row["person_id"])
    name = f"{person['given_name']} {person['family_name']}".strip()
    return acceptance_pdf(row, name)


def _attached(reading: Connection, row_id: int, viewer: Viewer, _asked: Any) -> File:  # noqa: ANN401
    assert viewer.app is not None
    row, data = attachments.file_of(reading, folder(viewer.app), row_id)
    return File(row["name"], row["media_type"], [data], _HARMLESS)


def _handover(
    reading: Connection,
    row_id: int,
    _viewer: Viewer,
    _asked: Any,  # noqa: ANN401
) -> File:
    pdf = document(reading, row_id)
    if pdf is None:
        raise NotFound(N_("There is no acceptance {id}."), id=row_id)
    return File(f"handover-{row_id}.pdf", PDF, [pdf], shown=True)


CONTENT = Extract(
    name="content",
    about=N_("Give the file, checked against its hash."),
    read=_attached,
    media=(ANY,),
)
HANDOVER_PDF = Extract(
    name="pdf",
    about=N_("Give one PDF for all things of a handover, with the answer."),
    read=_handover,
    media=(PDF,),
)
