"""The states of a line and the steps between them, as data. Pure.

What is shipped is in `config/telecom/line_states.yaml`; it is checked when it is read:
every name is known, and a state that is paid for leads to one that is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.texts import N_


@dataclass(frozen=True, slots=True)
class LineState:
    """A state of a line.

    Attributes:
        paid: The line is billed.
        used: Somebody may have it.
        final: Nothing comes after it.
    """

    name: str
    title: str
    paid: bool = False
    used: bool = False
    final: bool = False


@dataclass(frozen=True, slots=True)
class LineStepRule:
    """A step from some states to one.

    Attributes:
        begins: The line is to be paid from that day on.
        ends: It is to be paid no more from that day on.
        frees: Whoever has the line has it no more.
        reason: Who takes the step has to say why.
    """

    name: str
    sources: frozenset[str]
    target: str
    begins: bool = False
    ends: bool = False
    frees: bool = False
    reason: bool = False


@dataclass(frozen=True, slots=True)
class LineStates:
    """All states and steps; `first` is that of a new line."""

    first: str
    states: Mapping[str, LineState]
    steps: Mapping[str, LineStepRule]

    def step(self, name: str, state: str) -> LineStepRule:
        """Return a step, if it begins at a state.

        Raises:
            Invalid: There is no such step.
            NotAllowed: It does not begin there; says which steps do.
        """
        step = self.steps.get(name)
        if step is None:
            raise Invalid(
                N_("There is no step {name} of a line."),
                where="step",
                remedy=N_("Use one of {steps}."),
                name=name,
                steps=", ".join(sorted(self.steps)),
            )
        if state not in step.sources:
            raise NotAllowed(
                N_("A line that is {state} cannot take the step {name}."),
                remedy=N_("From there it can take: {steps}."),
                state=state,
                name=name,
                steps=", ".join(self.offered(state)) or "-",
            )
        return step

    def offered(self, state: str) -> list[str]:
        """Return the steps that begin at a state."""
        return [name for name, step in self.steps.items() if state in step.sources]

    def paid(self) -> frozenset[str]:
        """Return the states in which a line is billed."""
        return frozenset(name for name, one in self.states.items() if one.paid)


def read_line_states(document: Mapping[str, Any]) -> LineStates:
    """Read and check the states.

    Raises:
        Invalid: Something is wrong; says what.
    """
    states = {name: LineState(name, **row) for name, row in document["states"].items()}
    steps = {
        name: LineStepRule(
            name,
            frozenset(row["from"]),
            row["to"],
            **{key: value for key, value in row.items() if key not in ("from", "to")},
        )
        for name, row in document["steps"].items()
    }
    found = LineStates(document["first"], states, steps)
    _check(found)
    return found


def _check(found: LineStates) -> None:
    for step in found.steps.values():
        unknown = (step.sources | {step.target, found.first}) - found.states.keys()
        if unknown:
            raise Invalid(
                N_("The step {name} names unknown states: {names}."),
                where="line_states",
                name=step.name,
                names=", ".join(sorted(unknown)),
            )
    for state in found.states.values():
        if state.final == bool(found.offered(state.name)):
            raise Invalid(
                N_("The state {name} is final and has steps, or neither."),
                where="line_states",
                name=state.name,
            )
