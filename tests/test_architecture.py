"""The repository tests itself: layers, types, style, sizes, required files."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("api", "collectors", "config", "discovery", "inventory")
TOP_LEVEL = {*PACKAGES, "tests", "pyproject.toml", "README.md"}
LONGEST_FILE = 500
LONGEST_FUNCTION = 40


def tracked() -> list[Path]:
    """Return the files under version control, or all that would be."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout: the list of project files is unknown")
    return [
        ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()
    ]


def sources() -> list[Path]:
    """Return the Python files of the product."""
    return [f for name in PACKAGES for f in sorted((ROOT / name).rglob("*.py"))]


def written() -> list[Path]:
    """Return the sources but for revisions, which are generated and then frozen."""
    return [f for f in sources() if f.parent.name != "versions"]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a development tool of this environment in the repository."""
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_run_one_way() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_file_is_typed_strictly() -> None:
    done = run("mypy")
    assert done.returncode == 0, done.stdout + done.stderr


def test_style_is_kept() -> None:
    done = run("ruff", "check")
    assert done.returncode == 0, done.stdout
    done = run("ruff", "format", "--check")
    assert done.returncode == 0, done.stdout


def test_nobody_makes_errors_of_the_warnings_of_other_threads() -> None:
    """Filters of warnings are those of the whole process, whoever sets them."""
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in sources()
        if "warnings" in (text := file.read_text("utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") in {"catch_warnings", "simplefilter"}
        and "error" in {getattr(v, "value", "") for v in ast.walk(node)}
    ]
    assert found == []


def test_top_level_holds_only_the_house() -> None:
    top = {f.relative_to(ROOT).parts[0] for f in tracked()}
    assert {name for name in top if not name.startswith(".")} == TOP_LEVEL


def test_every_module_says_why_it_exists() -> None:
    silent = [
        str(f.relative_to(ROOT))
        for f in sources()
        if not ast.get_docstring(ast.parse(f.read_text("utf-8")))
    ]
    assert silent == []


def test_maps_name_files_that_exist() -> None:
    named, missing = 0, []
    for package in (*PACKAGES, "tests"):
        for file in sorted((ROOT / package).rglob("__init__.py")):
            map_ = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
            for name in re.findall(r"(?<![\w/*])[\w/]+\.py(?![\w.])", map_):
                named += 1
                if not (file.parent / name).exists() and not (ROOT / name).exists():
                    missing.append(f"{file.relative_to(ROOT)}: {name}")
    assert missing == []
    assert named > 400


def test_maps_name_every_module_beside_them() -> None:
    maps, missing = 0, []
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("__init__.py")):
            map_ = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
            if "\n* " not in map_:
                continue
            maps += 1
            for path in sorted(file.parent.iterdir()):
                name = re.escape(path.stem)
                ours = path.suffix == ".py" and not path.name.startswith("__")
                if (ours or (path / "__init__.py").exists()) and not re.search(
                    rf"(?<![\w/]){name}(\.py|/|`)", map_
                ):
                    missing.append(f"{file.relative_to(ROOT)}: {path.name}")
    assert missing == []
    assert maps > 60


IMPURE = {
    "alembic",
    "asyncio",
    "asyncssh",
    "fastapi",
    "netmiko",
    "os",
    "pathlib",
    "psycopg",
    "scapy",
    "socket",
    "sqlalchemy",
    "sqlmodel",
    "subprocess",
    "threading",
    "time",
}
"""What does I/O, reads a clock or is a database."""


def imported(tree: ast.Module) -> set[str]:
    """Return the top-level names of the modules a file imports."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_a_module_that_calls_itself_pure_is() -> None:
    impure = {}
    pure = 0
    for file in sources():
        tree = ast.parse(file.read_text("utf-8"))
        if file.is_relative_to(ROOT / "config"):
            continue
        if not re.search(r"\bPure[.:,]", ast.get_docstring(tree) or ""):
            continue
        pure += 1
        if found := imported(tree) & IMPURE:
            impure[str(file.relative_to(ROOT))] = sorted(found)
    assert impure == {}
    assert pure > 100


def test_files_stay_small() -> None:
    long = {
        str(f.relative_to(ROOT)): lines
        for f in written()
        if (lines := len(f.read_text("utf-8").splitlines())) > LONGEST_FILE
        and f.name not in CATALOGUES
    }
    assert long == {}


MOST_FILES = 16
"""In one folder, beside its `__init__.py` and its subfolders."""


def test_folders_stay_small() -> None:
    counts = Counter(f.parent for f in written() if f.name != "__init__.py")
    crowded = {
        str(folder.relative_to(ROOT)): count
        for folder, count in counts.items()
        if count > MOST_FILES
    }
    assert crowded == {}


CATALOGUES = {"facts.py", "models.py"}
"""Files that only declare records; length there is vocabulary, not complexity."""


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield name and length without the docstring of each function in a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            start = node.body[0]
            if ast.get_docstring(node) and len(node.body) > 1:
                start = node.body[1]
            end = node.end_lineno or node.lineno
            yield f"{path.relative_to(ROOT)}:{node.name}", end - start.lineno + 1


def test_functions_stay_small() -> None:
    long = {
        name: lines
        for f in written()
        for name, lines in functions(f)
        if lines > LONGEST_FUNCTION
    }
    assert long == {}


def test_no_path_of_one_machine_is_committed() -> None:
    marks = ("/work/" + "main", "/root/", "/home/" + "runner")
    found = [
        f"{f.relative_to(ROOT)}: {mark}"
        for f in tracked()
        if f.suffix in {".py", ".md", ".toml", ".yaml", ".csv", ".sh", ""}
        for mark in marks
        if mark in f.read_text("utf-8", "replace")
    ]
    assert found == ["tests/test_architecture.py: /root/"]


def test_continuous_integration_runs_the_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    commands = [c for c in readme.splitlines() if c.endswith("&& .venv/bin/pytest")]
    assert len(commands) == 1
    assert f"\n{commands[0].strip()} || status=$?\n" in script
