"""Buttons in the rows of a list, and the dialogue that asks why.

A row is plain HTML; its buttons tell the page by an event, which carries no more than
what to do and to which row. Who may do it is checked when it is done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from nicegui import events, ui

from api.http.auth import Role
from api.web import frame
from api.web.html import show
from inventory.kernel.errors import InventoryError
from inventory.storage.work import UnitOfWork

EVENT = "purser-decide"

Act = Callable[[UnitOfWork, int, Mapping[str, str]], object]
"""(work, row, what was typed) -> carried out."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do with a row.

    Attributes:
        label: On the button.
        act: Carries it out.
        ask: Fields to fill in first: name -> label; none does it at once.
        title: Of the dialogue.
    """

    label: str
    act: Act
    ask: tuple[tuple[str, str], ...] = ()
    title: str = ""


def button(name: str, label: str, row_id: int, about: str) -> str:
    """Return a button of a row.

    Args:
        name: Key of the action.
        label: Text of the button.
        row_id: The row.
        about: What the row is about, for those who hear the page.
    """
    call = f"emitEvent('{EVENT}', {{do: '{name}', row: {row_id}}})"
    return (
        f'<button type="button" class="rowact" onclick="{escape(call, quote=True)}"'
        f' aria-label="{escape(label)} {escape(about, quote=True)}">'
        f"{escape(label)}</button>"
    )


class Decider:
    """Carries out what the buttons say, and shows what went wrong.

    Args:
        visit: Who looks.
        actions: Key -> action.
        after: Called when something was done, to read the list again.
        roles: Who may.
    """

    def __init__(
        self,
        visit: frame.Visit,
        actions: Mapping[str, Action],
        after: Callable[[], Awaitable[None]],
        roles: tuple[Role, ...] = (Role.IT,),
    ) -> None:
        self._roles = roles
        self._visit = visit
        self._actions = actions
        self._after = after
        self._trouble = frame.html("").classes("trouble").props('role="alert"')
        self._trouble.set_visibility(False)
        ui.on(EVENT, self._told)

    async def _told(self, event: events.GenericEventArguments) -> None:
        said = event.args if isinstance(event.args, dict) else {}
        action, row = self._actions.get(str(said.get("do"))), said.get("row")
        if action is None or not isinstance(row, int):
            return
        values: Mapping[str, str] | None = {}
        if action.ask:
            values = await _asked(action)
        if values is not None:
            await self._do(action, row, values)

    async def _do(self, action: Action, row: int, values: Mapping[str, str]) -> None:
        if not self._visit.may(*self._roles):
            self._say(f"That needs the role {' or '.join(self._roles)}.")
            return

        try:
            await self._visit.write(lambda work: action.act(work, row, values))
        except InventoryError as error:
            self._say(show(f"{error.problem} {error.remedy}"))
            return
        self._say("")
        await self._after()

    def _say(self, text: str) -> None:
        self._trouble.set_content(text)
        self._trouble.set_visibility(bool(text))


def change_button(
    visit: frame.Visit, text: str, change: Callable[[UnitOfWork], object], path: str
) -> None:
    """Draw a button that changes something and shows a page anew, or says why not."""

    async def clicked() -> None:
        try:
            await visit.write(change)
        except InventoryError as error:
            ui.notify(f"{error.problem} {error.remedy}", type="negative")
            return
        ui.navigate.to(path)

    ui.button(text, on_click=clicked).props("outline color=primary")


async def _asked(action: Action) -> Mapping[str, str] | None:
    """Ask for the fields of an action; None if the person thought better of it."""
    fields: dict[str, Any] = {}
    with ui.dialog() as dialog, ui.card().style("min-width:420px;gap:14px"):
        frame.html(escape(action.title or action.label), "h2")
        for name, label in action.ask:
            fields[name] = ui.input(label).props("outlined dense").style("width:100%")
        with ui.row().style("width:100%;justify-content:flex-end;gap:10px"):
            ui.button("Cancel", on_click=lambda: dialog.submit(None)).props("flat")
            ui.button(
                action.label.rstrip("…"), on_click=lambda: dialog.submit(True)
            ).props("unelevated color=primary")
    done = await dialog
    values = {name: str(field.value or "").strip() for name, field in fields.items()}
    dialog.delete()
    return values if done else None
