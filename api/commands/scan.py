"""`purser scan`: scan networks, watch it, cancel with Ctrl-C, resume."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console.output import Exit, Json, print_json, print_table, say

if TYPE_CHECKING:
    from api.compose.wiring import App
    from discovery.scan.requests import Progress, ScanRequest

Targets = Annotated[
    list[str] | None,
    typer.Argument(
        help="Networks, ranges, addresses, host names; without any, those of the site."
    ),
]
Excluded = Annotated[
    list[str] | None, typer.Option("--exclude", help="Never asked; may be repeated.")
]
MOST_PROBLEMS = 20


def register(cli: typer.Typer) -> None:
    """Add the command to the command line."""
    cli.command()(scan)


def scan(
    context: typer.Context,
    targets: Targets = None,
    exclude: Excluded = None,
    site: Annotated[str | None, typer.Option(help="The site of the targets.")] = None,
    credentials: Annotated[
        list[str] | None,
        typer.Option(help="A credential set to use; may be repeated."),
    ] = None,
    max_addresses: Annotated[
        int | None, typer.Option(min=1, help="Raise the limit of addresses.")
    ] = None,
    rate: Annotated[
        float | None, typer.Option(min=1, help="Packets per second of the sweep.")
    ] = None,
    crawl: Annotated[
        bool | None, typer.Option(help="Follow neighbours and routing peers as well.")
    ] = None,
    crawl_arp: Annotated[
        bool,
        typer.Option("--crawl-arp", help="Follow addresses of ARP tables as well."),
    ] = False,
    allow: Annotated[
        list[str] | None,
        typer.Option(help="A network the crawl may enter; may be repeated."),
    ] = None,
    offer_to_new: Annotated[
        bool,
        typer.Option(
            "--offer-to-new",
            help="Try communities and passwords at hosts that none opened before: for"
            " a first scan, and when devices were added.",
        ),
    ] = False,
    probes: Annotated[
        bool | None,
        typer.Option(help="Ask hosts what they say without a credential."),
    ] = None,
    explain_traffic: Annotated[
        bool,
        typer.Option(
            "--explain-traffic",
            help="List every packet a host would be sent, and send none.",
        ),
    ] = False,
    resume: Annotated[
        int | None, typer.Option(help="Go on with the scan of this number.")
    ] = None,
    json: Json = False,
) -> int:
    """Find what is on the network. Ctrl-C cancels; what was found stays."""
    from api.compose.scanning import make_request
    from api.console.session import actor, opened

    if resume is not None and targets:
        raise typer.BadParameter("Give targets or --resume, not both.")
    given = {"max_addresses": max_addresses, "rate": rate, "crawl": crawl}
    given["probes"] = probes
    if crawl_arp or allow:
        given |= {"crawl": True, "crawl_arp": crawl_arp}
    given["offer_to_new"] = offer_to_new or None
    with opened(context, make=True) as app:
        request = resume is None and make_request(
            app.settings,
            targets or (),
            exclude=exclude or (),
            site=site,
            credential_sets=credentials or (),
            allow=allow or (),
            engine=app.engine,
            **{name: value for name, value in given.items() if value is not None},
        )
        if explain_traffic and request:
            return _explain(request, as_json=json)
        jobs = app.scans()
        jobs.recover()
        if request:
            scan_id = jobs.start(request, requested_by=actor())
        else:
            scan_id = resume or 0
            jobs.resume(scan_id)
        progress = watch(app, scan_id, quiet=json)
        return tell(app, progress, as_json=json)


def _explain(request: ScanRequest, *, as_json: bool) -> int:
    """Print what a scan would send to a host, and send nothing."""
    from discovery.scan.traffic import traffic

    rows = traffic(request)
    if as_json:
        print_json(rows)
    else:
        columns = {"to": "To", "name": "Probe", "sends": "Sent", "then": "After it"}
        print_table(rows, {"where": "Where", **columns, "when": "When"})
    return Exit.OK


def watch(app: App, scan_id: int, *, quiet: bool = False) -> Progress:
    """Show a scan of this process until it ends; Ctrl-C cancels it."""
    from api.console.progress import Bars

    jobs = app.scans()
    with Bars(quiet=quiet) as bars:
        stop = jobs.subscribe(scan_id, bars.put)
        try:
            # A scan may have ended before anybody listened.
            while (now := jobs.status(scan_id)).running:
                bars.show(now, 0.2)
        except KeyboardInterrupt:
            jobs.cancel(scan_id)
            say("Cancelling; what was found so far is kept.")
        finally:
            stop()
        ended = jobs.wait(scan_id, 60)
        bars.show(ended, 0)
    return ended


def tell(app: App, progress: Progress, *, as_json: bool) -> int:
    """Print what came of a scan and return the exit code."""
    from inventory.network.queries.worklist import scan_detail, scan_hosts

    with app.engine.connect() as connection:
        detail = scan_detail(connection, progress.scan_id) or {}
        hosts: list[dict[str, Any]] = []
        after = None
        while True:
            page = scan_hosts(connection, progress.scan_id, after=after, limit=1000)
            hosts += page.rows
            after = page.next
            if after is None:
                break
    if as_json:
        print_json({**detail, "hosts": hosts})
    else:
        _print(progress, detail, hosts)
    return _exit(progress)


def _print(
    progress: Progress, detail: dict[str, Any], hosts: list[dict[str, Any]]
) -> None:
    outcomes = detail.get("outcomes", {})
    counts = ", ".join(f"{count} {name}" for name, count in outcomes.items())
    print(
        f"Scan {progress.scan_id} {progress.state}: {progress.swept:,} of"
        f" {progress.total:,} addresses asked, {progress.answered:,} answered"
        f"{': ' + counts if counts else ''}."
    )
    problems = [
        {"address": "", "where": where, "reason": reason, "detail": text}
        for where, reason, text in detail.get("problems", ())
    ] + [
        {"address": host["address"], "where": where, "reason": reason, "detail": text}
        for host in hosts
        for where, reason, text in host["problems"]
    ]
    if problems:
        print_table(
            problems[:MOST_PROBLEMS],
            {"address": "Host", "where": "Asked", "reason": "Reason", "detail": ""},
            "What did not work",
        )
    if len(problems) > MOST_PROBLEMS:
        say(f"... and {len(problems) - MOST_PROBLEMS} more; --json shows all.")
    if new := len({p["address"] for p in problems if p["where"].endswith(":offer")}):
        say(
            f"New hosts were sent no community and no password ({new}): repeat the scan"
            " with --offer-to-new once you know that they are yours."
        )
    if progress.error:
        say(f"purser: {progress.error}")
    if progress.state in {"cancelled", "failed", "interrupted"}:
        say(f"Go on with `purser scan --resume {progress.scan_id}`.")


def _exit(progress: Progress) -> Exit:
    match progress.state:
        case "finished":
            return Exit.OK
        case "cancelled":
            return Exit.CANCELLED
        case _:
            return Exit.FAILED
