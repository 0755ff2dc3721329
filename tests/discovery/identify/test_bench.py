"""What identification costs: per device, and once at start."""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from config import catalog
from discovery.identity.identify import (
    Knowledge,
    build_knowledge,
    identify,
    objects_to_read,
)
from tests.discovery.identify.support import seen

pytestmark = pytest.mark.bench

SWITCH = seen(
    "Cisco IOS Software, C3560 Software (C3560-IPSERVICESK9-M), "
    "Version 15.0(2)SE11, RELEASE SOFTWARE (fc3)",
    "e.9.1.615",
    {"1.3.6.1.2.1.47.1.1.1.1.11.1": "FOC1426Y2AY"},
)
UNKNOWN = seen("QX-200 Managed Switch, firmware 2.0.1", "e.65432.1.5")
LINUX = seen("Linux host 5.10.0-8-amd64 #1 SMP Debian x86_64", "e.8072.3.2.10")


@pytest.mark.parametrize(
    "told", [SWITCH, UNKNOWN, LINUX], ids=["known", "new", "linux"]
)
def test_identifying_one_device(
    told: object, benchmark: BenchmarkFixture, shipped: Knowledge
) -> None:
    benchmark(identify, [told], shipped)


def test_choosing_what_to_ask(benchmark: BenchmarkFixture, shipped: Knowledge) -> None:
    benchmark(objects_to_read, LINUX, shipped)


def test_building_the_knowledge_at_start(benchmark: BenchmarkFixture) -> None:
    vendors, rest = catalog.vendors(), catalog.fingerprints()
    tables = catalog.tables()
    benchmark(lambda: build_knowledge(vendors, rest, tables=tables))
