"""A backup is sent by the browser: it is read from the disk, never held as a whole."""

from __future__ import annotations

from api.compose.backing_up import keep_upload
from api.pages.navigation import place_of
from api.pages.visit import Answer, Told, View, Visit, refused
from api.resources.house.users import ADMINS
from inventory.kernel.errors import InventoryError
from inventory.kernel.texts import N_

PATH = "/backups/upload"
_TITLE = N_("Upload a backup")


def show_upload(visit: Visit) -> Answer:
    """Draw the choice of a file, or take it in."""
    if not visit.may(*ADMINS) or visit.caller.scope is not None:
        return refused(_TITLE)
    problem = ""
    if visit.sent:
        sent = visit.files.get("file")
        if sent is None or not sent.name:
            problem = visit.words.text(N_("Choose a file."))
        else:
            try:
                number = keep_upload(
                    visit.app, visit.caller.actor, sent.name, sent.stream
                )
                said = visit.words.text(N_("It is whole, and listed."))
                return Told(f"/backups/{number}", said)
            except InventoryError as error:
                problem = visit.words.error(error)
    return View(
        template="upload_backup.html",
        title=_TITLE,
        here=place_of("backups", visit.caller),
        status=422 if problem else 200,
        about={"problem": problem, "most": visit.app.settings.backup.upload_mib},
    )


PAGES = {PATH: show_upload}
