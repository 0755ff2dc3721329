"""States of an asset and the steps between them, as data. Pure.

A step leads from some states to one. What it needs (a holder, none, a reason) is part
of the data; `offers` lists every step with the reasons why it is not possible now, so
that a page or a program never has to guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.texts import N_

KINDS = (
    "computer laptop server storage phone switch router firewall access-point printer "
    "monitor dock ups camera sim licence accessory consumable other"
).split()
"""What an asset can be."""


class Need(StrEnum):
    """What must be so for a step."""

    HOLDER = "holder"
    """Somebody or something holds it."""
    NO_HOLDER = "no-holder"
    """Nobody holds it."""
    REASON = "reason"
    """The caller says why."""


@dataclass(frozen=True, slots=True)
class State:
    """One state.

    Attributes:
        name: Stable name.
        meaning: For a person.
        owned: The company has it, or should have it: it belongs to the stock-take.
        expected: It should be seen on the network if it ever is.
    """

    name: str
    meaning: str
    owned: bool = True
    expected: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A step from some states to one.

    Attributes:
        name: Stable name, an imperative.
        sources: States it can be taken from.
        target: State it leads to.
        needs: What must be so.
        ends_custody: Who holds it holds it no more.
        roles: Who may take it.
    """

    name: str
    sources: frozenset[str]
    target: str
    needs: frozenset[Need] = frozenset()
    ends_custody: bool = False
    roles: frozenset[str] = frozenset(("it",))


@dataclass(frozen=True, slots=True)
class Offer:
    """A step, and why it cannot be taken now; possible if there is no reason."""

    step: Step
    reasons: tuple[str, ...]

    @property
    def allowed(self) -> bool:
        """Whether the step can be taken."""
        return not self.reasons


_WHY = {
    Need.HOLDER: N_("nobody holds it; hand it out first"),
    Need.NO_HOLDER: N_("somebody holds it; take it back first"),
    Need.REASON: N_("a reason is needed"),
}


_Named = TypeVar("_Named", State, Step)


class Lifecycle:
    """A set of states and steps.

    Args:
        states: All states.
        steps: All steps.

    Raises:
        Invalid: A step names a state that there is not, or a name occurs twice.
    """

    def __init__(self, states: Iterable[State], steps: Iterable[Step]) -> None:
        self.states: Mapping[str, State] = _by_name("state", states)
        self.steps: Mapping[str, Step] = _by_name("step", steps)
        for step in self.steps.values():
            unknown = ({*step.sources, step.target}) - self.states.keys()
            if unknown:
                raise Invalid(
                    N_("The step {name!r} names unknown states: {unknown}."),
                    where="lifecycle",
                    name=step.name,
                    unknown=", ".join(sorted(unknown)),
                )

    def state(self, name: str) -> State:
        """Return a state by name.

        Raises:
            Invalid: There is no such state.
        """
        if name not in self.states:
            raise Invalid(
                N_("There is no state {name!r}."),
                where="state",
                remedy=N_("Use one of {states}."),
                name=name,
                states=", ".join(self.states),
            )
        return self.states[name]

    def offers(self, state: str, *, held: bool) -> list[Offer]:
        """Return every step from any state, with the reasons against it now.

        Args:
            state: The asset's state.
            held: Somebody or something holds the asset.
        """
        return [
            Offer(step, _against(step, state, held=held, reason="given by the caller"))
            for step in self.steps.values()
        ]

    def take(self, name: str, state: str, *, held: bool, reason: str = "") -> Step:
        """Return the step to carry out.

        Raises:
            Invalid: There is no such step.
            NotAllowed: It cannot be taken now; the message says why and what can.
        """
        step = self.steps.get(name)
        if step is None:
            raise Invalid(
                N_("There is no step {name!r}."),
                where="step",
                remedy=N_("Use one of {steps}."),
                name=name,
                steps=", ".join(self.steps),
            )
        against = _against(step, state, held=held, reason=reason)
        if against:
            possible = [
                offer.step.name
                for offer in self.offers(state, held=held)
                if offer.allowed
            ]
            raise NotAllowed(
                N_("The step {name!r} is not possible: {against}."),
                remedy=N_("Possible now: {value}."),
                name=name,
                against="; ".join(against),
                value=", ".join(possible) or "nothing",
            )
        return step


