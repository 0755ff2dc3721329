"""Files that the pages give and take: exports, labels, documents, tables to import."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from api.compose.wiring import App
from api.http.auth import Caller
from api.http.errors import ApiError, Forbidden, Missing
from api.routes import exports as export_routes
from api.routes.acceptances import SEE, document
from api.routes.imports import WRITERS, run_import
from api.routes.labels import labels_of, pdf
from api.web import acts
from api.web.acts import Sent, base_of, say, sentences
from inventory.assets.labels.drawing import draw_labels
from inventory.kernel.errors import InventoryError
from inventory.queries import exports

router = APIRouter(include_in_schema=False)
UPLOADS = "uploads"
_NAME = re.compile(r"^[0-9a-f]{32}$")


def _who(request: Request) -> tuple[App, Caller]:
    return request.state.purser, request.state.caller


@router.get("/export/{what}")
def export(
    request: Request, what: str, format: Literal["csv", "xlsx"] = "csv"
) -> Response:
    """Give a list as a file, with the filters of its page."""
    app, caller = _who(request)
    export_routes.check(caller, what)
    words = dict(request.query_params)
    with app.engine.connect() as reading:
        sheet = exports.export(reading, what, app.clock().date(), words)
        return export_routes.as_file(what, format, sheet)


@router.post("/print-labels")
def print_labels(request: Request, form: Sent) -> Response:
    """Give labels of the tags of a form as PDF."""
    app, _ = _who(request)
    back = str(form.get("_back") or "/labels")
    tags = acts.words([one for one in form.getlist("tags") if isinstance(one, str)])
    skip = str(form.get("skip") or "0")
    try:
        with app.engine.connect() as reading:
            made = labels_of(reading, tags, base_of(request, app))
        name = str(form.get("medium") or "L7160")
        data = draw_labels(made, name, skip=int(skip) if skip.isdecimal() else -1)
    except InventoryError as error:
        return say(back, sentences(error), well=False)
    return pdf(data, "labels")


@router.get("/handover-document/{acceptance_id}")
def handover_document(request: Request, acceptance_id: int) -> Response:
    """Give the document of a handover."""
    app, caller = _who(request)
    if caller.roles.isdisjoint(SEE):
        raise Forbidden("Documents of handovers name people.")
    with app.engine.connect() as reading:
        made = document(reading, acceptance_id)
    if made is None:
        raise Missing(f"There is no acceptance {acceptance_id}.")
    return pdf(made, f"handover-{acceptance_id}")


@router.post("/import/file")
def upload(request: Request, form: Sent) -> Response:
    """Keep a table to import, and show what it would do."""
    app, caller = _who(request)
    if caller.roles.isdisjoint(WRITERS):
        raise Forbidden("Importing needs the role it or accounting.")
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.size:
        return say("/import", "Choose a file.", well=False)
    folder = app.settings.data_dir / UPLOADS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _forget_old(folder)
    name = secrets.token_hex(16)
    (folder / name).write_bytes(file.file.read())
    profile = str(form.get("profile") or "purser")
    return Response(
        status_code=303, headers={"Location": f"/import?file={name}&profile={profile}"}
    )


@router.post("/import/run")
def run(request: Request, form: Sent) -> Response:
    """Import a table that was kept."""
    app, caller = _who(request)
    if caller.roles.isdisjoint(WRITERS):
        raise Forbidden("Importing needs the role it or accounting.")
    name, profile = str(form.get("kept")), str(form.get("profile"))
    back = f"/import?file={name}&profile={profile}"
    try:
        report = run_import(
            app,
            caller,
            kept(app, name).read_bytes(),
            profile,
            dry_run=False,
            atomic=form.get("atomic") == "true",
        )
    except (InventoryError, ApiError) as error:
        return say(back, sentences(error), well=False)
    if not report.written:
        return say(back, "Nothing was written: some rows have problems.", well=False)
    kept(app, name).unlink(missing_ok=True)
    counts = ", ".join(f"{count} {effect}" for effect, count in report.counts.items())
    return say("/import", f"Imported: {counts}.", well=True)


def kept(app: App, name: str) -> Path:
    """Return a table that was uploaded.

    Raises:
        Missing: There is none of that name, or no more.
    """
    path = app.settings.data_dir / UPLOADS / name
    if not _NAME.match(name) or not path.is_file():
        raise Missing("The file is not there any more.", remedy="Upload it again.")
    return path


def _forget_old(folder: Path, keep: int = 20) -> None:
    files = sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)
    for old in files[keep - 1 :]:
        old.unlink(missing_ok=True)
