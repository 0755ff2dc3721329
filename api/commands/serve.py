"""`purser serve`: the API and the pages."""

from __future__ import annotations

from typing import Annotated

import typer

from api.console.output import Exit, Json, print_json, say

Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Port; 0 for any free one.")
]


def register(cli: typer.Typer) -> None:
    """Add the command to the command line."""
    cli.command()(serve)


def serve(
    context: typer.Context, host: Host = None, port: Port = None, json: Json = False
) -> int:
    """Serve the API and the pages until Ctrl-C."""
    from api import serving
    from api.compose import logs
    from api.compose.working import queues_named, working
    from api.console.session import opened, options
    from api.jobs import resuming, trapping
    from api.jobs.scan_kinds import queued_scans
    from api.jobs.timekeeping import set_up
    from api.pages.door.welcome import link_of

    with opened(context) as app:
        http = app.settings.http
        level = "debug" if options(context).debug else app.settings.log_level
        logs.configure(level, as_json=app.settings.log_json)
        bound = serving.bind(host or http.host, http.port if port is None else port)
        url = serving.url_of(bound)
        first = link_of(app, http.public_url or url)

        def ready() -> None:
            if json:
                print_json({"url": url} | ({"welcome": first} if first else {}))
                return
            print(f"Purser serves {url} - stop with Ctrl-C.", flush=True)
            if first:
                print(f"Nobody has an account yet. Begin here, once: {first}")

        set_up(app)
        with (
            working(app, queues_named(app.settings.jobs.queues)),
            queued_scans(app),
            trapping.listening(app),
            resuming.running(app),
        ):
            if app.jobs.refused:
                say(app.jobs.refused)
            ran = serving.serve(app, bound, ready)
    return Exit.OK if ran else Exit.FAILED
