"""Notes and files of assets, contracts and orders. Imports `storage`.

What a file is, is found in its bytes; the name a sender gives is only shown. Bytes lie
in a folder under their SHA-256, never under a name from outside.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from inventory.assets.register.detail_tables import AssetNote, Attachment
from inventory.assets.register.tables import Asset
from inventory.kernel.errors import Invalid, NotFound
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, add, change, col, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_NOTE = table_of(AssetNote)
_FILE = table_of(Attachment)

MAX_BYTES = 9 * 1024 * 1024
"""Of a file; a request has at most 10 MiB."""

OWNERS = ("asset_id", "contract_id", "order_id")

_MAGIC: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF-", 0, "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF8", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"ftypheic", 4, "image/heic"),
    (b"II*\x00", 0, "image/tiff"),
    (b"MM\x00*", 0, "image/tiff"),
    (b"PK\x03\x04", 0, "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "application/x-ole-storage"),
)
"""First bytes, where they stand, and what it is; office files are zip or OLE."""

_OFFICE: Mapping[str, str] = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_REFUSED = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe")
"""Programs."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to keep."""

    name: str
    data: bytes
    note: str = ""


def media_type(data: bytes) -> str:
    """Return what a file is by its bytes.

    Raises:
        Invalid: It is empty, too large, a program, or of no kind that is kept.
    """
    if not data:
        raise Invalid(N_("The file is empty."), where="file")
    if len(data) > MAX_BYTES:
        raise Invalid(
            N_("The file is larger than {max_bytes} MiB."),
            where="file",
            remedy=N_("Make it smaller, or keep it elsewhere and note its address."),
            max_bytes=MAX_BYTES // 1024 // 1024,
        )
    if data.startswith(_REFUSED):
        raise Invalid(N_("Programs are not kept here."), where="file")
    for magic, place, kind in _MAGIC:
        if data[place : place + len(magic)] == magic:
            return _office(data) if kind == "application/zip" else kind
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\x00"
    if any(ord(c) < 32 and c not in "\t\r\n\f" for c in text):
        raise Invalid(
            N_("It is not a kind of file that is kept here."),
            where="file",
            remedy=N_("Use PDF, a picture, an office document, ZIP or plain text."),
        )
    # Also HTML and SVG are given back as plain text: nothing in them runs.
    return "text/plain"


def attach(
    work: UnitOfWork,
    folder: Path,
    new: NewFile,
    **owner: int,
) -> int:
    """Keep a file of an asset, a contract or an order; return its id.

    Args:
        work: The unit of work.
        folder: Where files lie.
        new: The file.
        owner: One of `OWNERS`.

    Raises:
        Invalid: The file is none that is kept, or it has no name.
        NotFound: There is no such asset, contract or order.
    """
    if len(owner) != 1 or not owner.keys() <= set(OWNERS):
        raise ValueError(f"a file has one owner, not {owner}")
    name = _name(new.name)
    kind = media_type(new.data)
    if "asset_id" in owner:
        get(work.connection, Asset, owner["asset_id"])
    digest = hashlib.sha256(new.data).hexdigest()
    _store(folder, digest, new.data)
    return add(
        work,
        Attachment,
        {
            **owner,
            "name": name,
            "media_type": kind,
            "size": len(new.data),
            "sha256": digest,
            "note": new.note.strip(),
            "author": work.actor,
        },
    )


def file_of(
    connection: Connection, folder: Path, attachment_id: int
) -> tuple[Row, bytes]:
    """Return a file that is shown still.

    Raises:
        NotFound: There is none, or its bytes are gone or were changed.
    """
    row = get(connection, Attachment, attachment_id)
    if row["removed_at"] is not None:
        raise NotFound(
            N_("The file {attachment_id} was removed."), attachment_id=attachment_id
        )
    path = _path(folder, row["sha256"])
    data = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(data).hexdigest() != row["sha256"]:
        raise NotFound(
            N_("The bytes of the file {attachment_id} are gone or were changed."),
            remedy=N_("Restore the data directory from a backup."),
            attachment_id=attachment_id,
        )
    return row, data


def remove_file(work: UnitOfWork, attachment_id: int) -> bool:
    """Show a file no more; return whether it was shown. Its bytes stay."""
    row = get(work.connection, Attachment, attachment_id, lock=True)
    if row["removed_at"] is not None:
        return False
    now = {"removed_at": work.clock()}
    return change(work, Attachment, attachment_id, now, action="remove")


def add_note(work: UnitOfWork, asset_id: int, text: str) -> int:
    """Write a note to an asset; return its id.

    Raises:
        NotFound: There is no such asset.
        Invalid: It is empty.
    """
    get(work.connection, Asset, asset_id)
    if not text.strip():
        raise Invalid(N_("The note is empty."), where="text")
    values = {"asset_id": asset_id, "text": text.strip(), "author": work.actor}
    return add(work, AssetNote, values)


def notes_of(connection: Connection, asset_id: int) -> list[Row]:
    """Return the notes of an asset, the newest first."""
    query = select(_NOTE).where(col(AssetNote.asset_id) == asset_id)
    rows = connection.execute(query.order_by(id_of(AssetNote).desc())).mappings()
    return [dict(row) for row in rows]


def files_of(connection: Connection, **owner: int) -> list[Row]:
    """Return the files of an asset, a contract or an order, the newest first."""
    query = select(_FILE).filter_by(**owner).where(col(Attachment.removed_at).is_(None))
    rows = connection.execute(query.order_by(id_of(Attachment).desc())).mappings()
    return [dict(row) for row in rows]


def _name(file_name: str) -> str:
    bare = file_name.replace("\\", "/").rpartition("/")[2]
    name = "".join(c for c in bare if c.isprintable()).strip(" .")[:150]
    if not name:
        raise Invalid(N_("The file has no name."), where="file")
    return name


def _office(data: bytes) -> str:
    head = data[:4096].decode("latin-1") + data[-4096:].decode("latin-1")
    for mark, kind in _OFFICE.items():
        if mark in head and "[Content_Types].xml" in head:
            return kind
    return "application/zip"


def _path(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest


def _store(folder: Path, digest: str, data: bytes) -> None:
    """Write bytes under their hash, whole or not at all."""
    path = _path(folder, digest)
    if path.is_file():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(data)
    draft.replace(path)
