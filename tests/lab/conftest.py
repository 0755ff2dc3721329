"""Builds the lab once per session, or skips with the reason."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.lab.namespaces import Namespaces, remove_stray
from tests.lab.site import Lab, build, missing_programs
from tests.needs import missing


@pytest.fixture(scope="session")
def able() -> None:
    """Nothing; skips the tests of the lab where it cannot be played."""
    if sys.platform != "linux" or os.geteuid() != 0:
        missing("lab", "network namespaces need root on Linux: run the tests as root")
    if absent := missing_programs():
        packages = " ".join(sorted(set(absent.values())))
        missing("lab", f"{', '.join(absent)} missing: apt-get install {packages}")
    if not _namespaces_work():
        missing("lab", "this container may not make network namespaces (CAP_SYS_ADMIN)")


@pytest.fixture(scope="session")
def lab(able: None) -> Iterator[Lab]:
    """The running office of real daemons."""
    remove_stray()
    net = Namespaces()
    try:
        yield build(net)
    finally:
        net.close()


def _namespaces_work() -> bool:
    done = subprocess.run(
        ["unshare", "-n", "-m", "-u", "true"], capture_output=True, check=False
    )
    return done.returncode == 0
