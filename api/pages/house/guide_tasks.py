"""What people come for, how it is done, and where: the guide of each role, as data."""

from __future__ import annotations

from dataclasses import dataclass

from api.http.callers import Role
from inventory.kernel.texts import N_

IT, HR = Role.IT, Role.HR
ACCOUNTING, AUDITOR = Role.ACCOUNTING, Role.AUDITOR
MANAGER, EMPLOYEE = Role.MANAGER, Role.EMPLOYEE


@dataclass(frozen=True, slots=True)
class Task:
    """Something that somebody wants to do.

    Attributes:
        name: Unique, for addresses and tests.
        title: What is wanted.
        role: Whose guide it stands in.
        path: Where one begins.
        how: What to do there.
    """

    name: str
    title: str
    role: Role
    path: str
    how: str


TASKS = (
    Task(
        "credential",
        N_("Store a credential and try it"),
        IT,
        "/credentials",
        N_("Store it with its kind; then Test with the address of a host that has it."),
    ),
    Task(
        "scan",
        N_("Scan a range and watch"),
        IT,
        "/scans/new",
        N_("Type networks or addresses; the page of the scan follows it by itself."),
    ),
    Task(
        "failed-host",
        N_("See why a host failed, and try it again"),
        IT,
        "/scan-hosts?outcome=failed",
        N_("Each host says its reason; Retry asks that one address again."),
    ),
    Task(
        "schedule",
        N_("Scan every night"),
        IT,
        "/recurring-jobs/new",
        N_("A recurring job of the kind sweep, with the hour at which it begins."),
    ),
    Task(
        "where-mac",
        N_("Find where a MAC or an address is plugged in"),
        IT,
        "/whereabouts",
        N_("Type it: switch, port, VLAN, since when, and where it was before."),
    ),
    Task(
        "where-laptop",
        N_("Find somebody's laptop"),
        IT,
        "/people",
        N_("Press Ctrl K and type the name: the person and what he holds are found."),
    ),
    Task(
        "where-phone",
        N_("Find the phone of an extension"),
        IT,
        "/extensions",
        N_("The extension tells its phones, and the switch port of each."),
    ),
    Task(
        "port",
        N_("See what is on a port"),
        IT,
        "/interfaces",
        N_("The page of a switch has its ports, with speed, VLAN and what is on them."),
    ),
    Task(
        "map",
        N_("Read the map"),
        IT,
        "/map",
        N_("Type a name to go there; a click folds a branch; VLAN shows one network."),
    ),
    Task(
        "adopt",
        N_("Register a device that was seen"),
        IT,
        "/worklist?state=unregistered",
        N_("Adopt it with class, cost and holder; Take back undoes it."),
    ),
    Task(
        "correct",
        N_("Correct the type of a device"),
        IT,
        "/devices",
        N_("Correct on its page; what a person says outranks what scans read."),
    ),
    Task(
        "merge",
        N_("Make two devices one, and part them again"),
        IT,
        "/devices",
        N_("Merge on the page of one; Merges and splits can revoke it."),
    ),
    Task(
        "edit",
        N_("Correct an asset"),
        IT,
        "/assets",
        N_("Edit on its page; a form drawn before another change overwrites nothing."),
    ),
    Task(
        "bulk",
        N_("Change many assets alike"),
        IT,
        "/assets",
        N_("Select rows, or all that match, and choose the act; try it before."),
    ),
    Task(
        "labels",
        N_("Print labels for a filter"),
        IT,
        "/labels",
        N_("Choose medium and assets; the PDF has a code that phones can read."),
    ),
    Task(
        "stock-take",
        N_("Take stock with a phone"),
        IT,
        "/stock-takes",
        N_("Open one, then point the camera at labels, or type their tags."),
    ),
    Task(
        "order",
        N_("Order and receive things"),
        IT,
        "/orders/new",
        N_("An order has lines; Receive registers what came, with its serials."),
    ),
    Task(
        "contract",
        N_("Keep a contract and what it covers"),
        IT,
        "/contracts/new",
        N_("Its end and its notice are told before they are due."),
    ),
    Task(
        "licence",
        N_("Give somebody a seat of a licence"),
        IT,
        "/licences",
        N_("Assign on the licence; used and free seats stand on its page."),
    ),
    Task(
        "hand-out",
        N_("Hand things over and have it signed"),
        IT,
        "/assets/check-out",
        N_("Tags and holder; the code on the screen opens the form on a phone."),
    ),
    Task(
        "webhook",
        N_("Tell another program"),
        IT,
        "/webhooks/new",
        N_("A receiver gets signed messages; Ping tries it, Deliveries tell all."),
    ),
    Task(
        "token",
        N_("Make a token for the API"),
        IT,
        "/tokens/new",
        N_("It has roles and an end; it is shown once."),
    ),
    Task(
        "user",
        N_("Give somebody a log-in"),
        IT,
        "/users/new",
        N_("Roles say what is seen; a scope limits it to places or entities."),
    ),
    Task(
        "session",
        N_("End a session"),
        IT,
        "/sessions",
        N_("End it: that browser is logged out at once."),
    ),
    Task(
        "backup",
        N_("Take a backup"),
        IT,
        "/backups",
        N_("Take one now, or let a recurring job do it; Verify reads it back."),
    ),
    Task(
        "join",
        N_("Announce who joins"),
        HR,
        "/announce?kind=joining",
        N_("Beside the form stand the lines, days and costs that follow."),
    ),
    Task(
        "move",
        N_("Announce who moves"),
        HR,
        "/announce?kind=moving",
        N_("Name what changes; what is left empty stays."),
    ),
    Task(
        "leave",
        N_("Announce who leaves"),
        HR,
        "/announce?kind=leaving",
        N_("Everything the person holds becomes a line to get back."),
    ),
    Task(
        "holding",
        N_("See who left and still holds something"),
        HR,
        "/holdings?left=true",
        N_("Each row names the thing and since when; remind from the person's page."),
    ),
    Task(
        "case",
        N_("Work off a case"),
        HR,
        "/cases",
        N_("Each line offers the steps that its state allows."),
    ),
    Task(
        "staff-list",
        N_("Take in a list of staff"),
        HR,
        "/staff-list",
        N_("See what each row would do before anything is written."),
    ),
    Task(
        "write-off",
        N_("Decide a write-off"),
        ACCOUNTING,
        "/write-offs?state=proposed",
        N_("The value on that day stands beside; approving books it."),
    ),
    Task(
        "worth",
        N_("See the schedule of an asset, book beside book"),
        ACCOUNTING,
        "/assets",
        N_("Value on its page: curve, rows and every book."),
    ),
    Task(
        "what-if",
        N_("Try an event on an asset before it is booked"),
        ACCOUNTING,
        "/schedules",
        N_(
            "Record event shows the rows it would change; nothing is booked by looking."
        ),
    ),
    Task(
        "capitalise",
        N_("Put waiting purchases into a book"),
        ACCOUNTING,
        "/books",
        N_("The book counts what waits; Capitalise takes them in."),
    ),
    Task(
        "close",
        N_("Close a month"),
        ACCOUNTING,
        "/books",
        N_("Check, post, close; lock when nothing may change any more."),
    ),
    Task(
        "journal",
        N_("Hand the journal to the ledger"),
        ACCOUNTING,
        "/journal-exports/new",
        N_("Choose the columns of your program; no line is given twice."),
    ),
    Task(
        "explain",
        N_("Explain a figure"),
        ACCOUNTING,
        "/journal-lines",
        N_("A line leads to its posting, its asset, its rule and what was seen."),
    ),
    Task(
        "report",
        N_("Read a report"),
        ACCOUNTING,
        "/accounting",
        N_("Choose parameters; sums lead to the rows they are made of."),
    ),
    Task(
        "carrier-invoice",
        N_("Check an invoice of a carrier"),
        ACCOUNTING,
        "/carrier-invoices",
        N_("Load the file, match it, decide its findings, approve it."),
    ),
    Task(
        "trail",
        N_("See who changed what"),
        AUDITOR,
        "/audit-trail",
        N_("By thing, by person, by time; Verify recomputes the whole chain."),
    ),
    Task(
        "as-of",
        N_("See who held what on a day"),
        AUDITOR,
        "/as-of",
        N_("A person, a place or a cost centre, on any day."),
    ),
    Task(
        "team",
        N_("See who joins and what your people hold"),
        MANAGER,
        "/team",
        N_("What a joiner still lacks stands beside the name; lists can be exported."),
    ),
    Task(
        "approve",
        N_("Approve what somebody asks for"),
        MANAGER,
        "/team",
        N_("Approve or Refuse beside the wish; the cost and the reason are shown."),
    ),
    Task(
        "ask-for-team",
        N_("Ask for something for one of your people"),
        MANAGER,
        "/case-lines/ask?back=/team",
        N_("Choose from the catalogue; what costs little needs no approval."),
    ),
    Task(
        "mine",
        N_("See what you hold and confirm what you received"),
        EMPLOYEE,
        "/my-things",
        N_("Lines that wait for you have a button; what you signed is kept as PDF."),
    ),
    Task(
        "ask",
        N_("Ask for something"),
        EMPLOYEE,
        "/case-lines/ask?back=/my-things",
        N_("Choose from the catalogue; My things shows how far it is."),
    ),
    Task(
        "report-lost",
        N_("Report something lost"),
        EMPLOYEE,
        "/my-things",
        N_("Report it lost beside the thing; those in charge decide what follows."),
    ),
)
"""In the order of the guide."""
