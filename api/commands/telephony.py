"""`purser pbx` and `purser extension`: telephone systems, their phones, whose."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from api.commands.lists import After, Limit, Words, show_page
from api.commands.output import Exit, Json, print_json, print_pairs, print_table, say

extension = typer.Typer(help="Extensions, their phones and persons.")

Day = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day; today by default."),
]


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.command()(pbx)
    cli.command()(listen)
    cli.add_typer(extension, name="extension")


def pbx(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="Names from [[pbx]]; else all.")
    ] = None,
    json: Json = False,
) -> int:
    """Read telephone systems: extensions, phones, persons. Changes nothing there."""
    import asyncio
    from dataclasses import asdict

    from api.commands.session import actor, opened
    from api.compose.device_logins import all_credentials
    from api.compose.pbx_sources import pbx_systems_of
    from api.compose.scanning import login_gate
    from api.compose.wiring import known
    from discovery.identity.identification import RuleIdentification
    from discovery.scan.read_pbx import read_all, write_reading, write_registered
    from inventory.kernel.errors import Invalid

    shown: list[dict[str, Any]] = []
    with opened(context) as app:
        credentials = all_credentials(app.settings, app.engine, app.clock)
        gate = login_gate(app.settings, app.engine, app.clock, "")
        boards = pbx_systems_of(
            app.settings, app.clock, names or (), gate=gate, credentials=credentials
        )
        if not boards.sources:
            raise Invalid(
                "There is no telephone system.",
                where="pbx",
                remedy="Add one to [[pbx]] in purser.toml.",
            )
        identify = RuleIdentification(known(app.settings).devices())
        for source, reading in asyncio.run(read_all(boards)):
            with app.work(actor()) as work:
                write_registered(work, reading, identify)
                told = write_reading(work, source, reading)
            problems = [
                f"{p.where}: {p.detail or p.reason.value}" for p in reading.problems
            ]
            shown.append({"name": source.name, **asdict(told), "problems": problems})
    if json:
        print_json({"systems": shown})
    else:
        _print_systems(shown)
    return Exit.FAILED if any(each["problems"] for each in shown) else Exit.OK


def _print_systems(shown: list[dict[str, Any]]) -> None:
    columns = {
        "name": "System",
        "extensions": "Extensions",
        "persons": "Persons",
        "phones": "Phones",
        "devices": "On the network",
        "numbers": "Numbers",
        "changed": "Changed",
    }
    print_table(shown, columns)
    for each in shown:
        for problem in each["problems"]:
            say(f"{each['name']}: {problem}")


def listen(
    context: typer.Context,
    interface: Annotated[str, typer.Argument(help="Name of a network interface.")],
    seconds: Annotated[
        float, typer.Option(min=1, max=86_400, help="How long to listen.")
    ] = 60.0,
    address: Annotated[
        str | None,
        typer.Option(help="Our address there, to hear SIP plug-and-play as well."),
    ] = None,
    site: Annotated[str, typer.Option(help="The site of the interface.")] = "",
    json: Json = False,
) -> int:
    """Hear DHCP and SIP plug-and-play of machines as they start. Sends nothing."""
    import asyncio

    from api.commands.session import actor, opened
    from api.compose.wiring import known
    from collectors.link.scapy_link import ScapyLink
    from discovery.identity.identification import RuleIdentification
    from discovery.notifications.listen import listen as hear
    from discovery.notifications.listen import write_machines

    with opened(context) as app:
        heard = asyncio.run(
            hear(
                ScapyLink(),
                interface=interface,
                interface_ip=address,
                seconds=seconds,
                clock=app.clock,
                site=site,
            )
        )
        identify = RuleIdentification(known(app.settings).devices())
        with app.work(actor()) as work:
            devices = write_machines(work, heard.seen, identify)
            work.commit()
    problems = [f"{p.where}: {p.detail or p.reason.value}" for p in heard.problems]
    if json:
        print_json({"devices": devices, "problems": problems})
    else:
        say(f"{len(devices)} machine(s) heard.")
        for problem in problems:
            say(problem)
    return Exit.FAILED if problems else Exit.OK


@extension.command("list")
def list_extensions(
    context: typer.Context,
    search: Words = "",
    system: Annotated[
        str | None, typer.Option(help="Only of this telephone system.")
    ] = None,
    free: Annotated[
        bool | None, typer.Option("--free/--taken", help="Nobody's, or somebody's.")
    ] = None,
    as_of: Day = None,
    sort: Annotated[
        str, typer.Option(help="number, name, person, last_seen; - to reverse.")
    ] = "number",
    limit: Limit = 100,
    after: After = None,
    json: Json = False,
) -> int:
    """List extensions with phone, switch port and person on a day."""
    from api.commands.session import opened
    from inventory.queries.telephony.extensions import ExtensionFilter
    from inventory.queries.telephony.extensions import list_extensions as find

    wanted = ExtensionFilter(search=search, system=system, free=free)
    with opened(context) as app, app.engine.connect() as connection:
        page = find(
            connection,
            as_of.date() if as_of else app.clock().date(),
            wanted,
            sort=sort,
            after=after,
            limit=limit,
        )
    if not json:
        for row in page.rows:
            row["phone"] = [_phone(phone) for phone in row["phones"]]
            row["port"] = [_port(phone) for phone in row["phones"] if phone["switch"]]
    columns = {
        "id": "Id",
        "number": "Extension",
        "name": "Name",
        "person": "Person",
        "phone": "Phone",
        "port": "Switch port",
        "numbers": "Numbers",
        "system": "System",
    }
    return show_page(page, columns, as_json=json)


def _phone(phone: dict[str, Any]) -> str:
    known = [phone["model"] or phone["user_agent"], phone["mac"] or phone["address"]]
    return " ".join(filter(None, known))


def _port(phone: dict[str, Any]) -> str:
    return " ".join(filter(None, (phone["switch"], phone["port"])))


@extension.command("show")
def show_extension(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="The id `extension list` shows.")],
    as_of: Day = None,
    json: Json = False,
) -> int:
    """Show an extension with its phones and persons over time."""
    from api.commands.session import opened
    from inventory.kernel.errors import NotFound
    from inventory.queries.telephony.extensions import extension_detail

    with opened(context) as app, app.engine.connect() as connection:
        day = as_of.date() if as_of else app.clock().date()
        found = extension_detail(connection, number, day)
    if found is None:
        raise NotFound(f"There is no extension {number}.")
    if json:
        print_json(found)
        return Exit.OK
    names = (
        "id number system name person person_since person_note email login numbers"
        " groups mailbox cost_centre first_seen last_seen removed_at"
    ).split()
    print_pairs([(name.replace("_", " "), found[name]) for name in names])
    phones = [
        row | {"phone": _phone(row), "place": _port(row)}
        for row in found["phone_history"]
    ]
    print_table(
        phones,
        {
            "phone": "Phone",
            "serial": "Serial",
            "place": "Switch port now",
            "registered": "Registered",
            "valid_from": "From",
            "valid_to": "Until",
        },
        "Phones",
    )
    person = {"person": "Person", "evidence": "By", "source": "Said by"}
    dates = {"valid_from": "From", "valid_to": "Until"}
    print_table(found["persons"], person | dates, "Persons")
    return Exit.OK


@extension.command("give")
def give_extension(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="The id `extension list` shows.")],
    person: Annotated[
        str, typer.Argument(help="Key of a person, as in the register; or: nobody.")
    ],
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The first day; today by default."),
    ] = None,
    json: Json = False,
) -> int:
    """Say whose an extension is; no telephone system overrules it."""
    from api.commands.session import actor, opened
    from inventory.kernel.errors import NotFound
    from inventory.people import tables
    from inventory.storage.rows import find
    from inventory.telecom.assignments import assign_person

    with opened(context) as app, app.work(actor()) as work:
        known = find(work.connection, tables.Person, key=person)
        if known is None and person != "nobody":
            raise NotFound(f"There is no person with the key {person!r}.")
        changed = assign_person(
            work,
            number,
            known["id"] if known else None,
            on.date() if on else app.clock().date(),
            source=actor(),
        )
        work.commit()
    if json:
        print_json({"changed": changed})
    else:
        say("Done." if changed else "It was so already.")
    return Exit.OK
