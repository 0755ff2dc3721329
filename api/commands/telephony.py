"""`purser pbx` and `purser listen`: telephone systems, and machines that start."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.console.output import Exit, Json, print_json, print_table, say


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.command()(pbx)
    cli.command()(listen)


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

    from api.compose.rulebooks import known
    from api.compose.scanning import pbx_systems
    from api.console.session import actor, opened
    from discovery.identity.identification import RuleIdentification
    from discovery.scan.read_pbx import read_all, write_reading, write_registered
    from inventory.kernel.errors import Invalid

    shown: list[dict[str, Any]] = []
    with opened(context) as app:
        boards = pbx_systems(app.settings, app.engine, app.clock, names or ())
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
    """Hear DHCP and SIP plug-and-play of machines as they start. Sends nothing.

    Names who gives addresses away as well: see `purser dhcp-server list`.
    """
    import asyncio

    from api.compose.rulebooks import known
    from api.console.session import actor, opened
    from collectors.link.scapy_link import ScapyLink
    from discovery.identity.identification import RuleIdentification
    from discovery.notifications.listen import listen as hear
    from discovery.notifications.listen import write_dhcp_servers, write_machines

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
            servers = write_dhcp_servers(work, site, heard.servers)
            work.commit()
    problems = [f"{p.where}: {p.detail or p.reason.value}" for p in heard.problems]
    if json:
        found = {"devices": devices, "dhcp_servers": servers, "problems": problems}
        print_json(found)
    else:
        say(f"{len(devices)} machine(s) heard.")
        for server in servers:
            say(f"{server} gives addresses away.")
        for problem in problems:
            say(problem)
    return Exit.FAILED if problems else Exit.OK
