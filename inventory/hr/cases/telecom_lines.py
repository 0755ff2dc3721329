"""Telecom lines that a kit gives, and that a leaver gives back. Imports `telecom`.

A line is not a thing that lies in a room: it is reserved among the lines that nobody
has, or made of a SIM and a number in stock, and it is not handed back but put into
quarantine, ported to the person, or ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from inventory.hr.context import CaseContext
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_, Said
from inventory.people.tables import Employment
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.storage.dated import still_open
from inventory.storage.rows import Row, col, get, id_of, table_of
from inventory.telecom.estate import lines as estate
from inventory.telecom.estate.free_lines import free_line, line_from_stock
from inventory.telecom.estate.line_states import LineStates
from inventory.telecom.estate.tables import LineAssignment, TelecomLine

KINDS: Mapping[str, str] = {"mobile line": "mobile", "fixed line": "fixed"}
"""Kind of an item of a kit -> kind of the telecom line that does for it."""

_ITEM_KINDS = {kind: name for name, kind in KINDS.items()}
_LINE, _CASE_LINE = table_of(TelecomLine), table_of(CaseLine)
_PERSON = "person"
_PROMISED = select(col(CaseLine.telecom_line_id)).where(
    col(CaseLine.telecom_line_id).is_not(None),
    col(CaseLine.closed_on).is_(None),
    col(CaseLine.action) == "provide",
)
"""Telecom lines that somebody is to get."""


@dataclass(frozen=True, slots=True)
class LineStepInProgress:
    """A step of a line of a case that is about a telecom line.

    Attributes:
        line: The line of the case before it.
        name: Of the step.
        on: The day.
        note: Why.
        recipient_id: Who gets it, if it is passed on.
    """

    context: CaseContext
    states: LineStates
    line: Row
    name: str
    on: date
    note: str
    recipient_id: int | None

    @property
    def line_id(self) -> int:
        """Id of the telecom line."""
        return int(self.line["telecom_line_id"])

    @property
    def case(self) -> Row:
        """The case."""
        return get(self.context.connection, ProvisioningCase, self.line["case_id"])

    def offers(self, *names: str) -> str | None:
        """Return the first of some steps that the telecom line can take now."""
        state = get(self.context.connection, TelecomLine, self.line_id)["state"]
        offered = self.states.offered(state)
        return next((name for name in names if name in offered), None)

    def take(self, *names: str) -> None:
        """Let the telecom line take the first of some steps that it can take."""
        name = self.offers(*names)
        if name is not None:
            reason = self.note or f"case {self.line['case_id']}"
            estate.take_step(
                self.context.work, self.states, self.line_id, name, self.on, reason
            )


def reserve_telecom_line(
    context: CaseContext, case: Row, wanted: str
) -> tuple[int, str] | None:
    """Choose a telecom line for a line of a case.

    Args:
        context: The change.
        case: The case.
        wanted: Kind of the item.

    Returns:
        Its id, and what is said of it; None: none is free, and none can be made of
        what is in stock.
    """
    if context.line_states is None:
        return None
    states = context.line_states()
    entity = _legal_entity_of(context, case)
    kind = KINDS[wanted]
    found = free_line(context.work, states, kind, entity, _PROMISED)
    note = "a line nobody has"
    if found is None:
        found = line_from_stock(context.work, states, kind, entity)
        note = Said(N_("ordered: a number and a SIM in stock")) if found else ""
        if found and kind != "mobile":
            note = Said(N_("ordered: a number in stock"))
    if found is None:
        return None
    return int(found["id"]), f"{_called(found)}, {note}"


def carry_out_on_line(context: CaseContext, line: Row, effect: str, act: Row) -> None:
    """Do to the telecom line what a step of a line of a case does.

    Args:
        context: The change.
        line: The line of the case, with `telecom_line_id`.
        effect: Effect of the step, as in the data file.
        act: `name` of the step, `on`, `note` and `recipient_id`.

    Raises:
        NotAllowed: The telecom line cannot be given to anybody now.
        Invalid: It lacks who gets it, or the day is before the present assignment.
    """
    does = _EFFECTS.get(effect)
    if does is not None and context.line_states is not None:
        does(LineStepInProgress(context, context.line_states(), line, **act))


def lines_held(connection: Connection, person_id: int) -> list[Row]:
    """Return the telecom lines somebody has: `id`, `name`, `e164`, `kind`, `since`."""
    since = col(LineAssignment.valid_from).label("since")
    query = (
        select(
            id_of(TelecomLine).label("id"),
            col(TelecomLine.name),
            col(TelecomLine.e164),
            col(TelecomLine.kind),
            since,
        )
        .join(_LINE, id_of(TelecomLine) == col(LineAssignment.line_id))
        .where(
            col(LineAssignment.person_id) == person_id,
            col(LineAssignment.role) == _PERSON,
            still_open(LineAssignment),
        )
        .order_by(since, id_of(TelecomLine))
    )
    return [
        {**row, "kind": _ITEM_KINDS.get(row["kind"], "line"), "called": _called(row)}
        for row in map(dict, connection.execute(query).mappings())
    ]


def _called(row: Row) -> str:
    number, name = row["e164"], row["name"]
    return str(name) if not number or number == name else f"{number} ({name})"


def _legal_entity_of(context: CaseContext, case: Row) -> int | None:
    if case["employment_id"] is None:
        return None
    found: int = get(context.connection, Employment, case["employment_id"])[
        "legal_entity_id"
    ]
    return found


def _give(current: LineStepInProgress) -> None:
    """The person has it from the day on; what was ordered is in use then."""
    _assign(current, current.case["person_id"])
    current.take("activate", "resume")


def _take(current: LineStepInProgress) -> None:
    """Nobody has it from the day on, and nobody gets it at once."""
    current.take("quarantine")
    estate.unassign(current.context.work, current.line_id, _PERSON, current.on)


def _keep(current: LineStepInProgress) -> None:
    """A leaver who keeps the number takes it along."""
    if current.name == "keep" and current.case["kind"] == "leaving":
        current.take("port-out")


def _pass_on(current: LineStepInProgress) -> None:
    if current.recipient_id is None:
        raise Invalid(
            N_("Say who gets it."), where="to", remedy=N_("Give a person as `to`.")
        )
    _assign(current, current.recipient_id)


def _assign(current: LineStepInProgress, person_id: int) -> None:
    estate.assign(
        current.context.work,
        current.states,
        current.line_id,
        _PERSON,
        person_id,
        current.on,
        source=f"case:{current.line['case_id']}",
    )


_EFFECTS: Mapping[str, Callable[[LineStepInProgress], None]] = {
    "give": _give,
    "take": _take,
    "keep": _keep,
    "pass_on": _pass_on,
    "restock": lambda current: current.take("reuse"),
    "dispose": lambda current: current.take("give-notice", "cancel"),
    "sell": lambda current: current.take("port-out"),
    "lose": lambda current: current.take("suspend"),
    "steal": lambda current: current.take("suspend"),
    "find": lambda current: current.take("resume"),
    "suspend": lambda current: current.take("suspend"),
    "resume": lambda current: current.take("resume"),
}
"""Effect of a step -> what it does to the telecom line; the others do nothing."""
