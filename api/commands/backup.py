"""`purser backup`, `purser backup-keys`, `purser restore`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.console.output import Exit, Json, print_json

if TYPE_CHECKING:
    from inventory.backup.backups import Restored

File = Annotated[Path, typer.Argument(help="The backup: one encrypted file.")]
Passphrase = Annotated[
    Path | None,
    typer.Option(help="File with the passphrase of the keys; without, it is asked."),
]


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.command()(backup)
    cli.command("backup-keys")(backup_keys)
    cli.command()(restore)


def backup(
    context: typer.Context,
    file: File,
    check: Annotated[
        bool, typer.Option(help="Put it into a scratch database and compare.")
    ] = True,
    json: Json = False,
) -> int:
    """Take a backup while everything goes on: database, files, rules, settings."""
    from api.compose.backing_up import check_backup
    from api.console.session import opened
    from api.http.actions import Acting
    from api.resources.cli.options import local_caller
    from api.resources.house.backups import take_backup

    with opened(context) as app:
        caller = local_caller()
        with app.work(caller.actor) as work:
            row_id = take_backup(Acting(app, caller, work), file)
        if check:
            check_backup(app, caller.actor, row_id)
    size = file.stat().st_size
    if json:
        print_json({"file": str(file), "bytes": size, "checked": check})
        return Exit.OK
    print(f"Backup of {size} bytes in {file}" + (", checked." if check else "."))
    print("Its key is not in it: keep what `purser backup-keys` writes elsewhere.")
    return Exit.OK


def backup_keys(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    passphrase_file: Passphrase = None,
    json: Json = False,
) -> int:
    """Write all keys of this installation into one file, under a passphrase."""
    from api.compose.backing_up import all_keys, key_of
    from api.console.session import settings
    from inventory.backup.keys import seal_keys, write_private

    read = settings(context)
    key_of(read).made()
    keys = all_keys(read)
    write_private(file, seal_keys(keys, _passphrase(passphrase_file, twice=True)))
    if json:
        print_json({"file": str(file), "keys": sorted(keys)})
    else:
        print(f"{', '.join(sorted(keys))} in {file}. Keep it apart from the backups.")
    return Exit.OK


def restore(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(help="The backup; without, the one that was prepared."),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(help="The file that `purser backup-keys` wrote."),
    ] = None,
    passphrase_file: Passphrase = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="What the database holds may go.")
    ] = False,
    json: Json = False,
) -> int:
    """Put a backup back: into an empty database, or in place of the one there is."""
    from api.compose.backing_up import (
        forget_engine,
        key_of,
        key_places,
        note_restored,
        prepared_file,
        room_of,
    )
    from api.compose.wiring import database_url, settings_file
    from api.console.session import opened, options, settings
    from api.resources.cli.options import local_caller
    from inventory.backup import backups
    from inventory.backup.keys import open_keys

    read = settings(context)
    if keys is not None:
        unsealed = open_keys(keys.read_text("utf-8"), _passphrase(passphrase_file))
        _put_keys(key_places(read), unsealed)
    room = room_of(read, None)
    key = key_of(read)
    if file is None:
        file, replace = prepared_file(read, replace=replace), True
    done = backups.restore(file, database_url(read), room, key, replace=replace)
    forget_engine(read)
    with opened(context) as app:
        note_restored(app, local_caller().actor, done)
    if json:
        places = {name: str(place) for name, place in done.places.items()}
        head = f"{done.facts.head.count}:{done.facts.head.hash}"
        rows = sum(done.facts.counts.values())
        print_json({"rows": rows, "audit": head, "places": places})
    else:
        _tell(done, settings_file(options(context).config))
    return Exit.OK


def _tell(done: Restored, in_use: Path | None) -> None:
    """Say what was put back, and which settings are in use."""
    rows = sum(done.facts.counts.values())
    print(f"{rows} rows as of {done.taken_at:%Y-%m-%d %H:%M:%S} UTC; the audit trail")
    print(f"of {done.facts.head.count} rows is whole.")
    if done.moved_to is not None:
        print(f"What was there before lies in {done.moved_to}.")
    settings_place = done.places.get("settings/purser.toml")
    if settings_place is not None:
        print(f"The settings lie in {settings_place}; in use is {in_use or 'no file'}.")


def _put_keys(places: Mapping[str, Path], keys: Mapping[str, str]) -> None:
    """Write the keys that are not here yet; those here stay as they are."""
    from inventory.backup.keys import write_private
    from inventory.kernel.errors import Conflict
    from inventory.kernel.texts import N_

    for name, text in keys.items():
        place = places.get(name)
        if place is None:
            continue
        if not place.exists():
            write_private(place, text)
        elif place.read_text("ascii").split() != text.split():
            raise Conflict(
                N_("There is another key in {place}."),
                where="keys",
                remedy=N_("Move it away first, if nothing here needs it any more."),
                place=place,
            )


def _passphrase(file: Path | None, *, twice: bool = False) -> str:
    if file is not None:
        return file.read_text("utf-8").strip()
    answer: str = typer.prompt(
        "Passphrase of the keys", hide_input=True, confirmation_prompt=twice
    )
    return answer
