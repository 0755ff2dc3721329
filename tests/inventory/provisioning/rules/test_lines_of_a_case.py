"""A line has a state with an owner and a deadline, and steps that lead to an end."""

from __future__ import annotations

from datetime import date

import pytest

from inventory.kernel.errors import Invalid, NotAllowed
from inventory.provisioning.calendars import Calendar, Calendars
from inventory.provisioning.line_states import (
    BEFORE,
    UNCARRIED,
    Machine,
    State,
    Step,
    closed_states,
)
from tests.inventory.hr.company import rules


def step(name: str, sources: str, target: str, **more: object) -> Step:
    return Step(name, frozenset(sources.split()), target, **more)  # type: ignore[arg-type]


STATES = {
    "wanted": State("wanted", owner="it", anchor="effective", days=-2),
    "ready": State("ready", owner="it", days=3),
    "held": State("held", owner="hr"),
    "done": State("done", closed=True),
}
STEPS = {
    made.name: made
    for made in (
        step("prepare", "wanted", "ready", tracked=True),
        step("count", "wanted", "ready", tracked=False),
        step("finish", "ready", "done", untracked=frozenset(("wanted",))),
        step("refuse", "wanted", "done", reason=True, reason_is="the refusal"),
        step("back", "ready", "done", actions=frozenset(("return",))),
        step("hold", "wanted ready", "held"),
        step("release", "held", BEFORE),
        step("notice", "wanted", "ready", automatic=True),
    )
}
MACHINE = Machine(STATES, STEPS)


def offers(state: str, action: str = "provide", *, tracked: bool = True) -> list[str]:
    return MACHINE.offers(state, action, tracked=tracked)


def test_a_thing_and_a_counted_thing_have_steps_of_their_own() -> None:
    assert offers("wanted") == ["prepare", "refuse", "hold"]
    assert offers("wanted", tracked=False) == ["count", "finish", "refuse", "hold"]


def test_a_step_for_returns_is_no_step_of_what_is_provided() -> None:
    assert offers("ready") == ["finish", "hold"]
    assert offers("ready", "return") == ["finish", "back", "hold"]


def test_a_closed_line_offers_nothing() -> None:
    assert offers("done") == []
    with pytest.raises(NotAllowed, match="the line is done") as error:
        MACHINE.take("finish", "done", "provide", tracked=True)
    assert error.value.remedy == "Possible now: nothing."


def test_a_step_that_is_not_possible_names_those_that_are() -> None:
    with pytest.raises(NotAllowed) as error:
        MACHINE.take("back", "ready", "provide", tracked=True)
    assert error.value.remedy == "Possible now: finish, hold."


def test_an_unknown_step_names_the_known_ones() -> None:
    with pytest.raises(Invalid, match="no step 'sell'") as error:
        MACHINE.take("sell", "ready", "provide", tracked=True)
    assert str(error.value.remedy).startswith("Use one of prepare, count, finish")


def test_a_refusal_needs_its_reason_and_no_other_step_does() -> None:
    for reason in ("", "  "):
        with pytest.raises(Invalid, match="needs the refusal"):
            MACHINE.take("refuse", "wanted", "provide", tracked=True, reason=reason)
    taken = MACHINE.take("refuse", "wanted", "provide", tracked=True, reason="costs")
    assert taken is STEPS["refuse"]
    assert MACHINE.take("prepare", "wanted", "provide", tracked=True).target == "ready"


def test_what_nobody_takes_by_hand_is_not_offered_and_can_be_carried_out() -> None:
    assert "notice" not in offers("wanted")
    assert MACHINE.take("notice", "wanted", "provide", tracked=True).automatic


@pytest.mark.parametrize(
    "wrong",
    [
        step("x", "nowhere", "done"),
        step("x", "ready", "nowhere"),
        step("x", "ready", "done", untracked=frozenset(("nowhere",))),
    ],
)
def test_a_step_that_names_an_unknown_state_is_refused(wrong: Step) -> None:
    with pytest.raises(Invalid, match="unknown states: nowhere"):
        Machine(STATES, {**STEPS, "x": wrong})


