"""A company with a row of everything that the API can tell, for tests of all reads.

The sample of the pages, what a scan and a telephone system would have left behind, and
then what people do in a year: by HTTP, as any client would.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from cryptography.fernet import Fernet
from sqlalchemy import insert

from api.compose.keys import Seal
from api.compose.wiring import App, compose
from collectors.snmp.notifications import Notice
from config.settings import Settings
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import make_engine, writing
from tests.api.conftest import calling
from tests.pages.sample import fill

NOW = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
FIRST_ID = 1
SCIM_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
SCIM_WORK = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
SCIM_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"

EVENTS: tuple[dict[str, Any], ...] = (
    {"type": "dispose", "proceeds": "10.00"},
    {"type": "change-estimate", "life_months": 24},
    {"type": "hold-for-sale", "fair_value_less_costs": "900.00"},
    {"type": "reclassify", "asset_class": "network"},
    {"type": "add-cost", "amount": "1.00"},
)
"""Events of servers that IFRS writes off within half a year, each of one."""

Body = dict[str, Any]


def make_company(database: Path, data_dir: Path) -> App:
    """Return the composition on a database file with tables, once it is filled."""
    engine = make_engine(f"sqlite:///{database}")
    settings = Settings.model_validate(
        {"data_dir": data_dir, "webhooks": {"allowed_networks": ["127.0.0.0/8"]}}
    )
    app = compose(settings, engine, lambda: NOW, Seal(Fernet.generate_key(), 12))
    fill(app, NOW)
    _write(app, _seen())
    notice = Notice(source="192.0.2.1", kind="link-down", if_index=1)
    app.traps.enter(NOW, notice, "192.0.2.1", "hq", "waiting")
    asyncio.run(_work(app))
    _write(app, _kept())
    return app


def _write(app: App, rows: Mapping[str, Body]) -> None:
    tables = load_tables().tables
    with writing(app.engine) as connection:
        for name, row in rows.items():
            connection.execute(insert(tables[name]).values(row))


def _kept() -> Mapping[str, Body]:
    """Return what the house keeps of itself: jobs, backups, mails, sessions."""
    return {
        "job": {
            "kind": "back-up",
            "queue": "house",
            "priority": 5,
            "state": "done",
            "requested_by": "token:3",
            "created_at": NOW,
            "started_at": NOW,
            "finished_at": NOW,
        },
        "job_file": {
            "job_id": FIRST_ID,
            "role": "result",
            "name": "assets.csv",
            "media": "text/csv; charset=utf-8",
            "size": 3,
            "made_at": NOW,
        },
        "job_file_part": {"file_id": FIRST_ID, "number": 0, "body": b"tag"},
        "job_worker": {
            "name": "host:1",
            "queues": ["house"],
            "release": "1",
            "started_at": NOW,
            "seen_at": NOW,
        },
        "recurring_job": {
            "name": "hq collect",
            "kind": "collect",
            "site": "hq",
            "rule": "0 2 * * *",
            "time_zone": "Europe/Berlin",
            "longest_minutes": 240,
            "anchor_at": NOW,
            "next_at": NOW,
        },
        "job_finding": {
            "kind": "missed",
            "recurring_id": FIRST_ID,
            "about": "2026-03-17",
            "detail": "It was not done.",
            "found_at": NOW,
        },
        "second_factor": {
            "user_id": FIRST_ID,
            "kind": "totp",
            "name": "Phone",
            "sealed_secret": "sealed",
            "counter": 1,
            "created_at": NOW,
        },
        "role_rule": {"group_name": "it-crew", "roles": ["it"], "note": ""},
        "collector": {
            "name": "branch",
            "site": "branch",
            "digest": "0" * 64,
            "enrolled_by": "token:1",
            "enrolled_at": NOW,
        },
        "backup": {
            "path": "purser.backup",
            "taken_at": NOW,
            "kind": "sqlite",
            "key": "k",
            "size": 1,
            "row_count": 1,
            "audit_count": 1,
            "audit_hash": "0" * 64,
        },
        "mail_settings": {
            "enabled": False,
            "host": "mail.example",
            "port": 587,
            "security": "starttls",
            "username": "",
            "sender": "purser@example.com",
            "recorded_at": NOW,
        },
        "mail": {
            "key": "ready/1",
            "kind": "ready",
            "recipient": "ada@example.com",
            "subject": "It is ready",
            "body": "Come and fetch it.",
            "on": NOW.date(),
            "state": "sent",
            "next_at": NOW,
            "recorded_at": NOW,
        },
        "user_session": {
            "key": "0" * 64,
            "user_id": FIRST_ID,
            "began_at": NOW,
            "last_seen_at": NOW,
            "expires_at": NOW + timedelta(hours=1),
        },
        "person_merge": {
            "from_id": 2,
            "into_id": FIRST_ID,
            "merged_by": "token:1",
            "undone_at": NOW,
            "undone_by": "token:1",
            "recorded_at": NOW,
        },
        "entity_transfer": {
            "case_id": FIRST_ID,
            "asset_id": FIRST_ID,
            "person_id": FIRST_ID,
            "from_entity_id": FIRST_ID,
            "to_entity_id": FIRST_ID,
            "on": NOW.date(),
            "recorded_at": NOW,
        },
    }


def _seen() -> Mapping[str, Body]:
    """Return what scans, log-ins and telephone systems leave in the tables."""
    span: Body = {"first_seen": NOW, "last_seen": NOW}
    dated: Body = {"source": "test", "valid_from": NOW.date(), "recorded_at": NOW}
    host: Body = {"site": "hq", "address": "192.0.2.3"}
    return {
        "scan": {
            "site": "hq",
            "state": "finished",
            "request": {"targets": ["192.0.2.0/24"], "site": "hq"},
            "requested_by": "token:1",
            "counts": {"total": 254, "swept": 254},
            "created_at": NOW,
            "started_at": NOW,
            "finished_at": NOW,
        },
        "scan_host": {
            "scan_id": FIRST_ID,
            "address": "192.0.2.3",
            "outcome": "new",
            "detail": "no device has these identifiers",
            "device_id": 3,
            "collectors": {"ssh": "auth-failed"},
            "problems": [["ssh:login", "auth-failed", "the device refused it"]],
            "finished_at": NOW,
        },
        "link": {
            "site": "hq",
            "a_device_id": 1,
            "a_interface_id": 1,
            "b_device_id": 2,
            "evidence": ["lldp a"],
            **span,
        },
        "neighbour": {
            "device_id": 1,
            "port": "Gi1/0/1",
            "key": "a",
            "protocol": "lldp",
            "sys_name": "far",
            "capabilities": ["bridge"],
            "addresses": ["198.51.100.7"],
            "reason": "outside",
        },
        "device_service": {
            "device_id": 1,
            "transport": "tcp",
            "port": 23,
            "protocol": "telnet",
            "first_seen": NOW,
        },
        "device_modem": {
            "device_id": 1,
            "part": "snmp:1",
            "imei": "490154203237518",
            "source": "snmp",
            "first_seen": NOW,
        },
        "network_finding": {
            "kind": "telnet-open",
            "site": "hq",
            "device_id": 1,
            "place": "tcp 23",
            "since": NOW,
            "found_at": NOW,
        },
        "dhcp_server": {
            "site": "hq",
            "segment": "eth0",
            "address": "192.0.2.1",
            **span,
        },
        "component": {"device_id": 1, "part": "snmp:1", "kind": "chassis"},
        "device_address": {"device_id": 1, "ip": "192.0.2.1", "prefix_length": 24},
        "device_field": {
            "device_id": 1,
            "field": "vendor",
            "origin": "snmp",
            "value": "Cisco",
            "source": "sysObjectID",
            "observed_at": NOW,
        },
        "observation": {
            "device_id": 1,
            "site": "hq",
            "address": "192.0.2.1",
            "collector": "snmp",
            "port": 161,
            "credential": "public",
            **span,
        },
        "identifier": {
            "device_id": 1,
            "kind": "serial",
            "value": "FOC1",
            "strength": 90,
            "source": "ENTITY-MIB",
            "first_seen": NOW,
        },
        "identity_conflict": {
            **host,
            "key": "k",
            "candidates": [3, 4],
            "reasons": ["mac 00:00:5e:00:53:01 belongs to 2 devices"],
            **span,
        },
        "identity_decision": {
            "verdict": "same",
            "a_kind": "serial",
            "a_value": "FOC1",
            "b_kind": "serial",
            "b_value": "FOC2",
            "note": "one stack",
            "decided_by": "token:1",
            "decided_at": NOW,
        },
        "host_key_pin": {
            **host,
            "port": 22,
            "fingerprint": "SHA256:x",
            "first_at": NOW,
        },
        "login_failures": {
            "kind": "device",
            "subject": "hq/192.0.2.3",
            "failures": 3,
            "last_at": NOW,
            "off_at": NOW,
            "reason": "the device refused the account or its secret",
        },
        "credential_use": {
            **host,
            "credential": "linux",
            "collector": "ssh",
            "device_id": 3,
            "uses": 2,
            "first_at": NOW,
            "last_at": NOW,
        },
        "phone_system": {
            "name": "pbx",
            "kind": "asterisk",
            "site": "hq",
            "address": "192.0.2.20",
            "last_seen": NOW,
            "problems": "",
            "recorded_at": NOW,
        },
        "extension": {"system_id": FIRST_ID, "number": "101", "name": "Ada", **span},
        "telephone": {"site": "hq", "device_id": 2, "ip": "192.0.2.2", **span},
        "extension_phone": {
            "extension_id": FIRST_ID,
            "phone_id": FIRST_ID,
            "registered": True,
            "last_seen": NOW,
            **dated,
        },
        "extension_person": {
            "extension_id": FIRST_ID,
            "person_id": FIRST_ID,
            "evidence": "email",
            **dated,
        },
        "phone_number": {
            "e164": "+493055550101",
            "system_id": FIRST_ID,
            "state": "assigned",
            **span,
        },
        "task": {
            "key": "sighting/1",
            "kind": "sighting",
            "subject": "T-002 is on the network",
            "source": "scan:1",
            "detail": "T-002 was seen; its holder left on 2025-07-01",
            "owner": "it",
            "recorded_at": NOW,
        },
        "number_extension": {
            "number_id": FIRST_ID,
            "extension_id": FIRST_ID,
            **dated,
        },
    }


async def _work(app: App) -> None:
    """Do by HTTP what people do."""
    async with calling(app, "it", "hr", "accounting", "auditor") as client:
        company = _Company(client)
        for part in (
            company.watches,
            company.arranges,
            company.buys,
            company.agrees,
            company.hands_out,
            company.counts,
            company.keeps_books,
            company.telephones,
            company.employs,
        ):
            await part()
    async with calling(app, "scim") as client:
        await _tell_directory(client)


async def _tell_directory(client: httpx.AsyncClient) -> None:
    scim = _Company(client, "/scim/v2")
    user = {
        "schemas": [SCIM_USER, SCIM_WORK],
        "userName": "ada",
        "name": {"givenName": "Ada", "familyName": "Berg-Oak"},
        SCIM_WORK: {"employeeNumber": "1"},
    }
    made = await scim.send("POST", "Users", **user)
    members = [{"value": made["id"]}]
    group = {"schemas": [SCIM_GROUP], "displayName": "Lab", "members": members}
    await scim.send("POST", "Groups", **group)


class _Company:
    """Sends what people do; every request has to succeed."""

    def __init__(self, client: httpx.AsyncClient, prefix: str = "/api/v1") -> None:
        self._client = client
        self._prefix = prefix

    async def send(self, method: str, path: str, **body: object) -> Body:
        return await self._sent(method, path, json=body)

    async def upload(self, path: str, **data: str) -> Body:
        file = ("a.csv", b"tag,kind\nX-1,monitor\n", "text/csv")
        return await self._sent("POST", path, files={"file": file}, data=data)

    async def _sent(self, method: str, path: str, **what: Any) -> Body:  # noqa: ANN401
        answer = await self._client.request(method, f"{self._prefix}/{path}", **what)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        told: Body = answer.json() if answer.content else {}
        return told

    async def watches(self) -> None:
        """Another program is told; secrets are stored; a list is saved."""
        hook = {"name": "erp", "url": "http://127.0.0.1:9/", "send_own": True}
        events = ["asset.registered", "asset_state.changed"]
        await self.send("POST", "webhooks", **hook, events=events)
        await self.send(
            "POST",
            "credentials",
            name="linux",
            kind="ssh",
            public={"user": "inventory"},
            secrets={"password": "maple"},
        )
        view = {"page": "/assets", "name": "Docks", "query": "kind=dock"}
        await self.send("POST", "views", **view, shared=True)
        await self.send("POST", "users", login="ida", roles=["hr"])

    async def arranges(self) -> None:
        """Units, categories, fields, profiles of imports."""
        await self.send("POST", "places", code="hq", name="Head office")
        await self.send("POST", "teams", code="LAB", name="Laboratory")
        department = {"code": "SAL", "name": "Sales", "legal_entity": "100"}
        await self.send("POST", "departments", **department)
        await self.send(
            "POST", "categories", code="nb", name="Notebooks", kind="laptop"
        )
        await self.send("POST", "tag-series:set", prefix="NB-", category="nb")
        await self.send("POST", "fields", key="bios", type="text", label="BIOS")
        columns = {"Inventar": "tag", "Art": "kind"}
        profile = {"name": "ours", "document": {"columns": columns}}
        await self.send("POST", "import-profiles", **profile)
        await self.upload("imports", dry_run="false")

    async def buys(self) -> None:
        """Orders, stock, reservations, consumables."""
        lines = ["2; laptop; Lenovo; T14; 1200.00"]
        order = {"number": "PO-1", "supplier": "Bechtle", "currency": "EUR"}
        await self.send("POST", "orders", **order, lines=lines)
        received = {"serials": ["A1", "A2"], "location": "hq"}
        await self.send("POST", "orders/PO-1:receive", **received)
        minimum = {"location": "hq", "kind": "laptop", "minimum": 5}
        await self.send("POST", "stock-minima:set", **minimum)
        await self.send("POST", "reservations", request="event:fair", kind="laptop")
        await self.send("POST", "consumables", key="toner", name="Toner", minimum=3)
        move = {"kind": "bought", "location": "hq", "quantity": 8}
        await self.send("POST", "consumables/toner:move", **move)

    async def agrees(self) -> None:
        """Contracts and licences."""
        dates = {"starts_on": "2026-01-01", "ends_on": "2026-05-01"}
        lease = {"name": "Laptops", "kind": "lease"}
        await self.send("POST", "contracts", number="C-1", **lease, **dates)
        await self.send("POST", "contracts/C-1:cover", tags=["T-001"])
        licence = {"key": "cad", "product": "CAD", "seats": 2}
        await self.send("POST", "licences", **licence, **dates)
        await self.send("POST", "licences/cad:assign", person="p-1")

    async def hands_out(self) -> None:
        """Notes, files, a handover to be signed."""
        macs = ["00:1b:2c:3d:4e:5f"]
        await self.send("POST", "assets/T-001:add-identifiers", macs=macs)
        await self.send("POST", "assets/T-001:note", text="The fan is loud.")
        await self.upload("assets/1/files", note="Invoice")
        given = {"assets": ["T-002"], "holder": "p-1", "confirm": True}
        await self.send("POST", "assets:check-out", **given)
        await self.send("POST", "assets/T-001:allocate", shares=["4100=100"])
        for kind, holder in (("team", "LAB"), ("location", "hq"), ("asset", "T-001")):
            tag = f"V-{kind}"
            await self.send("POST", "assets", tag=tag, kind="monitor")
            to = {"holder": holder, "holder_kind": kind}
            await self.send("POST", "assets:check-out", assets=[tag], **to)

    async def counts(self) -> None:
        """A stock-take that finds one thing and misses another."""
        take = await self.send("POST", "stock-takes", name="Spring", location="hq")
        number = take["id"]
        seen = {"texts": ["T-001", "strange"], "location": "hq"}
        await self.send("POST", f"stock-takes/{number}:scan", **seen)
        await self.send("POST", f"stock-takes/{number}:close")

    async def keeps_books(self) -> None:
        """An event in a book, whose past periods are posted; a cost nobody pays."""
        event = {"type": "add-cost", "effective": "2026-03-01", "amount": "50.00"}
        await self.send("POST", "assets/1:record-event", **event, book="IFRS")
        book = {"code": "LOCAL", "name": "Local", "legal_entity": "100"}
        await self.send("POST", "books", **book, first_year=2026, last_year=2026)
        nobodys = {"tag": "U-001", "kind": "server", "legal_entity": "100"}
        await self.send("POST", "assets", **nobodys)
        terms = {"cost": "1200.00", "in_service": "2026-01-01", "life_months": 12}
        of = {"asset": "U-001", "book": "LOCAL", "asset_class": "computer"}
        await self.send("POST", "schedules", **of, terms=terms)
        await self.send("POST", "periods/LOCAL:2026-01:post")
        await self.send("POST", "journal-exports", book="IFRS", profile="odoo")
        rate = {"currency": "USD", "into": "EUR", "on": "2026-03-02", "rate": "0.92"}
        await self.send("POST", "exchange-rates", **rate)
        rented = {"tag": "Z-RENT", "kind": "printer", "legal_entity": "100"}
        await self.send("POST", "assets", **rented)
        lease = {"reference": "L-1", "commences_on": "2026-03-01", "months": 24}
        lease |= {"asset": "Z-RENT", "book": "IFRS", "payment": "40.00", "rate": "5"}
        await self.send("POST", "leases", **lease)
        rack = {"tag": "Z-RACK", "kind": "other", "legal_entity": "100"}
        await self.send("POST", "assets", **rack, asset_class="network")
        parts = [{"name": "Frame", "cost": "70.00"}, {"name": "Fan", "cost": "30.00"}]
        built = {"asset": "Z-RACK", "books": ["IFRS"], "in_service": "2026-03-01"}
        await self.send("POST", "asset-components", **built, parts=parts)
        rate = {"legal_entity": "100", "since": "2026-01-01", "percent": "22"}
        await self.send("POST", "income-tax-rates", **rate)
        pool = {"book": "LOCAL", "name": "uk-main-corporation", "opening": "9000.00"}
        await self.send("POST", "pools", **pool, begins_on="2026-01-01")
        room = {"tag": "Z-ROOM", "kind": "other", "legal_entity": "100"}
        await self.send("POST", "assets", **room, asset_class="network")
        built = {"asset": "Z-ROOM", "book": "IFRS", "started_on": "2026-03-01"}
        await self.send("POST", "constructions", **built)
        for number, happens in enumerate(EVENTS, 10):
            tag = f"W-{number:03}"
            await self.send("POST", "assets", tag=tag, kind="server")
            own = terms | {"in_service": "2026-03-01", "life_months": 6}
            of = {"asset": tag, "book": "IFRS", "asset_class": "computer"}
            await self.send("POST", "schedules", **of, terms=own)
            what = {"effective": "2026-05-01", "book": "IFRS", **happens}
            await self.send("POST", f"assets/{tag}:record-event", **what)

    async def telephones(self) -> None:
        """A carrier with a line, a SIM, a charge, and an invoice that does not fit."""
        await self.send("POST", "telecom-providers", name="Netz AG", country="DE")
        account = {"provider": "Netz AG", "number": "5012345", "currency": "EUR"}
        await self.send("POST", "telecom-accounts", **account, legal_entity="100")
        since = {"starts_on": "2025-01-01"}
        of = {"account": "5012345"}
        await self.send("POST", "carrier-contracts", number="RV-1", **of, **since)
        tariff = {"code": "BIZ", "name": "Business", "monthly": "20", "currency": "EUR"}
        dated = {"valid_from": "2025-01-01"}
        await self.send("POST", "tariffs", provider="Netz AG", **tariff, **dated)
        await self.send("POST", "number-ranges", **of, first="+4989123456700")
        line = {"name": "M01", "number": "+491712345678", "tariff": "BIZ"}
        terms = {"contract": "RV-1", "active_from": "2025-01-01"}
        await self.send("POST", "telecom-lines", **of, **line, **terms)
        await self.send("POST", "sims", **of, iccid="89490200001234567000", line="M01")
        modem = {"imei": "490154203237518", "tag": "T-001"}
        await self.send("POST", "modems:set", **modem, sim="89490200001234567000")
        await self.send("POST", "telecom-lines/M01:assign", person="p-1")
        suspend = {"step": "suspend", "reason": "lost"}
        await self.send("POST", "telecom-lines/M01:step", **suspend)
        await self.send("POST", "telecom-charges", line="M01")
        await self.send("POST", "telecom-accruals:accrue", period="IFRS:2026-03")
        heading = "invoice,date,number,text,net"
        content = f"{heading}\nR-1,2026-03-05,+491712345678,Monthly charge,21.00"
        await self.send("POST", "carrier-invoices:load", **of, content=content)

    async def employs(self) -> None:
        """A joiner; a leaver whose laptop is stolen; a rule that is changed."""
        await self.send("POST", "staff-sources:set", joining=["number"], remark="so")
        kits = "items:\n  laptop: {kind: laptop}\n"
        await self.send(
            "POST", "provisioning-rules/kits:change", file=kits, remark="so"
        )
        files = {"version": "file"}
        await self.send("POST", "provisioning-rules/kits:restore", **files)
        joiner = {"given_name": "Tia", "family_name": "Ek", "legal_entity": "100"}
        await self._say("1", "hire", "99", **joiner, department="SAL")
        leaver = {"person": "p-1", "legal_entity": "100"}
        told = await self._say("2", "termination", "1", **leaver)
        lines = [line for line in told["cases"][-1]["lines"] if line["tag"]]
        stolen = {"line": lines[0]["id"], "step": "steal", "note": "police 4711"}
        await self.send("POST", f"cases/{told['case_id']}:step", **stolen)
        await self._say("3", "transfer", "77", department="SAL")

    async def _say(self, number: str, kind: str, who: str, **data: str) -> Body:
        on = "2026-04-01"
        event = {"source": "sap", "id": number, "type": kind, "subject": who}
        data = {"effective_on": on, **data}
        return await self.send("POST", "hr/events", **event, data=data)
