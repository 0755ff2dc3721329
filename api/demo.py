"""The simulated office of the demo: settings for it, the office itself, its people.

Everything lies in a data directory of its own and on loopback addresses, so the demo
touches neither the user's database nor the network.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from api.compose.keys import new_password
from api.compose.rulebooks import office_document, rules_of
from api.compose.wiring import App, Settings, fixed_settings
from api.http.auth import account_exists
from collectors.office.errors import PortTaken
from collectors.office.server import OfficeServer
from collectors.office.settings import Plan, read_plan
from collectors.office.truth import load_office
from inventory.bulk.company_file import load
from inventory.fixed_assets import register_books
from inventory.people import accounts
from inventory.people.tables import Person
from inventory.storage.rows import col, id_of

RATE = 20_000.0
"""Packets per second; loopback loses nothing, so only the office's own pace counts."""

PROBE_RATE = 10_000.0
"""Packets and connections of probes per second."""

PEOPLE = {"manager": "p-007", "employee": "p-010"}
"""Logins that are persons of the company: the head of sales, and one of her people."""

PORT_STEPS = (0, 1000, 2000, 3000, 4000, 5000, 6000, 7000)
"""Added to the ports of the office until all of them are free."""


@dataclass(frozen=True, slots=True)
class Access:
    """How to get in; made anew at each start.

    Attributes:
        logins: Names of the logins, one a role.
        password: Of all of them.
        token: For the API, with all roles, for one day.
    """

    logins: tuple[str, ...]
    password: str
    token: str


class RunningOffice:
    """The office in a thread with an event loop of its own."""

    def __init__(self) -> None:
        self._truth = load_office(office_document("truth"))
        self._plan = read_plan(office_document("scan"))
        self._server: OfficeServer | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def size(self) -> int:
        """Number of devices in the office."""
        return len(self._truth.devices)

    @property
    def plan(self) -> Plan:
        """Networks, ports and credentials; the ports as they are once it runs."""
        return self._plan

    def start(self) -> None:
        """Open the office, on other ports where its own are in use.

        Raises:
            PortTaken: None of the ports tried were free.
        """
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="office", daemon=True
        )
        self._thread.start()
        ports = self._plan.ports
        for step in PORT_STEPS:
            plan = self._plan.on_ports(
                snmp=ports.snmp + step, ssh=ports.ssh + step, sip=ports.sip + step
            )
            server = OfficeServer(self._truth, plan)
            try:
                self._wait(server.start())
            except PortTaken:
                if step == PORT_STEPS[-1]:
                    raise
                continue
            self._server, self._plan = server, plan
            return

    def stop(self) -> None:
        """Close the office; harmless if it never opened."""
        if self._loop is None or self._thread is None:
            return
        if self._server is not None:
            self._wait(self._server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()
        self._loop = None

    def _wait(self, work: Coroutine[object, object, None]) -> None:
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(work, self._loop).result(60)


def settings_for(plan: Plan, data_dir: Path, host: str, port: int) -> Settings:
    """Return settings that scan the office and nothing else.

    Variables and files of the user are left out: the demo is the same everywhere.
    """
    document = office_document("scan")
    return fixed_settings(
        {
            "data_dir": data_dir,
            "log_level": "warning",
            "http": {"host": host, "port": port},
            "scan": {
                "icmp": plan.icmp,
                "tcp_ports": list(plan.probed_ports),
                "probe_rate": PROBE_RATE,
                "probe_offset": plan.ports.probes,
                "snmp_port": plan.ports.snmp,
                "ssh_ports": [plan.ports.ssh],
                "sip_port": plan.ports.sip,
                "rate": RATE,
                "timeout": 0.5,
            },
            # The office is ours, and all of it is new.
            "credentials": {
                "snmp": document["snmp"],
                "ssh": document["ssh"],
                "offer_to_new": True,
            },
            "sites": [{"name": plan.site, "networks": list(plan.networks)}],
            "pbx": systems_of(plan),
        }
    )


def systems_of(plan: Plan) -> list[dict[str, object]]:
    """Return the office's telephone systems as `[[pbx]]` has them."""
    devices = office_document("truth")["devices"]
    return [
        {
            "name": each.name,
            "kind": each.kind,
            "host": str(devices[each.device]["address"]),
            "port": plan.ports.manager,
            "user": each.user,
            "secret": each.secret,
            "region": "NL",
        }
        for each in plan.pbx
    ]


def make_access(app: App) -> Access:
    """Make the logins of the demo, or give them a new password; and make a token."""
    password = new_password()
    with app.work("demo") as work:
        for role in accounts.LOGIN_ROLES:
            if account_exists(app, role):
                accounts.set_password(work, role, password)
            else:
                person = _person(work.connection, PEOPLE.get(role, ""))
                accounts.add_account(work, role, password, [role], person_id=person)
        until = app.clock() + timedelta(days=1)
        _, token = accounts.add_token(
            work, "demo", accounts.LOGIN_ROLES, expires_at=until
        )
        work.commit()
    return Access(accounts.LOGIN_ROLES, password, token)


def _person(connection: Connection, key: str) -> int | None:
    """Return the id of a person of the company file; None if it has none."""
    query = select(id_of(Person)).where(col(Person.key) == key)
    return connection.execute(query).scalar()


def load_company(app: App) -> None:
    """Load organisation, people and purchases; a second time changes nothing.

    Raises:
        InvalidRows: The company file is wrong.
    """
    with app.work("demo") as work:
        load(work, office_document("company"))
        work.commit()


def load_books(app: App) -> None:
    """Open the books of the company and post the past periods of this year."""
    with app.work("demo") as work:
        register_books.load_books(work, rules_of(app.settings), app.clock().date())
        work.commit()
