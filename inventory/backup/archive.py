"""The parts of a backup: a compressed tar within the encrypted container.

The manifest comes last, when the digest of every part is known. What is read is
checked against it before anything is believed.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from inventory.backup.container import BackupDamaged, SealedReader, SealedWriter
from inventory.vault.envelope import Key

DATABASE = "database"
FILES = "files"
_MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 64 << 20
_BLOCK = 1 << 20


def parts_of(name: str, place: Path) -> Iterator[tuple[str, Path]]:
    """Yield the parts that a file, or all files of a folder, make."""
    if place.is_dir():
        for file in sorted(place.rglob("*")):
            if file.is_file() and not file.is_symlink():
                yield f"{name}/{file.relative_to(place).as_posix()}", file
    elif place.is_file():
        yield name, place


def write(
    below: BinaryIO,
    key: Key,
    header: Mapping[str, object],
    parts: Iterable[tuple[str, Path]],
    about: Mapping[str, Any],
) -> None:
    """Write a backup.

    Args:
        below: Where to.
        key: The key of backups.
        header: Readable without the key.
        parts: Name and file of each.
        about: Further content of the manifest.
    """
    listed: dict[str, dict[str, Any]] = {}
    with (
        SealedWriter(below, key, header) as sealed,
        gzip.GzipFile(fileobj=sealed, mode="wb", compresslevel=3) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        for name, file in parts:
            with file.open("rb") as stream:
                info = tarfile.TarInfo(name)
                info.size = file.stat().st_size
                hashing = _Hashing(stream)
                tar.addfile(info, hashing)
            listed[name] = {"size": info.size, "sha256": hashing.hexdigest()}
        manifest = json.dumps({**about, "parts": listed}).encode()
        info = tarfile.TarInfo(_MANIFEST)
        info.size = len(manifest)
        tar.addfile(info, io.BytesIO(manifest))


def read(
    below: BinaryIO, keys: list[Key], folder: Path, wanted: Callable[[str], bool]
) -> dict[str, Any]:
    """Check a whole backup, put the wanted parts into a folder, return its manifest.

    Raises:
        Invalid: It is no backup.
        OtherKey: Its key is not at hand.
        BackupDamaged: It was altered or cut off.
    """
    found: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] = {}
    reader = SealedReader(below, keys)
    try:
        with (
            gzip.GzipFile(fileobj=io.BufferedReader(reader, _BLOCK)) as packed,
            tarfile.open(fileobj=packed, mode="r|") as tar,
        ):
            for info in tar:
                stream = tar.extractfile(info)
                if stream is None:
                    raise BackupDamaged(where=info.name)
                if info.name == _MANIFEST:
                    manifest = json.loads(stream.read(_LARGEST_MANIFEST))
                    continue
                target = _inside(folder, info.name) if wanted(info.name) else None
                found[info.name] = _copied(stream, target)
            while packed.read(_BLOCK):
                pass
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, ValueError) as error:
        raise BackupDamaged(where="backup") from error
    if manifest.get("parts") != found:
        raise BackupDamaged(where="manifest")
    return manifest


def _inside(folder: Path, name: str) -> Path:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise BackupDamaged(where=name)
    target = folder.joinpath(*path.parts)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return target


def _copied(stream: Any, target: Path | None) -> dict[str, Any]:  # noqa: ANN401
    digest, size = hashlib.sha256(), 0
    out = target.open("wb") if target else None
    try:
        while block := stream.read(_BLOCK):
            digest.update(block)
            size += len(block)
            if out is not None:
                out.write(block)
    finally:
        if out is not None:
            out.close()
    return {"size": size, "sha256": digest.hexdigest()}


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self._digest.update(block)
        return block

    def hexdigest(self) -> str:
        return self._digest.hexdigest()
