"""The shipped knowledge, read once, and the corpus where it is at hand."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import catalog
from discovery.identity.identify import Knowledge, build_knowledge

SHARED = Path(__file__).resolve().parents[3] / ".." / "shared"


@pytest.fixture(scope="session")
def shipped() -> Knowledge:
    return build_knowledge(
        catalog.vendors(), catalog.fingerprints(), tables=catalog.tables()
    )


@pytest.fixture(scope="session")
def corpus_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    archive = SHARED / "corpus" / "devices-practice.tar.xz"
    if not archive.exists():
        pytest.skip("the recordings beside the checkout are absent")
    folder = tmp_path_factory.mktemp("corpus")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    yield folder / "practice"
    shutil.rmtree(folder)
