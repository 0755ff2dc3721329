"""Data files: a broken one is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import catalog
from config.catalog import CatalogError


def broken(tmp_path: Path, text: str) -> CatalogError:
    file = tmp_path / "vendors" / "acme.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        list(catalog.load_folder("vendors", tmp_path))
    return caught.value


def test_files_come_sorted_with_their_names(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.yaml").write_text(f"vendor: {name}\n", encoding="utf-8")
    assert list(catalog.load_folder(".", tmp_path)) == [
        ("a.yaml", {"vendor": "a"}),
        ("b.yaml", {"vendor": "b"}),
    ]


def test_broken_yaml_names_file_and_line(tmp_path: Path) -> None:
    error = broken(tmp_path, "vendor: acme\nrows: [1, 2\nmore: 3\n")
    assert (error.file, error.line) == ("vendors/acme.yaml", 3)


def test_a_key_written_twice_names_file_and_line(tmp_path: Path) -> None:
    error = broken(tmp_path, "vendor: acme\nrows:\n  - id: 1\n    id: 2\n")
    assert str(error) == "vendors/acme.yaml, line 4: the key id is written twice"


def test_a_list_at_the_top_is_refused(tmp_path: Path) -> None:
    assert "expected keys and values" in str(broken(tmp_path, "- 1\n"))


def test_no_python_object_can_be_made(tmp_path: Path) -> None:
    error = broken(tmp_path, "a: !!python/object/apply:os.getcwd []\n")
    assert "could not determine a constructor" in str(error)


def test_a_missing_folder_and_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="nowhere: the folder is missing"):
        list(catalog.load_folder("nowhere", tmp_path))
    with pytest.raises(CatalogError, match="the file is missing"):
        catalog.load(tmp_path / "none.yaml", tmp_path)
