"""What a page costs: CPU and bytes, first and repeated; a large list; a large map.

`PAGES_ASSETS` (200,000) and `PAGES_SWITCHES` (1,024) may be made smaller to try it out.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from api.compose.wiring import App, build
from api.pages.render import STATIC
from api.pages.site import create_pages
from config.settings import Settings
from inventory.people import accounts
from inventory.storage import upgrade
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import writing
from tests.bench.register import Register
from tests.pages.browsing import browser, served
from tests.pages.conftest import PASSWORD, Office, opened
from tests.pages.visitor import HOST

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3000)]

ASSETS = int(os.environ.get("PAGES_ASSETS", "200000"))
SWITCHES = int(os.environ.get("PAGES_SWITCHES", "1024"))
ROUNDS = 10
PAGES = (
    *("/", "/devices", "/devices/1", "/devices/1/ports", "/map", "/worklist"),
    *("/assets", "/assets/1", "/assets/1/timeline", "/assets/1/update", "/people"),
    *("/people/1", "/search?q=laptop", "/scans/new", "/guide", "/audit-trail"),
)
Tell = Callable[[str], None]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Tell:
    def tell(line: str) -> None:
        with capsys.disabled():
            print(line, flush=True)

    return tell


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as found:
        yield found


def cost(office: Office, path: str) -> tuple[float, int, float, int]:
    """Return milliseconds of CPU and bytes sent: first look, and unchanged repeat."""
    client = office("it").client
    headers = {"accept": "text/html", "accept-encoding": "gzip", "origin": HOST}
    client.ask(path, headers=headers)
    times, again = [], []
    for _ in range(ROUNDS):
        began = time.process_time()
        first = client.ask(path, headers=headers)
        times.append(time.process_time() - began)
        mark = {"if-none-match": first.headers["etag"]}
        began = time.process_time()
        repeated = client.ask(path, headers=headers | mark)
        again.append(time.process_time() - began)
    assert first.status_code == 200, path
    size = int(first.headers.get("content-length", len(first.content)))
    # Moments such as "1 minute ago" change a page; what did not change is not sent.
    kept = 0 if repeated.status_code == 304 else size
    return 1000 * min(times), size, 1000 * min(again), kept


def test_cpu_and_bytes_of_pages(office: Office, told: Tell) -> None:
    sizes = [path.stat().st_size for path in STATIC.iterdir()]
    told(f"scripts, styles, symbols: {sum(sizes):,} bytes in {len(sizes)} files, once")
    for path in PAGES:
        first, size, again, kept = cost(office, path)
        told(
            f"{path:24} {first:6.1f} ms {size:7,} B, again {again:6.1f} ms {kept:7,} B"
        )
        assert size < 60_000, path


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Office]:
    """A house with nothing in it."""
    app = build(Settings(data_dir=tmp_path), check=False)
    upgrade.upgrade(app.engine)
    yield Office(app, create_pages(app))
    app.close()


def test_a_list_of_a_large_register(empty: Office, told: Tell) -> None:
    office = empty
    Register(ASSETS, datetime.now(UTC)).fill(office.app.engine, told)
    # After the register, which writes its own beginning of the audit trail.
    with office.app.work("test") as work:
        accounts.add_account(work, "it", PASSWORD, ["it"])
        work.commit()
    asked = (
        *(
            "/assets",
            "/assets?sort=-tag",
            "/assets?kind=monitor",
            "/assets?search=it-1",
        ),
        *("/assets?search=IT-000777", "/people", "/custody", "/audit-trail"),
    )
    for path in asked:
        first, size, again, _ = cost(office, path)
        told(
            f"{ASSETS:,}: {path:26} {first:7.1f} ms {size:7,} B, again {again:7.1f} ms"
        )


def wire(app: App, count: int, moment: datetime) -> None:
    """Write switches that hang below one another, ten below each."""
    tables = load_tables().tables
    seen = {"first_seen": moment, "last_seen": moment}
    with writing(app.engine) as connection:
        for number in range(count):
            name = f"sw-{number:04}"
            connection.execute(
                insert(tables["device"]).values(
                    id=1000 + number,
                    site="campus",
                    name=name,
                    type="switch",
                    managed=True,
                    search=name,
                    **seen,
                )
            )
            port = {"id": 1000 + number, "device_id": 1000 + number, "name": "Gi1/0/1"}
            connection.execute(
                insert(tables["interface"]).values(**port, first_seen=moment)
            )
        for number in range(1, count):
            above = 1000 + (number - 1) // 10
            connection.execute(
                insert(tables["link"]).values(
                    **link_between(above, 1000 + number), **seen
                )
            )


def link_between(one: int, other: int) -> dict[str, object]:
    """Return the columns of a link of the first ports of two devices."""
    return {
        "site": "campus",
        "a_device_id": one,
        "a_interface_id": one,
        "b_device_id": other,
        "b_interface_id": other,
    }


def test_the_map_of_a_campus(tmp_path: Path, told: Tell) -> None:
    with opened(tmp_path) as office:
        wire(office.app, SWITCHES, datetime.now(UTC))
    with served(tmp_path) as running, browser() as chromium:
        url = running["url"].rstrip("/")
        page = chromium.new_context().new_page()
        page.goto(f"{url}/login")
        page.locator("[name=login]").fill("it")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(f"{url}/")
        for what in ("first", "again"):
            began = time.perf_counter()
            page.goto(f"{url}/map?site=campus")
            page.locator(".picture .node").first.wait_for()
            drawn = time.perf_counter() - began
            began = time.perf_counter()
            page.get_by_label("Find a device").fill(f"sw-{SWITCHES - 1:04}")
            page.locator(".picture .node.on").wait_for()
            found = time.perf_counter() - began
            line = f"map of {SWITCHES:,}, {what}: picture {drawn:.2f} s"
            told(f"{line}, found {found:.2f} s")
        page.context.close()
