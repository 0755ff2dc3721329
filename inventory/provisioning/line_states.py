"""States of a line and the steps between them, as data. Pure.

What is shipped is in `config/provisioning/lines.yaml`; a machine is checked when it is
made: every name is known, and every open state leads to a closed one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.texts import N_
from inventory.provisioning.calendars import Calendars

BEFORE = "@before"
"""As a target: the state the line was in before it came into this one."""
UNCARRIED = frozenset({"licence", "extension", "mobile line", "fixed line", "line"})
"""Kinds of what nobody can bring anywhere: it is freed where it is kept."""
ACTIONS = ("provide", "return", "hand-over", "suspend", "keep")


@dataclass(frozen=True, slots=True)
class State:
    """A state of a line.

    Attributes:
        owner: Role that has to act; empty for a closed one.
        owners: Other roles by action, by kind, by `counted KIND` or `counted`.
        anchor: `effective` or `entered`: what the deadline counts from.
        days: Working days after it.
        meanings: Other words by action, by kind, by `counted KIND` or `counted`.
    """

    name: str
    meaning: str = ""
    closed: bool = False
    owner: str = ""
    anchor: str = "entered"
    days: int = 0
    meanings: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)

    def says(self, action: str, kind: str, *, tracked: bool) -> str:
        """Return what the state means for a line of an action and a kind."""
        return _named(self.meanings, action, kind, tracked=tracked) or self.meaning

    def owner_of(self, action: str, kind: str, *, tracked: bool) -> str:
        """Return the role that has to act for a line of an action and a kind."""
        if self.closed:
            return ""
        return _named(self.owners, action, kind, tracked=tracked) or self.owner


def _named(
    words: Mapping[str, str], action: str, kind: str, *, tracked: bool
) -> str | None:
    """Return what is said for a line of an action and a kind, if anything is."""
    kinds = (kind,) if tracked else (f"counted {kind}", "counted")
    return next(filter(None, map(words.get, (action, *kinds))), None)


@dataclass(frozen=True, slots=True)
class Step:
    """A step from some states to one.

    Attributes:
        untracked: Further states it begins at for things that are counted only.
        actions: Lines it is for; none for all.
        effect: What it does to the asset.
        propose: Reason of the write-off that is proposed.
        reason: The caller has to say why.
        automatic: Nobody takes it by hand.
        apart: Who brought the line into the state it leaves, or gets the thing, may
            not take it.
        signs: Somebody signs; taken by another than who gets the thing, it attests
            to a paper.
        tracked: True for assets only, False for counted things only.
        dear: State it leads to instead, if it costs more than a manager approves.
        payer: The owner of the cost centre takes it.
    """

    name: str
    sources: frozenset[str]
    target: str
    untracked: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    effect: str = ""
    propose: str = ""
    reason: bool = False
    reason_is: str = "a reason"
    automatic: bool = False
    apart: bool = False
    signs: bool = False
    tracked: bool | None = None
    dear: str = ""
    payer: bool = False


@dataclass(frozen=True, slots=True)
class Machine:
    """All states and steps.

    Raises:
        Invalid: A step names a state that there is not, or an open state leads nowhere.
    """

    states: Mapping[str, State]
    steps: Mapping[str, Step]

    def __post_init__(self) -> None:
        for step in self.steps.values():
            named = step.sources | step.untracked | ({step.target} - {BEFORE})
            named |= {step.dear} - {""}
            unknown = named - self.states.keys()
            if unknown:
                raise Invalid(
                    N_("The step {name!r} names unknown states: {names}."),
                    where=f"lines: steps: {step.name}",
                    name=step.name,
                    names=", ".join(sorted(unknown)),
                )
        for state in self.states.values():
            if not state.closed and not state.owner:
                raise Invalid(
                    N_("The state {name!r} has no owner."),
                    where=f"lines: states: {state.name}",
                    name=state.name,
                )
            if not state.closed and not self._ends(state.name):
                raise Invalid(
                    N_("No way leads from the state {name!r} to a closed one."),
                    where=f"lines: states: {state.name}",
                    name=state.name,
                )

    def _ends(self, name: str) -> bool:
        seen, found = {name}, [name]
        while found:
            for target in self._targets(found.pop()):
                if self.states[target].closed:
                    return True
                if target not in seen:
                    seen.add(target)
                    found.append(target)
        return False

    def _targets(self, name: str) -> set[str]:
        steps = self.steps.values()
        into = {s for step in steps if step.target == name for s in step.sources}
        out = {step.target for step in steps if name in step.sources | step.untracked}
        return (out - {BEFORE}) | (into if BEFORE in out else set())

    def offers(self, state: str, action: str, *, tracked: bool) -> list[str]:
        """Return the steps a person may take now."""
        return [
            step.name
            for step in self.steps.values()
            if not step.automatic and _possible(step, state, action, tracked=tracked)
        ]

    def take(
        self, name: str, state: str, action: str, *, tracked: bool, reason: str = ""
    ) -> Step:
        """Return the step to carry out.

        Raises:
            Invalid: There is no such step, or a reason is missing.
            NotAllowed: It cannot be taken now; says which can.
        """
        step = self.steps.get(name)
        if step is None:
            raise Invalid(
                N_("There is no step {name!r}."),
                where="step",
                remedy=N_("Use one of {names}."),
                name=name,
                names=", ".join(self.steps),
            )
        if not _possible(step, state, action, tracked=tracked):
            possible = ", ".join(self.offers(state, action, tracked=tracked))
            raise NotAllowed(
                N_("The step {name!r} is not possible: the line is {state}."),
                where="step",
                remedy=f"Possible now: {possible or 'nothing'}.",
                name=name,
                state=state,
            )
        if step.reason and not reason.strip():
            raise Invalid(
                N_("The step {name!r} needs {reason_is}."),
                where="note",
                remedy=N_("Give it as `note`."),
                name=name,
                reason_is=step.reason_is,
            )
        return step

    def says(self, state: str, action: str, kind: str, *, tracked: bool) -> str:
        """Return what a state means for a line; empty for one that is none any more.

        A site may take a state out of its file that closed lines still have.
        """
        known = self.states.get(state)
        return "" if known is None else known.says(action, kind, tracked=tracked)

    def due(
        self,
        state: str,
        *,
        effective: date,
        entered: date,
        opened: date,
        calendars: Calendars,
        site: str,
    ) -> date | None:
        """Return by when a line has to leave a state; None if it is closed.

        Args:
            state: The state.
            effective: The day the case takes effect.
            entered: The day it came into the state.
            opened: The day the case was opened; nothing is due before.
            calendars: Working days.
            site: Whose working days.
        """
        rule = self.states[state]
        if rule.closed:
            return None
        anchor = effective if rule.anchor == "effective" else entered
        return max(opened, calendars.shift(site, anchor, rule.days))


def _possible(step: Step, state: str, action: str, *, tracked: bool) -> bool:
    sources = step.sources if tracked else step.sources | step.untracked
    if state not in sources or (step.actions and action not in step.actions):
        return False
    return step.tracked is None or step.tracked == tracked


def closed_states(states: Iterable[State]) -> frozenset[str]:
    """Return the names of the states in which nothing is to be done."""
    return frozenset(state.name for state in states if state.closed)