def test_an_open_state_needs_an_owner_and_a_closed_one_does_not() -> None:
    with pytest.raises(Invalid, match="'lost' has no owner"):
        Machine({**STATES, "lost": State("lost")}, STEPS)
    assert Machine({**STATES, "lost": State("lost", closed=True)}, STEPS).states


def test_a_state_that_leads_to_no_end_is_refused() -> None:
    stuck = {**STATES, "stuck": State("stuck", owner="it")}
    with pytest.raises(Invalid, match="No way leads from the state 'stuck'"):
        Machine(stuck, STEPS)
    circle = {
        **STEPS,
        "in": step("in", "stuck", "loop"),
        "out": step("out", "loop", "stuck"),
    }
    with pytest.raises(Invalid, match="No way leads"):
        Machine({**stuck, "loop": State("loop", owner="it")}, circle)
    longer = {
        "a": step("a", "stuck", "loop"),
        "b": step("b", "loop", "again"),
        "c": step("c", "again", "loop"),
    }
    three = {name: State(name, owner="it") for name in ("stuck", "loop", "again")}
    with pytest.raises(Invalid, match="No way leads"):
        Machine({**STATES, **three}, {**STEPS, **longer})
    ends = {**circle, "end": step("end", "loop", "done")}
    assert Machine({**stuck, "loop": State("loop", owner="it")}, ends).states


def test_a_way_back_counts_as_a_way_where_the_line_came_from() -> None:
    """`held` is left by `@before` only, to states that lead to an end."""
    only_back = {"release": STEPS["release"], "hold": STEPS["hold"]}
    ending = {"finish": STEPS["finish"], "prepare": STEPS["prepare"]}
    assert Machine(STATES, {**only_back, **ending}).states
    with pytest.raises(Invalid, match="No way leads"):
        Machine(STATES, {"release": STEPS["release"], **ending})


def test_closed_states_are_those_in_which_nothing_is_to_be_done() -> None:
    assert closed_states(STATES.values()) == {"done"}


FRIDAY, MONDAY = date(2026, 1, 9), date(2026, 1, 12)
DAYS = Calendars([Calendar(date.min, "UTC")])


def due(state: str, effective: date, entered: date, opened: date) -> date | None:
    return MACHINE.due(
        state,
        effective=effective,
        entered=entered,
        opened=opened,
        calendars=DAYS,
        site="hq",
    )


def test_a_deadline_counts_working_days_from_the_effective_day_or_the_entry() -> None:
    long_ago = date(2025, 1, 1)
    assert due("wanted", MONDAY, FRIDAY, long_ago) == date(2026, 1, 8)
    assert due("ready", MONDAY, FRIDAY, long_ago) == date(2026, 1, 14)
    assert due("held", MONDAY, FRIDAY, long_ago) == FRIDAY
    assert due("done", MONDAY, FRIDAY, long_ago) is None


def test_nothing_is_due_before_the_case_was_opened() -> None:
    assert due("wanted", MONDAY, FRIDAY, MONDAY) == MONDAY


def test_who_acts_depends_on_what_it_is_and_on_what_is_done_with_it() -> None:
    owners = {"counted number": "it", "suspend": "hr"}
    state = State("due", owner="employee", owners=owners)
    assert state.owner_of("return", "laptop", tracked=True) == "employee"
    assert state.owner_of("return", "number", tracked=True) == "employee"
    assert state.owner_of("return", "number", tracked=False) == "it"
    assert state.owner_of("suspend", "number", tracked=False) == "hr"
    assert (
        State("done", closed=True, owners=owners).owner_of(
            "suspend", "number", tracked=False
        )
        == ""
    )


def test_nobody_is_asked_to_bring_what_nobody_can_carry() -> None:
    due = rules().machine.states["due"]
    for kind in UNCARRIED:
        counted = kind in ("licence", "extension")
        assert due.owner_of("return", kind, tracked=not counted) == "it"
    assert due.owner_of("return", "laptop", tracked=True) == "employee"
    assert due.owner_of("return", "accessory", tracked=False) == "employee"
