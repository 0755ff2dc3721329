"""Files and notes of an asset, and the forms that take them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection
from starlette.datastructures import UploadFile

from api.http.auth import Role
from api.http.errors import Forbidden
from api.routes.files import KEEPERS, as_download, folder
from api.web import forms, frame
from api.web.acts import Sent, draw_said, say, sentences
from api.web.asset import draw_head
from api.web.html import Row, moment, show, table
from inventory.assets.register import attachments
from inventory.kernel.errors import InventoryError
from inventory.queries.register.assets import asset_detail

router = APIRouter(include_in_schema=False)


async def show_page(request: Request, asset_id: frame.Id) -> None:
    """Draw files and notes of asset `asset_id`."""
    visit = frame.visit(request)
    day = visit.app.clock().date()

    def reading(connection: Connection) -> dict[str, Any] | None:
        asset = asset_detail(connection, asset_id, day)
        if asset is None:
            return None
        return asset | {
            "files": attachments.files_of(connection, asset_id=asset_id),
            "notes": attachments.notes_of(connection, asset_id),
        }

    asset = await visit.read(reading)
    if asset is None:
        frame.nothing(visit, f"There is no asset {asset_id}.")
        return
    here = f"/assets/{asset_id}/papers"
    with frame.page(visit, "/assets", asset["tag"]):
        draw_head(asset, "papers", day)
        draw_said(request)
        with frame.card("Files"):
            frame.html(table(asset["files"], _files(visit, here), "None."))
            if visit.may(*KEEPERS):
                fields = forms.file("file", "PDF, picture, office document, ZIP, text")
                fields += forms.text("note", "Note")
                frame.html(
                    forms.form(
                        "",
                        fields,
                        "Keep it",
                        here,
                        upload=True,
                        path=f"/assets/{asset_id}/keep",
                    )
                )
        with frame.card("Notes"):
            frame.html(table(asset["notes"], _NOTES, "None."))
            hidden = {"asset": asset["tag"]}
            field = forms.area("text", "A note; it cannot be changed afterwards")
            frame.html(forms.form("note", field, "Write it", here, hidden=hidden))


@router.post("/assets/{asset_id}/keep")
def keep(request: Request, asset_id: int, form: Sent) -> Response:
    """Keep a file of an asset."""
    app, caller = request.state.purser, request.state.caller
    if caller.roles.isdisjoint(KEEPERS):
        raise Forbidden("Keeping files needs the role it or accounting.")
    back = f"/assets/{asset_id}/papers"
    file = form.get("file")
    if not isinstance(file, UploadFile):
        return say(back, "Choose a file.", well=False)
    note = str(form.get("note") or "")
    new = attachments.NewFile(file.filename or "", file.file.read(), note)
    try:
        with app.work(caller.actor) as work:
            attachments.attach(work, folder(app), new, asset_id=asset_id)
            work.commit()
    except InventoryError as error:
        return say(back, sentences(error), well=False)
    return say(back, "Kept.", well=True)


@router.get("/kept/{attachment_id}")
def download(request: Request, attachment_id: int) -> Response:
    """Give a kept file."""
    app = request.state.purser
    with app.engine.connect() as reading:
        return as_download(*attachments.file_of(reading, folder(app), attachment_id))


def _files(visit: frame.Visit, here: str) -> list[tuple[str, Any]]:
    def remove(row: Row) -> str:
        if not visit.may(Role.IT):
            return ""
        hidden = {"attachment_id": row["id"]}
        return forms.form("remove-file", "", "Remove", here, hidden=hidden, quiet=True)

    return [
        ("Name", lambda row: f'<a href="/kept/{row["id"]}">{show(row["name"])}</a>'),
        ("What", lambda row: show(row["media_type"].rpartition(".")[2])),
        ("Bytes", lambda row: f"{row['size']:,}"),
        ("Note", lambda row: show(row["note"])),
        ("By", lambda row: show(row["author"])),
        ("When", lambda row: moment(row["recorded_at"])),
        ("", remove),
    ]


_NOTES = [
    ("When", lambda row: moment(row["recorded_at"])),
    ("By", lambda row: show(row["author"])),
    ("", lambda row: show(row["text"]).replace("\n", "<br>")),
]