def _by_name(kind: str, items: Iterable[_Named]) -> Mapping[str, _Named]:
    named: dict[str, _Named] = {}
    for item in items:
        if item.name in named:
            raise Invalid(
                N_("The {kind} {name!r} occurs twice."),
                where="lifecycle",
                kind=kind,
                name=item.name,
            )
        named[item.name] = item
    return named


def _against(step: Step, state: str, *, held: bool, reason: str) -> tuple[str, ...]:
    unmet = {
        Need.HOLDER: not held,
        Need.NO_HOLDER: held,
        Need.REASON: not reason.strip(),
    }
    reasons = []
    if state not in step.sources:
        sources = ", ".join(sorted(step.sources))
        reasons.append(f"it is {state}, the step begins at {sources}")
    reasons += [_WHY[need] for need in Need if need in step.needs and unmet[need]]
    return tuple(reasons)


def _step(
    name: str,
    sources: str,
    target: str,
    *needs: Need,
    ends_custody: bool = False,
    roles: str = "it",
) -> Step:
    return Step(
        name,
        frozenset(sources.split()),
        target,
        frozenset(needs),
        ends_custody,
        frozenset(roles.split()),
    )


_HERE = "in_stock reserved prepared in_transit in_use due_back in_repair"

DEFAULT = Lifecycle(
    states=[
        State("requested", N_("somebody asked for it"), owned=False),
        State("ordered", N_("ordered, not delivered"), owned=False),
        State("in_stock", N_("in a stock room")),
        State("reserved", N_("in a stock room, promised to somebody")),
        State("prepared", N_("set up and ready to hand out")),
        State("in_transit", N_("on its way")),
        State("in_use", N_("handed out"), expected=True),
        State("due_back", N_("handed out, to be returned"), expected=True),
        State("in_repair", N_("with a workshop")),
        State("lost", N_("nobody knows where it is")),
        State("stolen", N_("stolen")),
        State("retired", N_("out of use, still here")),
        State(
            "disposed", N_("sold, scrapped, given away or never bought"), owned=False
        ),
    ],
    steps=[
        _step("order", "requested", "ordered"),
        _step("cancel", "requested ordered", "disposed", Need.REASON),
        _step("receive", "requested ordered in_transit", "in_stock", Need.NO_HOLDER),
        _step("reserve", "in_stock", "reserved", Need.NO_HOLDER),
        _step("release", "reserved prepared", "in_stock", Need.NO_HOLDER),
        _step("prepare", "in_stock reserved", "prepared"),
        _step("send", "in_stock reserved prepared in_repair", "in_transit"),
        _step(
            "hand_out", "in_stock reserved prepared in_transit", "in_use", Need.HOLDER
        ),
        _step("recall", "in_use", "due_back"),
        _step("keep", "due_back", "in_use", Need.HOLDER),
        _step("take_back", "in_use due_back", "in_stock", ends_custody=True),
        _step("repair", "in_stock prepared in_use due_back", "in_repair"),
        _step("repaired", "in_repair", "in_stock", Need.NO_HOLDER),
        _step("resume", "in_repair", "in_use", Need.HOLDER),
        _step("lose", _HERE, "lost", Need.REASON),
        _step("steal", f"{_HERE} lost", "stolen", Need.REASON),
        _step("find", "lost stolen", "in_stock", ends_custody=True),
        _step(
            "retire",
            "in_stock reserved prepared in_repair lost stolen",
            "retired",
            Need.REASON,
            ends_custody=True,
        ),
        _step("reinstate", "retired", "in_stock", Need.REASON),
        _step("recover", "disposed", "in_stock", Need.REASON),
        _step(
            "dispose",
            "retired lost stolen",
            "disposed",
            Need.REASON,
            ends_custody=True,
            roles="it accounting",
        ),
    ],
)
"""What is shipped: from the request to the disposal."""
