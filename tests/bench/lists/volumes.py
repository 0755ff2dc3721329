"""How many rows of which table, and what their columns hold.

Beside the 200,000 assets of `tests.bench.register`: 30,000 devices with 300,000 ports,
25,000 extensions, 20,000 orders, 10,000 cases and what belongs to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from inventory.assets.contracts import tables as contracts
from inventory.assets.custody.acceptance_tables import Acceptance
from inventory.assets.identifiers.tables import AssetIdentifier
from inventory.assets.register import detail_tables as details
from inventory.assets.register import tables as assets
from inventory.assets.stock import tables as stock
from inventory.assets.stocktake import tables as takes
from inventory.directory import tables as directory
from inventory.network import tables as network
from inventory.outbox import tables as outbox
from inventory.people import account_tables as accounts
from inventory.people import tables as people
from inventory.provisioning import case_tables as cases
from inventory.provisioning import tables as provisioning
from inventory.telecom import tables as telecom
from inventory.vault import tables as vault
from tests.bench.lists.plain_rows import FIRST, Make

KINDS = ("laptop", "laptop", "laptop", "monitor", "phone")
TYPES = ("computer", "computer", "phone", "switch", "printer", "unknown")
SITES = ("hq", "hq", "hq", "north", "plant-7")


def of(*values: Any) -> Make:  # noqa: ANN401
    """Return one value after the other, scattered."""
    return lambda n: values[n * 31 % 1009 % len(values)]


def text(form: str) -> Make:
    """Return a text with the number of the row in it."""
    return lambda n: form.format(n=n)


def in_block(size: int) -> Make:
    """Return 1 for the first `size` rows, then 2, and so on."""
    return lambda n: 1 + (n - 1) // size


def one_in(step: int, make: Make) -> Make:
    """Return a value for every `step`-th row, None for the others."""
    return lambda n: None if n % step else make(n)


def _mac(n: int) -> str:
    return "02:" + n.to_bytes(5, "big").hex(":")


def _ip(n: int) -> str:
    return f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"


def _day(n: int) -> Any:  # noqa: ANN401
    return FIRST + timedelta(days=n * 13 % 2200)


def _days_after(days: int) -> Make:
    return lambda n: _day(n) + timedelta(days=days)


SITE, EUR = {"site": of(*SITES)}, {"currency": "EUR"}
LINES = (
    *(("provide", name) for name in ("requested", "reserved", "delivered", "accepted")),
    *(("return", name) for name in ("due", "in_return", "restocked")),
    ("provide", "shortage"),
)
"""Action and state of lines of cases, in turn."""
CLOSED = ("accepted", "restocked")


def _closed_on(n: int) -> Any:  # noqa: ANN401
    return _day(n) + timedelta(days=20) if of(*LINES)(n)[1] in CLOSED else None


LATER = one_in(20, lambda n: _day(n) + timedelta(days=30))

Volume = tuple[Any, int, dict[str, Any]]
REGISTER: Sequence[Volume] = (
    (assets.Category, 60, {"code": text("CAT{n:02}"), "kind": of(*KINDS)}),
    (stock.Supplier, 800, {"name": text("Supplier {n}"), "key": text("supplier{n}")}),
    (people.Department, 300, {"code": text("D{n:03}"), "valid_from": FIRST}),
    (people.Team, 200, {"code": text("T{n:03}")}),
    (AssetIdentifier, 200_000, {"asset_id": in_block(1), "kind": of("mac", "uuid")}),
    (details.AssetNote, 60_000, {"text": text("Note {n} about it"), "author": "it"}),
    (
        details.Attachment,
        20_000,
        {"contract_id": None, "order_id": None, "sha256": text("{n:064x}")},
    ),
    (details.CustomField, 20, {"type": of("text", "day")}),
    (details.SavedView, 500, {"page": "/assets", "shared": of(True, False)}),
    (details.TagRule, 40, {"scope": text("{n}|-")}),
    (assets.TagSeries, 50, {"prefix": text("P{n}-")}),
    (
        contracts.Contract,
        2_000,
        EUR
        | {"kind": of("warranty", "lease", "maintenance"), "starts_on": _day}
        | {"ends_on": _days_after(900), "notice_on": _days_after(800)},
    ),
    (
        contracts.ContractCover,
        60_000,
        {"asset_id": lambda n: n * 3, "valid_from": FIRST},
    ),
    (contracts.Licence, 600, EUR | {"product": text("Program {n}")}),
    (
        contracts.LicenceSeat,
        30_000,
        {"licence_id": in_block(50), "number": lambda n: 1 + (n - 1) % 50},
    ),
    (
        contracts.LicenceUse,
        30_000,
        {"seat_id": in_block(1), "asset_id": None, "valid_from": FIRST},
    ),
    (contracts.Consumable, 500, {"name": text("Toner {n}")}),
    (
        contracts.ConsumableStock,
        1_000,
        {"consumable_id": in_block(2), "location_id": lambda n: 1 + n % 50},
    ),
    (contracts.ConsumableMove, 40_000, EUR | {"kind": of("bought", "used")}),
    (
        stock.PurchaseOrder,
        20_000,
        EUR
        | {"number": text("PO-{n}"), "ordered_on": _day, "closed_on": LATER}
        | {"close_reason": one_in(20, lambda _n: "received")},
    ),
    (
        stock.PurchaseLine,
        40_000,
        {"order_id": in_block(2), "line": lambda n: 1 + n % 2, "quantity": 20}
        | {"kind": of(*KINDS), "received": of(20, 3, 0)},
    ),
    (stock.PurchaseReceipt, 100_000, {"asset_id": lambda n: n * 2}),
    (
        stock.StockMinimum,
        500,
        {"location_id": lambda n: 1 + n % 50, "kind": text("kind-{n}"), "model": ""},
    ),
    (
        stock.Reservation,
        2_000,
        {"asset_id": lambda n: n * 10, "expires_on": LATER, "purpose": "a project"},
    ),
    (takes.StockTake, 20, {"state": of("open", "closed"), "kinds": []}),
    (
        takes.StockTakeItem,
        200_000,
        {"stock_take_id": in_block(40_000), "asset_id": in_block(1)},
    ),
    (
        takes.StockTakeScan,
        150_000,
        {"stock_take_id": in_block(40_000), "asset_id": in_block(1)}
        | {"text": text("IT-{n:06}"), "how": of("wedge", "camera"), "answer": "seen"},
    ),
    (
        takes.StockTakeCorrection,
        5_000,
        {"stock_take_id": of(1, 2, 3), "kind": of("move", "lose"), "detail": {}}
        | {"state": of("proposed", "applied")},
    ),
    (
        Acceptance,
        20_000,
        {"state": "pending", "answered_at": None, "signature": "", "drawing": None},
    ),
)

PEOPLE: Sequence[Volume] = (
    (provisioning.HrSource, 3, {"stopped_at": None}),
    (provisioning.HrIdentity, 25_000, {"source": of("sap", "sap", "payroll")}),
    (
        cases.ProvisioningCase,
        10_000,
        {"kind": of("joining", "moving", "leaving"), "facts": {}, "site": "hq"}
        | {"state": of("closed", "closed", "open"), "closed_on": LATER},
    ),
    (
        cases.CaseLine,
        40_000,
        EUR
        | {"case_id": in_block(4), "slot": text("slot-{n}"), "owner": of("it", "hr")}
        | {"action": lambda n: of(*LINES)(n)[0], "kind": of(*KINDS)}
        | {"asset_id": in_block(1), "state": lambda n: of(*LINES)(n)[1]}
        | {"due_on": _days_after(14), "requested_models": [], "closed_on": _closed_on},
    ),
    (cases.LineStep, 80_000, {"line_id": in_block(2)}),
    (cases.PurchaseRequest, 5_000, {"requested_models": []}),
    (
        cases.WriteOffProposal,
        3_000,
        EUR | {"state": of("proposed", "approved"), "reason": of("lost", "stolen")},
    ),
    (
        provisioning.HrEvent,
        30_000,
        {"source": of("sap", "payroll"), "kind": of("joins", "moves", "leaves")}
        | {"data": {}, "verdict": of("applied", "applied", "parked")},
    ),
    (
        provisioning.Task,
        20_000,
        {"kind": of("confirm-leaver", "conflict"), "owner": of("it", "hr")}
        | {"key": text("task-{n}"), "closed_at": None},
    ),
    (
        directory.DirectoryRecord,
        26_000,
        {"kind": lambda n: "User" if n % 26 else "Group", "source": "scim:entra"}
        | {"document": {"displayName": "Somebody"}, "kit": None},
    ),
    (
        directory.DirectoryValue,
        60_000,
        {"record_id": lambda n: 1 + n % 26_000, "attr": of("emails", "members")},
    ),
    (accounts.UserAccount, 300, {"roles": ["it"], "password_hash": None}),
    (accounts.ApiToken, 200, {"roles": ["it"], "expires_at": None}),
)

NETWORK: Sequence[Volume] = (
    (
        network.Device,
        30_000,
        SITE
        | {"name": text("host-{n}"), "type": of(*TYPES), "vendor": of("Cisco", "HP")}
        | {"serial": text("SN{n}"), "address": _ip, "mac": _mac, "subtype": None}
        | {"search": lambda n: f"host-{n} sn{n} {_ip(n)} {_mac(n)}"},
    ),
    (
        network.Interface,
        300_000,
        {"device_id": in_block(10), "name": lambda n: f"Gi1/0/{n % 10}", "mac": _mac},
    ),
    (network.DeviceAddress, 45_000, {"device_id": in_block(2), "ip": _ip, "vrf": ""}),
    (network.DeviceComponent, 60_000, {"device_id": in_block(2)}),
    (
        network.Identifier,
        60_000,
        {"device_id": in_block(2), "kind": of("serial", "mac"), "scope": ""},
    ),
    (
        network.DeviceField,
        120_000,
        {"device_id": in_block(4), "field": text("field-{n}"), "reasons": []},
    ),
    (
        network.StoredObservation,
        30_000,
        SITE
        | {"device_id": in_block(1), "address": _ip, "collector": of("snmp", "ssh")}
        | {"identifiers": [], "conflict_id": None, "fdb": None, "arp": None},
    ),
    (
        network.Sighting,
        150_000,
        SITE | {"mac": _mac, "ip": _ip, "closed_at": None},
    ),
    (network.Link, 30_000, SITE | {"evidence": [], "members": []}),
    (
        network.DeviceNeighbour,
        60_000,
        {"device_id": in_block(2), "capabilities": [], "addresses": [], "med": None}
        | {"reason": of("unreachable", "excluded", None)},
    ),
    (
        network.IdentityConflict,
        500,
        SITE | {"key": text("key-{n}"), "candidates": [1, 2], "reasons": ["x"]},
    ),
    (network.IdentityDecision, 300, {"verdict": of("same", "different")}),
    (
        network.Reconciliation,
        60_000,
        {"state": of("matched", "matched", "unregistered", "misplaced")}
        | {"asset_id": in_block(1), "device_id": lambda n: 1 + n % 30_000},
    ),
    (
        network.Scan,
        1_500,
        SITE | {"state": of("finished", "failed"), "request": {}, "counts": {}},
    ),
    (
        network.ScanHost,
        150_000,
        {"scan_id": in_block(100), "address": _ip, "collectors": {}, "problems": []}
        | {"outcome": of("same", "silent", "new")},
    ),
    (telecom.PhoneSystem, 5, {"site": "hq"}),
    (
        telecom.Extension,
        25_000,
        {"number": text("{n:05}"), "search": text("{n:05} somebody-{n}")},
    ),
    (telecom.Telephone, 25_000, SITE | {"mac": _mac, "device_name": text("SEP{n}")}),
    (telecom.ExtensionPhone, 25_000, {"extension_id": in_block(1), "source": "pbx:x"}),
    (telecom.ExtensionPerson, 25_000, {"extension_id": in_block(1)}),
    (telecom.PhoneNumber, 25_000, {"e164": text("+49{n:09}"), "state": "assigned"}),
    (telecom.NumberExtension, 25_000, {"number_id": in_block(1)}),
    (telecom.HuntGroup, 300, {}),
    (telecom.GroupMember, 3_000, {"group_id": in_block(10)}),
    (telecom.Mailbox, 5_000, {}),
)

HOUSE: Sequence[Volume] = (
    (vault.VaultKey, 2, {}),
    (
        vault.StoredCredential,
        60,
        {"kind": of("snmp", "ssh"), "key": of("name-1", "name-2"), "public": {}}
        | {"valid_from": None, "valid_until": None, "networks": []},
    ),
    (
        vault.CredentialUse,
        30_000,
        SITE | {"address": _ip, "device_id": in_block(1), "credential": of("a", "b")},
    ),
    (
        vault.LoginFailures,
        5_000,
        {"kind": of("account", "device"), "off_at": None},
    ),
    (vault.HostKeyPin, 5_000, SITE | {"address": _ip, "changed_to": None}),
    (outbox.Webhook, 10, {"roles": ["it"], "failing_since": None}),
    (
        outbox.OutboxMessage,
        100_000,
        {"type": of("asset.registered", "x"), "body": "{}"},
    ),
    (
        outbox.WebhookDelivery,
        150_000,
        {"state": "delivered", "due_at": None, "leased_until": None}
        | {"webhook_id": of(1, 2, 3), "message_id": lambda n: 1 + n % 100_000},
    ),
)

VOLUMES: Sequence[Volume] = (*REGISTER, *PEOPLE, *NETWORK, *HOUSE)
