"""Shares of cost centres to the millionth; states and what their steps need."""

from __future__ import annotations

from decimal import Decimal

import pytest

from inventory.assets.custody.allocation_rules import (
    Share,
    Slice,
    check_shares,
    equal_shares,
    shares_from_percent,
    slices,
    split_money,
    whole_share,
)
from inventory.assets.register.lifecycle import DEFAULT, Lifecycle, Need, State, Step
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.money import Money


def test_one_cost_centre_bears_all_of_it() -> None:
    assert whole_share(4) == (Share(4, 1_000_000),)


@pytest.mark.parametrize("wrong", [0, -1])
def test_a_share_of_nothing_or_less_is_refused(wrong: int) -> None:
    with pytest.raises(Invalid, match="above zero"):
        check_shares([Share(1, 1_000_000 - wrong), Share(2, wrong)])


def test_a_sum_above_the_whole_is_refused() -> None:
    with pytest.raises(Invalid, match=r"100.0001 %"):
        check_shares([Share(1, 1_000_001)])


def test_percentages_may_have_four_places_and_no_more() -> None:
    assert shares_from_percent([(1, " 0.0001 "), (2, "99.9999")])[0] == Share(1, 1)
    with pytest.raises(Invalid, match="finer than"):
        shares_from_percent([(1, "0.00001"), (2, "99.99999")])


def test_a_percentage_is_a_number() -> None:
    with pytest.raises(Invalid, match="is not a percentage"):
        shares_from_percent([(1, "half"), (2, 50)])
    assert (
        shares_from_percent([(1, 100)])
        == shares_from_percent([(1, Decimal(100))])
        == whole_share(1)
    )


def test_thirds_of_the_whole_differ_by_a_millionth() -> None:
    assert [share.ppm for share in equal_shares([3, 1, 2])] == [
        333_333,
        333_334,
        333_333,
    ]
    assert [share.cost_centre_id for share in equal_shares([3, 1, 2])] == [1, 2, 3]
    with pytest.raises(Invalid, match="No cost centre"):
        equal_shares([])
    with pytest.raises(Invalid, match="twice"):
        equal_shares([1, 1])


def test_slices_lie_side_by_side_and_each_knows_where_the_one_before_ends() -> None:
    found = slices((Share(1, 400_000), Share(2, 600_000)))
    assert found == (Slice(1, 0, 400_000), Slice(2, 400_000, 1_000_000))
    assert [one.previous_upper_ppm for one in found] == [None, 400_000]


def test_money_is_shared_to_the_cent() -> None:
    found = split_money(Money(100_01, "EUR"), (Share(1, 500_000), Share(2, 500_000)))
    assert found == {1: Money(50_01, "EUR"), 2: Money(50_00, "EUR")}


STATES = [State("new", "not used yet"), State("used", "in use"), State("gone", "gone")]
GIVE = Step("give", frozenset(("new",)), "used", frozenset((Need.HOLDER,)))
LOSE = Step("lose", frozenset(("new", "used")), "gone", frozenset((Need.REASON,)))
STORE = Step("store", frozenset(("used",)), "new", frozenset((Need.NO_HOLDER,)))
SMALL = Lifecycle(STATES, [GIVE, LOSE, STORE])


def allowed(state: str, *, held: bool) -> list[str]:
    return [o.step.name for o in SMALL.offers(state, held=held) if o.allowed]


def test_what_is_possible_depends_on_the_state_and_on_a_holder() -> None:
    assert allowed("new", held=True) == ["give", "lose"]
    assert allowed("new", held=False) == ["lose"]
    assert allowed("used", held=True) == ["lose"]
    assert allowed("used", held=False) == ["lose", "store"]
    assert allowed("gone", held=False) == []


def test_a_step_without_its_need_names_the_need_and_what_is_possible() -> None:
    with pytest.raises(NotAllowed, match="hand it out first") as error:
        SMALL.take("give", "new", held=False)
    assert error.value.remedy == "Possible now: lose."
    with pytest.raises(NotAllowed, match="take it back first"):
        SMALL.take("store", "used", held=True)
    with pytest.raises(NotAllowed, match="a reason is needed"):
        SMALL.take("lose", "new", held=False, reason=" ")
    assert SMALL.take("lose", "new", held=False, reason="fire") is LOSE
    assert SMALL.take("give", "new", held=True) is GIVE


def test_a_step_from_another_state_names_where_it_begins() -> None:
    with pytest.raises(NotAllowed, match="it is gone, the step begins at new, used"):
        SMALL.take("lose", "gone", held=False, reason="fire")
    with pytest.raises(NotAllowed) as error:
        SMALL.take("give", "gone", held=True)
    assert error.value.remedy == "Possible now: nothing."


def test_every_reason_against_a_step_is_told() -> None:
    (offer,) = [o for o in SMALL.offers("gone", held=True) if o.step is STORE]
    assert offer.reasons == (
        "it is gone, the step begins at used",
        "somebody holds it; take it back first",
    )
    assert not offer.allowed


def test_names_that_do_not_exist_are_refused_with_those_that_do() -> None:
    with pytest.raises(Invalid, match="no state 'old'") as error:
        SMALL.state("old")
    assert error.value.remedy == "Use one of new, used, gone."
    with pytest.raises(Invalid, match="no step 'sell'") as error:
        SMALL.take("sell", "new", held=False)
    assert error.value.remedy == "Use one of give, lose, store."
    assert SMALL.state("used") is STATES[1]


def test_a_step_to_or_from_nowhere_is_refused() -> None:
    for wrong in (
        Step("x", frozenset(("new",)), "no"),
        Step("x", frozenset("n"), "new"),
    ):
        with pytest.raises(Invalid, match="unknown states"):
            Lifecycle(STATES, [wrong])


def test_a_name_that_occurs_twice_is_refused() -> None:
    with pytest.raises(Invalid, match="state 'new' occurs twice"):
        Lifecycle([*STATES, STATES[0]], [])
    with pytest.raises(Invalid, match="step 'give' occurs twice"):
        Lifecycle(STATES, [GIVE, GIVE])


def test_what_is_not_bought_yet_or_is_gone_is_not_owned() -> None:
    """A stock-take looks for what is owned, and a scan for what is in use."""
    absent = {name for name, state in DEFAULT.states.items() if not state.owned}
    assert absent == {"requested", "ordered", "disposed"}
    expected = {name for name, state in DEFAULT.states.items() if state.expected}
    assert expected == {"in_use", "due_back"}


def test_who_returns_loses_or_disposes_of_a_thing_holds_it_no_more() -> None:
    ends = {name for name, step in DEFAULT.steps.items() if step.ends_custody}
    assert ends == {"take_back", "find", "retire", "dispose"}


def test_only_disposal_is_also_for_accounting() -> None:
    both = {n for n, s in DEFAULT.steps.items() if s.roles != frozenset(("it",))}
    assert both == {"dispose"}
    assert DEFAULT.steps["dispose"].roles == {"it", "accounting"}


def test_what_cannot_be_told_later_needs_a_reason() -> None:
    needing = {n for n, s in DEFAULT.steps.items() if Need.REASON in s.needs}
    assert needing == {
        *("cancel", "lose", "steal", "retire", "reinstate", "recover", "dispose"),
    }
