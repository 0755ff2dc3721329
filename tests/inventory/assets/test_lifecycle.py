from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.assets.register.lifecycle import DEFAULT, Lifecycle, Need, State, Step
from inventory.kernel.errors import Invalid, NotAllowed

STATES = sorted(DEFAULT.states)


def test_the_shipped_states_and_steps_are_these() -> None:
    assert list(DEFAULT.states) == [
        "requested",
        "ordered",
        "in_stock",
        "reserved",
        "prepared",
        "in_transit",
        "in_use",
        "due_back",
        "in_repair",
        "lost",
        "stolen",
        "retired",
        "disposed",
    ]
    assert {step.name: step.target for step in DEFAULT.steps.values()} == {
        "order": "ordered",
        "cancel": "disposed",
        "receive": "in_stock",
        "reserve": "reserved",
        "release": "in_stock",
        "prepare": "prepared",
        "send": "in_transit",
        "hand_out": "in_use",
        "recall": "due_back",
        "keep": "in_use",
        "take_back": "in_stock",
        "repair": "in_repair",
        "repaired": "in_stock",
        "resume": "in_use",
        "lose": "lost",
        "steal": "stolen",
        "find": "in_stock",
        "retire": "retired",
        "reinstate": "in_stock",
        "recover": "in_stock",
        "dispose": "disposed",
    }


def test_a_whole_life_can_be_lived() -> None:
    life = "order receive reserve prepare hand_out recall take_back repair repaired"
    state = "requested"
    for name in (*life.split(), "retire", "dispose"):
        held = name in {"hand_out", "recall", "take_back"}
        state = DEFAULT.take(name, state, held=held, reason="so").target
    assert state == "disposed"


def test_only_what_turns_up_again_leads_out_of_disposed() -> None:
    offers = DEFAULT.offers("disposed", held=False)
    assert [offer.step.name for offer in offers if offer.allowed] == ["recover"]


def test_every_other_state_can_be_left_and_reached() -> None:
    for state in STATES:
        sources = [step for step in DEFAULT.steps.values() if state in step.sources]
        targets = [step for step in DEFAULT.steps.values() if state == step.target]
        assert sources or state == "disposed"
        assert targets or state == "requested"


def test_a_refusal_says_why_and_what_is_possible() -> None:
    with pytest.raises(NotAllowed) as raised:
        DEFAULT.take("repaired", "in_repair", held=True)
    assert "somebody holds it" in raised.value.problem
    assert raised.value.remedy == ("Possible now: send, resume, lose, steal, retire.")
    with pytest.raises(NotAllowed, match="it is ordered, the step begins at"):
        DEFAULT.take("hand_out", "ordered", held=False)
    with pytest.raises(NotAllowed, match="a reason is needed"):
        DEFAULT.take("lose", "in_use", held=True, reason="  ")


def test_unknown_names_are_answered_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match="take_back"):
        DEFAULT.take("steel", "in_use", held=True)
    with pytest.raises(Invalid, match="in_stock"):
        DEFAULT.state("in stock")


def test_a_broken_lifecycle_is_refused() -> None:
    state = State("new", "just made")
    with pytest.raises(Invalid, match="unknown states: gone"):
        Lifecycle([state], [Step("go", frozenset({"new"}), "gone")])
    with pytest.raises(Invalid, match="'new' occurs twice"):
        Lifecycle([state, state], [])


@given(
    state=st.sampled_from(STATES),
    held=st.booleans(),
    name=st.sampled_from(sorted(DEFAULT.steps)),
)
def test_an_offered_step_can_be_taken_and_no_other(
    state: str, held: bool, name: str
) -> None:
    offer = {one.step.name: one for one in DEFAULT.offers(state, held=held)}[name]
    if offer.allowed:
        step = DEFAULT.take(name, state, held=held, reason="so")
        assert state in step.sources
        assert not (held and Need.NO_HOLDER in step.needs)
    else:
        with pytest.raises(NotAllowed):
            DEFAULT.take(name, state, held=held, reason="so")
