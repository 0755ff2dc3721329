"""Recordings of a corpus with what the collector makes of them, kept between runs.

Reading and parsing a thousand recordings takes longer than identifying them. What came
of it is kept in the system's folder for temporary files, by the text of the collectors
that read it; nothing of it belongs into the repository.
"""

from __future__ import annotations

import gc
import hashlib
import pickle
import tempfile
from pathlib import Path

import collectors
from tests.discovery.identify import corpus

FOLDER = Path(tempfile.gettempdir()) / "purser-corpus"


def recordings(folder: Path) -> dict[str, corpus.Recording]:
    """Read all recordings of a corpus by name, those of other contexts excepted."""
    files = [f for f in recorded_files(folder) if "@" not in f.stem]
    kept = FOLDER / f"{_digest(folder)}.pickle"
    if kept.exists():
        return _load(kept)
    found = {f.stem: corpus.read(f) for f in files}
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.pickle"):
        old.unlink()
    kept.write_bytes(pickle.dumps(found, pickle.HIGHEST_PROTOCOL))
    return found


def _load(kept: Path) -> dict[str, corpus.Recording]:
    """Read what was kept; the collector of garbage would look at it in vain."""
    gc.disable()
    try:
        found: dict[str, corpus.Recording] = pickle.loads(kept.read_bytes())
    finally:
        gc.enable()
    return found


def recorded_files(folder: Path) -> list[Path]:
    """Return the files of recordings, sorted by name."""
    return sorted((folder / "recordings").glob("*.snmprec"))


def _digest(folder: Path) -> str:
    """Return what a change of the recordings or of the collectors changes."""
    digest = hashlib.sha256()
    root = Path(collectors.__file__).parent
    for file in (*sorted(root.rglob("*.py")), Path(corpus.__file__)):
        digest.update(file.read_bytes())
    for file in recorded_files(folder):
        digest.update(f"{file.name} {file.stat().st_size}".encode())
    return digest.hexdigest()[:24]
