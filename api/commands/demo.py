"""`purser demo`: a simulated office, found, registered and served, in one command."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console.output import Exit, Json, print_json, say

if TYPE_CHECKING:
    from socket import socket

    from api.compose.wiring import App
    from api.demo import Access, RunningOffice


def register(cli: typer.Typer) -> None:
    """Add the command to the command line."""
    cli.command()(demo)


def demo(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port; 0 for any free one.")
    ] = 8080,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the demo keeps its database.")
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Scan once and end, without serving.")
    ] = False,
    json: Json = False,
) -> int:
    """Start a simulated office, scan it, serve the API and the pages. Ctrl-C ends it.

    Needs no root, no network and no configuration; keeps its own database.
    """
    from api import demo as office
    from api import demo_telecom, serving
    from api.compose import logs
    from api.compose.wiring import build, read_settings
    from api.console.session import options
    from inventory.storage import upgrade

    logs.configure("debug" if options(context).debug else "warning", as_json=False)
    place = data_dir or read_settings().data_dir / "demo"
    # The port first: nobody should wait for a scan to read that it was in vain.
    bound = None if once else serving.bind(host, port)
    running = office.RunningOffice()
    with _step("Starting the simulated office", json):
        running.start()
    try:
        settings = office.settings_for(running.plan, place, host, port)
        app = build(settings, check=False)
        try:
            with _step("Preparing the database", json):
                upgrade.upgrade(app.engine)
            with _step("Loading people, cost centres and purchases", json):
                office.load_company(app)
            with _step("Opening the books and posting the past months", json):
                office.load_books(app)
            with _step("Entering lines, SIMs, charges and an invoice", json):
                demo_telecom.load_telecom(app)
            return _scan_and_serve(app, running, bound, as_json=json)
        finally:
            app.close()
    finally:
        running.stop()


def _scan_and_serve(
    app: App, running: RunningOffice, bound: socket | None, *, as_json: bool
) -> int:
    from api import demo as office
    from api import serving
    from api.commands.scan import tell, watch
    from api.compose.scanning import make_request

    jobs = app.scans()
    jobs.recover()
    if not as_json:
        say(f"Scanning {', '.join(running.plan.networks)}")
    scan_id = jobs.start(make_request(app.settings), requested_by="demo")
    ended = watch(app, scan_id, quiet=as_json)
    if bound is None:
        return tell(app, ended, as_json=as_json)
    if ended.state == "cancelled":
        return Exit.CANCELLED
    if not as_json:
        tell(app, ended, as_json=False)
    access = office.make_access(app)

    def ready() -> None:
        told = _told(app, access, serving.url_of(bound))
        if as_json:
            print_json(told)
        else:
            _print(told)

    return Exit.OK if serving.serve(app, bound, ready) else Exit.FAILED


def _told(app: App, access: Access, url: str) -> dict[str, Any]:
    return {
        "url": url,
        "logins": list(access.logins),
        "password": access.password,
        "token": access.token,
        "data_dir": str(app.settings.data_dir),
    }


def _print(told: dict[str, Any]) -> None:
    print(
        f"\nPurser is ready: {told['url']}\n\n"
        f"  login     {' or '.join(told['logins'])}\n"
        f"  password  {told['password']}\n"
        f"  API       curl -H 'Authorization: Bearer {told['token']}'"
        f" {told['url']}api/v1/devices\n"
        f"            {told['url']}docs describes it\n"
        f"  data      {told['data_dir']}\n\n"
        "Ctrl-C ends the demo.",
        flush=True,
    )


@contextmanager
def _step(text: str, quiet: bool) -> Iterator[None]:
    if quiet:
        yield
        return
    started = time.perf_counter()
    say(f"{text} ...")
    yield
    say(f"{text}: done in {time.perf_counter() - started:.1f} s")
