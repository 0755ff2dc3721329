"""One forked process a mutant: the module's tests against the changed module.

The parent has imported the large packages, but nothing of ours, so a mutant costs
little more than its tests. A process that computes much longer than the tests of the
unchanged module is ended: the mutant made it hang, and that was noticed. What counts
is processor time, so that a busy machine makes no mutant look noticed.
"""

from __future__ import annotations

import importlib
import os
import random
import resource
import signal
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from math import ceil
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tests.mutation.mutants import Mutant, mutants_of

ROOT = Path(__file__).resolve().parents[2]
TARGETS = Path(__file__).with_name("targets.toml")
EXAMPLES = 30
"""Most examples of a search by hypothesis."""

MOST_MEMORY = 4 << 30
"""Bytes that a process may take."""

LONGEST_WAIT = 1200.0
"""Seconds on the clock after which even a process that only sleeps is ended."""

PRELOADED = (
    "alembic.command",
    "anyio",
    "hypothesis",
    "numpy",
    "psycopg",
    "pydantic",
    "sqlmodel",
)


@dataclass(frozen=True, slots=True)
class Target:
    """A pure module, its tests, and the mutants that no test can tell from it.

    Attributes:
        path: Of the module, from the root of the checkout.
        tests: Files, the quickest first.
        equal: Name of a mutant -> why its outcomes are the same.
    """

    path: str
    tests: tuple[str, ...]
    equal: Mapping[str, str] = field(default_factory=dict)

    @property
    def module(self) -> str:
        """Return the name to import it by."""
        return self.path.removesuffix(".py").replace("/", ".")


@dataclass(slots=True)
class Outcome:
    """What became of the mutants of a module.

    Attributes:
        tried: Mutants that were run.
        survivors: Those that no test noticed, known equal ones left out.
        equal: Those named in `Target.equal` that survived.
        total: Mutants there are.
    """

    target: Target
    total: int
    tried: int = 0
    survivors: list[Mutant] = field(default_factory=list)
    equal: list[Mutant] = field(default_factory=list)


class BrokenTests(Exception):
    """The tests of a module fail while nothing is changed in it."""


def read_targets(path: Path = TARGETS) -> list[Target]:
    """Return the modules of `targets.toml` in its order."""
    data = tomllib.loads(path.read_text())
    groups: Mapping[str, Sequence[str]] = data["tests"]
    equal: Mapping[str, Mapping[str, str]] = data.get("equal", {})
    return [
        Target(module, tuple(groups[group]), equal.get(module, {}))
        for group, modules in data["modules"].items()
        for module in modules
    ]


def run_target(target: Target, *, limit: int, seed: int) -> Outcome:
    """Try some mutants of a module.

    Args:
        target: What to change, what to run.
        limit: Most mutants to try; drawn evenly from all.
        seed: The same seed draws the same mutants.

    Raises:
        BrokenTests: They fail without any change.
    """
    for name in PRELOADED:
        importlib.import_module(name)
    path = ROOT / target.path
    every = list(mutants_of(path.read_text(), str(path)))
    rng = random.Random(seed)
    some = rng.sample(every, limit) if limit < len(every) else every
    outcome = Outcome(target, len(every))
    passed, seconds = _passes(target, None, seconds=600)
    if not passed:
        raise BrokenTests(f"{target.path}: {' '.join(target.tests)}")
    for mutant in some:
        outcome.tried += 1
        if _passes(target, mutant, seconds=5 + 3 * seconds)[0]:
            known = mutant.name in target.equal
            (outcome.equal if known else outcome.survivors).append(mutant)
    return outcome


def _passes(
    target: Target, mutant: Mutant | None, *, seconds: float
) -> tuple[bool, float]:
    """Run the tests for at most so many seconds of processor time.

    Returns:
        Whether all passed, and the processor time they took.
    """
    child = os.fork()
    if child == 0:
        _run_tests(target, mutant, ceil(seconds))
    deadline = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < deadline:
        done, status, used = os.wait4(child, os.WNOHANG)
        if done:
            passed = os.waitstatus_to_exitcode(status) == 0
            return passed, used.ru_utime + used.ru_stime
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False, seconds


def _run_tests(target: Target, mutant: Mutant | None, seconds: int) -> None:
    """Run the tests in this process and end it with their exit code."""
    code = 1
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        # A loop without end may also collect without end.
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        # Also where pytest itself runs the mutants, and has put its own files there.
        sys.stdout = sys.stderr = nothing = Path(os.devnull).open("w")
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
        if mutant is not None:
            sys.meta_path.insert(0, _Changed(target.module, mutant.code))
        _hurry_hypothesis()
        os.chdir(ROOT)
        options = [
            "-x",
            "-q",
            "-n0",
            "--assert=plain",
            "-p",
            "no:cacheprovider",
            "-k",
            "not postgres",
        ]
        code = int(pytest.main([*options, *target.tests], plugins=[_FewExamples()]))
    finally:
        os._exit(code)


def _hurry_hypothesis() -> None:
    """The first example that fails is enough, and none is kept for the next run."""
    from hypothesis import Phase, settings

    settings.register_profile(
        "mutation",
        database=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
    )
    settings.load_profile("mutation")


class _FewExamples:
    """Lets searches end sooner: a mutant is met by few examples or by none."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Cut the number of examples of each search."""
        from hypothesis import settings

        for item in items:
            test = getattr(item, "obj", None)
            name = "_hypothesis_internal_use_settings"
            asked = getattr(test, name, None)
            if isinstance(asked, settings):
                few = min(asked.max_examples, EXAMPLES)
                setattr(test, name, settings(asked, max_examples=few))


class _Changed(PathFinder):
    """Gives out the changed code for one module and leaves the others alone."""

    def __init__(self, module: str, code: CodeType) -> None:
        self._module = module
        self._code = code

    def find_spec(  # type: ignore[override]
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Return a spec whose loader has the changed code."""
        if fullname != self._module:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(fullname, spec.origin, self._code)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, code: CodeType) -> None:
        super().__init__(fullname, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        return self._code


def report(outcome: Outcome) -> Iterator[str]:
    """Yield the survivors of a module as lines for a person."""
    killed = outcome.tried - len(outcome.survivors) - len(outcome.equal)
    yield (
        f"{outcome.target.path}: {outcome.tried} of {outcome.total} mutants, "
        f"{killed} noticed, {len(outcome.equal)} equal, "
        f"{len(outcome.survivors)} survived"
    )
    for mutant in sorted(outcome.survivors, key=lambda m: m.line):
        yield f"    {outcome.target.path}:{mutant.line} {mutant.name}"
