"""All resources by name; what is needed to list them is known without loading them.

A new resource is one line here: its name, its command, what the command is about, and
the module that declares it (as `NAME` in capitals).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from api.resources.resource import Resource


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a resource is declared.

    Attributes:
        name: Of the resource, and in capitals of the variable: `cost-centres` is
            `COST_CENTRES`.
        command: Its command.
        about: A sentence for the command line.
        module: Below `api.resources`.
    """

    name: str
    command: str
    about: str
    module: str


ENTRIES = (
    Entry("devices", "device", "What is on the network.", "network.devices"),
    Entry("sites", "site", "Where devices are.", "network.sites"),
    Entry("interfaces", "interface", "Ports of devices.", "network.parts.interfaces"),
    Entry(
        "ports", "port", "Ports of switches, and who is on them.", "network.parts.ports"
    ),
    Entry("addresses", "address", "IP addresses.", "network.parts.addresses"),
    Entry("components", "component", "Physical parts.", "network.parts.components"),
    Entry(
        "device-modems",
        "device-modem",
        "Cellular modems, and the SIMs seen in them.",
        "network.parts.modems",
    ),
    Entry(
        "services",
        "service",
        "What listens, and its certificates.",
        "network.parts.services",
    ),
    Entry(
        "network-findings",
        "network-finding",
        "Certificates that end, old protocols, unknown devices.",
        "network.findings",
    ),
    Entry(
        "dhcp-servers",
        "dhcp-server",
        "Who gives addresses away.",
        "network.heard.dhcp_servers",
    ),
    Entry(
        "device-identifiers",
        "device-identifier",
        "What tells devices apart.",
        "network.parts.device_identifiers",
    ),
    Entry(
        "device-fields",
        "device-field",
        "Evidence for what devices are.",
        "network.parts.device_fields",
    ),
    Entry(
        "observations",
        "observation",
        "Who read which device.",
        "network.parts.observations",
    ),
    Entry("sightings", "sighting", "Where things are and were.", "network.sightings"),
    Entry("links", "link", "Cables between devices.", "network.links"),
    Entry("neighbours", "neighbour", "Heard, visited or not.", "network.neighbours"),
    Entry(
        "worklist",
        "worklist",
        "Where network and register do not agree.",
        "network.worklist",
    ),
    Entry(
        "suggestions",
        "suggestion",
        "What devices may be; a person decides.",
        "network.suggestions",
    ),
    Entry("conflicts", "conflict", "What fits several devices.", "network.conflicts"),
    Entry("decisions", "decision", "Merges and splits by hand.", "network.decisions"),
    Entry("scans", "scans", "Scans, past and running.", "network.scans"),
    Entry("scan-hosts", "scan-host", "Hosts of scans.", "network.scan_hosts"),
    Entry("traps", "trap", "Notifications of devices.", "network.heard.traps"),
    Entry("assets", "asset", "What the company owns.", "register.assets"),
    Entry("people", "person", "Who works where and holds what.", "people.people"),
    Entry("departments", "department", "Where people work.", "people.departments"),
    Entry(
        "legal-entities",
        "legal-entity",
        "Companies of the group.",
        "people.legal_entities",
    ),
    Entry("cost-centres", "cost-centre", "Who pays.", "people.cost_centres"),
    Entry("extensions", "extension", "Whom one calls.", "telephony.extensions"),
    Entry("numbers", "number", "Of the public network.", "telephony.numbers"),
    Entry("phones", "phone", "As telephone systems know them.", "telephony.phones"),
    Entry(
        "registrations",
        "registration",
        "Which phone has which extension.",
        "telephony.registrations",
    ),
    Entry(
        "phone-systems",
        "phone-system",
        "Where extensions are read.",
        "telephony.phone_systems",
    ),
    Entry(
        "telecom-lines",
        "telecom-line",
        "Lines, trunks and circuits that are paid for.",
        "telecom.lines",
    ),
    Entry(
        "line-assignments",
        "line-assignment",
        "Who has which line.",
        "telecom.assignments",
    ),
    Entry("line-steps", "line-step", "What became of lines.", "telecom.assignments"),
    Entry("sims", "sim", "SIMs and eSIM profiles.", "telecom.sims"),
    Entry("modems", "modem", "IMEI of each slot, and its SIM.", "telecom.sims"),
    Entry(
        "number-ranges",
        "number-range",
        "Numbers that are rented together.",
        "telecom.ranges",
    ),
    Entry(
        "telecom-providers",
        "telecom-provider",
        "Carriers and resellers.",
        "telecom.providers",
    ),
    Entry(
        "telecom-accounts",
        "telecom-account",
        "What one invoice is about.",
        "telecom.providers",
    ),
    Entry("tariffs", "tariff", "What providers offer.", "telecom.tariffs"),
    Entry(
        "carrier-contracts",
        "carrier-contract",
        "Terms, notice and the way out.",
        "telecom.contracts",
    ),
    Entry(
        "telecom-charges",
        "telecom-charge",
        "What is to be paid again and again.",
        "telecom.charges",
    ),
    Entry(
        "telecom-accruals",
        "telecom-accrual",
        "What was accrued, and for whom.",
        "telecom.accruals",
    ),
    Entry(
        "carrier-invoices",
        "carrier-invoice",
        "Loaded, matched, approved.",
        "telecom.invoices",
    ),
    Entry(
        "carrier-invoice-lines",
        "carrier-invoice-line",
        "Totals by number.",
        "telecom.invoices",
    ),
    Entry(
        "invoice-findings",
        "invoice-finding",
        "What does not fit, in money.",
        "telecom.findings",
    ),
    Entry(
        "invoice-layouts",
        "invoice-layout",
        "How carriers' files are read.",
        "telecom.layouts",
    ),
    Entry(
        "charge-types",
        "charge-type",
        "Kinds of charges, and their words.",
        "telecom.layouts",
    ),
    Entry(
        "telecom-waste", "telecom-waste", "What is paid for nobody.", "telecom.waste"
    ),
    Entry("contract-exits", "contract-exit", "Last days of notice.", "telecom.exits"),
    Entry("cases", "case", "Joiners, movers and leavers.", "people.cases"),
    Entry("case-lines", "case-line", "What is to be done.", "people.case_lines"),
    Entry("tasks", "task", "What waits for a decision.", "people.tasks"),
    Entry("holdings", "holding", "What people hold now.", "people.holdings"),
    Entry("write-offs", "write-off", "What is gone.", "people.write_offs"),
    Entry(
        "entity-transfers",
        "entity-transfer",
        "What goes to another legal entity.",
        "people.entity_transfers",
    ),
    Entry(
        "person-merges",
        "person-merge",
        "Persons that turned out to be one.",
        "people.hr.person_merges",
    ),
    Entry("mails", "mail", "What people are told.", "people.hr.mails"),
    Entry(
        "mail-settings",
        "mail-setting",
        "How mail is sent.",
        "people.hr.mail_settings",
    ),
    Entry("hr-events", "hr-event", "What HR said.", "people.hr.hr_events"),
    Entry("hr-sources", "hr-source", "Systems of HR.", "people.hr.hr_sources"),
    Entry(
        "directory-users",
        "directory-user",
        "Users of identity providers.",
        "people.directory.users",
    ),
    Entry(
        "directory-groups",
        "directory-group",
        "Groups of identity providers.",
        "people.directory.groups",
    ),
    Entry("kits", "kit", "What somebody gets who works here.", "people.kits"),
    Entry("users", "user", "People who log in.", "house.users"),
    Entry("sessions", "session", "Who is logged in.", "house.sessions"),
    Entry(
        "second-factors",
        "second-factor",
        "What is shown beside passwords.",
        "house.logins.second_factors",
    ),
    Entry("role-rules", "role-rule", "Roles by groups.", "house.logins.role_rules"),
    Entry("tokens", "token", "Programs that use the API.", "house.tokens"),
    Entry("credentials", "credential", "What logs in to devices.", "house.credentials"),
    Entry(
        "credential-uses",
        "credential-use",
        "What credentials opened.",
        "house.credential_uses",
    ),
    Entry(
        "login-failures",
        "login-failure",
        "Where logins failed.",
        "house.login_failures",
    ),
    Entry("host-keys", "host-key", "Pinned keys of SSH.", "house.host_keys"),
    Entry("backups", "backups", "Copies of everything.", "house.backups"),
    Entry("webhooks", "webhook", "Programs that are told.", "house.webhooks"),
    Entry("deliveries", "delivery", "Messages on their way.", "house.deliveries"),
    Entry("messages", "message", "What is told to webhooks.", "house.messages"),
    Entry("books", "book", "Books of depreciation.", "money.books"),
    Entry("periods", "period", "Fiscal periods of books.", "money.periods"),
    Entry("postings", "posting", "What was posted and reversed.", "money.postings"),
    Entry(
        "journal-exports",
        "journal-export",
        "What the ledger has got.",
        "money.journal_exports",
    ),
    Entry(
        "journal-lines", "journal-line", "Lines of all journals.", "money.journal_lines"
    ),
    Entry(
        "unallocated-costs",
        "unallocated-cost",
        "Depreciation posted without a cost centre.",
        "money.journal_lines",
    ),
    Entry("schedules", "schedule", "Assets in books.", "money.schedules"),
    Entry(
        "constructions",
        "construction",
        "Cost gathered until it is in service.",
        "money.in_books.constructions",
    ),
    Entry(
        "asset-components",
        "asset-component",
        "Parts of assets with lives of their own.",
        "money.in_books.components",
    ),
    Entry("pools", "pool", "Pools, with the years declared.", "money.in_books.pools"),
    Entry(
        "income-tax-rates",
        "income-tax-rate",
        "Rates for deferred tax.",
        "money.rates.income_tax_rates",
    ),
    Entry("leases", "lease", "Leases with liability.", "money.leases.leases"),
    Entry(
        "schedule-rows",
        "schedule-row",
        "Depreciation period by period.",
        "money.schedule_rows",
    ),
    Entry(
        "account-balances",
        "account-balance",
        "What postings leave on accounts.",
        "money.account_balances",
    ),
    Entry(
        "book-events", "book-event", "Events in books.", "money.in_books.book_events"
    ),
    Entry(
        "book-proposals",
        "book-proposal",
        "Disposals that register or book has to follow.",
        "money.in_books.book_proposals",
    ),
    Entry("custody", "custody", "Who held what.", "register.custody"),
    Entry("allocations", "allocation", "Who pays for what.", "register.custody"),
    Entry("acceptances", "acceptance", "Confirmed handovers.", "register.custody"),
    Entry("identifiers", "identifier", "MACs, IMEIs, UUIDs.", "register.custody"),
    Entry("categories", "category", "Groups of assets.", "register.categories"),
    Entry("tag-series", "tag-series", "How tags are numbered.", "register.categories"),
    Entry("fields", "field", "The company's own fields.", "register.categories"),
    Entry(
        "manufacturers", "manufacturer", "Who makes things.", "register.manufacturers"
    ),
    Entry("notes", "note", "Notes to assets.", "register.papers"),
    Entry("files", "file", "Files of assets and contracts.", "register.papers"),
    Entry("views", "view", "Saved views of lists.", "register.papers"),
    Entry("places", "place", "Sites, buildings, rooms.", "register.places"),
    Entry("teams", "team", "Who shares things.", "register.places"),
    Entry("stock", "stock", "What lies in stock.", "register.stock"),
    Entry("stock-minima", "stock-minimum", "What should lie there.", "register.stock"),
    Entry("reservations", "reservation", "What is promised.", "register.stock"),
    Entry("suppliers", "supplier", "Who we buy from.", "register.purchasing.suppliers"),
    Entry(
        "purchase-requests",
        "purchase-request",
        "What has to be bought, and for whom.",
        "people.requests.purchase_requests",
    ),
    Entry("orders", "order", "What is ordered.", "register.purchasing.orders"),
    Entry("order-lines", "order-line", "Their lines.", "register.purchasing.orders"),
    Entry("receipts", "receipt", "What came in.", "register.purchasing.orders"),
    Entry(
        "contracts",
        "contract",
        "Warranties, leases ...",
        "register.agreements.contracts",
    ),
    Entry(
        "licences", "licence", "Rights to use programs.", "register.agreements.licences"
    ),
    Entry(
        "licence-uses", "licence-use", "Who uses them.", "register.agreements.licences"
    ),
    Entry(
        "consumables",
        "consumable",
        "What is used up.",
        "register.agreements.consumables",
    ),
    Entry(
        "consumable-moves",
        "consumable-move",
        "Ins and outs.",
        "register.agreements.consumables",
    ),
    Entry("stock-takes", "stock-take", "Is it all there?", "register.stock_takes"),
    Entry(
        "stock-take-items", "stock-take-item", "What was found.", "register.stock_takes"
    ),
    Entry("stock-take-scans", "stock-take-scan", "Scanned.", "register.stock_takes"),
    Entry(
        "stock-take-corrections",
        "stock-take-correction",
        "What stock-takes propose.",
        "register.stock_takes",
    ),
    Entry("expirations", "expiration", "Ends soon.", "register.agreements.expirations"),
    Entry("asset-states", "asset-state", "Of the lifecycle.", "register.lifecycle"),
    Entry("asset-steps", "asset-step", "Of the lifecycle.", "register.lifecycle"),
    Entry(
        "asset-sheet", "asset-sheet", "To be imported again.", "exchange.asset_sheet"
    ),
    Entry(
        "import-profiles",
        "import-profile",
        "How tables are read.",
        "exchange.import_profiles",
    ),
    Entry("label-media", "label-medium", "Sheets and tapes.", "exchange.labels"),
    Entry("reports", "report", "About books.", "money.reports"),
    Entry("asset-classes", "asset-class", "With rules.", "money.asset_classes"),
    Entry("presets", "preset", "Rules of laws and habits.", "money.asset_classes"),
    Entry(
        "exchange-rates",
        "exchange-rate",
        "What currencies were worth.",
        "money.rates.exchange_rates",
    ),
    Entry("jobs", "job", "Work beside requests.", "work.jobs"),
    Entry("recurring-jobs", "recurring", "What recurs.", "work.recurring"),
    Entry("job-findings", "job-finding", "Missed and overlong.", "work.findings"),
    Entry("collectors", "collector", "Programs at sites.", "work.collectors"),
    Entry("workers", "workers", "Processes that work on jobs.", "work.workers"),
    Entry("event-types", "event-type", "What is told.", "house.event_types"),
    Entry("audit-trail", "audit", "Who did what.", "house.audit_trail"),
    Entry(
        "directory-differences",
        "directory-difference",
        "What providers say otherwise.",
        "people.directory.differences",
    ),
    Entry(
        "returns-at-risk",
        "return-at-risk",
        "What may be lost.",
        "people.returns_at_risk",
    ),
)


@cache
def resource(name: str) -> Resource[Any]:
    """Return a resource by name.

    Raises:
        KeyError: There is none of that name.
    """
    entry = {one.name: one for one in ENTRIES}[name]
    module = import_module(f"api.resources.{entry.module}")
    found: Resource[Any] = getattr(module, name.upper().replace("-", "_"))
    if (found.name, found.command) != (entry.name, entry.command):
        raise ValueError(f"{entry.module} declares {found.name}, {found.command}")
    return found


def all_resources() -> Iterator[Resource[Any]]:
    """Yield all resources, in the order of the registry."""
    return (resource(entry.name) for entry in ENTRIES)
