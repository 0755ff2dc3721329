"""Why a device is taken for what it is, and the form to correct it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nicegui import ui
from sqlalchemy import Connection
from starlette.requests import Request

from api.diagnose.correct_device import correct_device, explained
from api.http.auth import Role
from api.web import frame
from api.web.html import Row, badge, facts, mono, show, table
from inventory.kernel.errors import InventoryError, NotFound

if TYPE_CHECKING:
    from discovery.identity.identify import Explanation

ASKED = {
    "type": "Type",
    "vendor": "Vendor",
    "model": "Model",
    "family": "Family",
    "os": "Operating system",
}


async def show_page(request: Request, device_id: frame.Id) -> None:
    """Draw the page of device `device_id`."""
    visit = frame.visit(request)
    if not frame.allowed(visit, "/devices"):
        return

    def reading(connection: Connection) -> Explanation | None:
        try:
            return explained(visit.app, connection, device_id)
        except NotFound:
            return None

    found = await visit.read(reading)
    if found is None:
        frame.nothing(visit, f"There is no device {device_id}.")
        return
    with frame.page(visit, "/devices", f"Why: device {device_id}"):
        frame.html(
            f'<a class="crumb" href="/devices/{device_id}">Device {device_id}</a>'
        )
        frame.heading("Why we think so", "What it answered, and what follows from it.")
        if visit.may(Role.IT):
            with frame.card("This is a ..."):
                _form(visit, device_id)
        with frame.card("Verdicts"):
            frame.html(_verdicts(found))
        if found.conflicts:
            with frame.card("Evidence that disagrees"):
                frame.html("".join(f"<p>{show(each)}</p>" for each in found.conflicts))
        with frame.card("Clues"):
            frame.html(_clues(found))


def _verdicts(found: Explanation) -> str:
    return "".join(
        f"<h3>{show(each.field)}: {show(each.verdict.value or 'unknown')} "
        f"{badge(f'{each.verdict.confidence:.0%}') if each.verdict.value else ''}</h3>"
        + _statements(each.statements)
        + "".join(f'<p class="soft">{show(advice)}</p>' for advice in each.settle)
        for each in found.reasonings
        if each.statements or each.field in ASKED
    )


def _statements(said: Any) -> str:  # noqa: ANN401 - statements of the pure part
    if not said:
        return ""
    rows: list[Row] = [
        {"value": s.value, "weight": s.weight, "reason": s.reason} for s in said[:12]
    ]
    return table(
        rows,
        [
            ("Says", lambda row: show(row["value"])),
            ("Weight", lambda row: f"{row['weight']:.2f}"),
            ("Because", lambda row: show(row["reason"])),
        ],
    )


def _clues(found: Explanation) -> str:
    if not found.clues:
        return '<div class="soft">It told nothing.</div>'
    return facts(
        [
            (heard.kind if heard.kind != "object" else heard.source, mono(heard.value))
            for heard in found.clues
        ]
    )


def _form(visit: frame.Visit, device_id: int) -> None:
    from discovery.identity.device_types import GENERAL

    inputs: dict[str, Any] = {
        "type": ui.select(sorted(GENERAL), label="Type", clearable=True)
    }
    for name, label in ASKED.items():
        if name not in inputs:
            inputs[name] = ui.input(label)
    note = ui.input("Why")
    rule = ui.checkbox("Say the same of all devices that look like it")
    trouble = frame.html("").classes("trouble").props('role="alert"')

    async def send() -> None:
        given = {n: str(field.value) for n, field in inputs.items() if field.value}
        if not given:
            trouble.set_content("Say at least one thing.")
            return
        try:
            await frame.in_thread(
                lambda: correct_device(
                    visit.app,
                    visit.caller.actor,
                    device_id,
                    given,
                    note=str(note.value or "")[:500],
                    as_rule=bool(rule.value),
                )
            )
        except InventoryError as error:
            trouble.set_content(show(f"{error.problem} {error.remedy}"))
            return
        ui.navigate.to(f"/devices/{device_id}")

    ui.button("Correct", on_click=send).props("unelevated color=primary")
