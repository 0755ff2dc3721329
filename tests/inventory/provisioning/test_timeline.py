from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from inventory.provisioning.statements.authority import Authority
from inventory.provisioning.statements.employment_periods import (
    RegisteredEmployment,
    Timeline,
)
from inventory.provisioning.statements.event_kinds import EventKind, EventStatement
from inventory.provisioning.statements.timeline import build_timeline

NOBODY = Authority()
DAY = timedelta(days=1)
FIRST = date(2026, 1, 1)


def say(
    kind: EventKind,
    on: date,
    said: date | None = None,
    source: str = "sap",
    **data: object,
) -> EventStatement:
    moment = said or on - 30 * DAY
    key = f"{source}\n{kind}{on}{moment}{sorted(data)}"
    at = datetime(moment.year, moment.month, moment.day, 9, tzinfo=UTC)
    return EventStatement(key, source, kind, on, at, data)


def told(*events: EventStatement, authority: Authority = NOBODY) -> Timeline:
    return build_timeline(events, authority)


def test_a_hire_that_is_announced_twice_is_one_employment() -> None:
    one = say(EventKind.HIRE, FIRST)
    other = say(EventKind.HIRE, FIRST, FIRST - 5 * DAY, source="payroll")
    found = told(one, other)
    assert len(found.periods) == 1
    assert found.verdicts[other.key].name == "joined"


def test_a_start_that_moved_leaves_one_employment_and_explains_the_first_event() -> (
    None
):
    hire = say(EventKind.HIRE, FIRST)
    later = say(EventKind.HIRE_CHANGED, FIRST + 9 * DAY, FIRST - 2 * DAY)
    found = told(later, hire)
    assert [period.start for period in found.periods] == [FIRST + 9 * DAY]
    assert found.verdicts[later.key].name == "applied"


def test_a_cancelled_hire_never_comes_to_be() -> None:
    found = told(
        say(EventKind.HIRE_CANCELLED, FIRST, FIRST - DAY), say(EventKind.HIRE, FIRST)
    )
    assert [period.cancelled for period in found.periods] == [True]


def test_an_end_before_its_hire_is_parked_and_applied_once_the_hire_is_known() -> None:
    end = say(EventKind.TERMINATION, FIRST + 90 * DAY, FIRST - 90 * DAY)
    assert told(end).verdicts[end.key].name == "parked"
    found = told(end, say(EventKind.HIRE, FIRST))
    assert found.verdicts[end.key].name == "applied"
    assert found.periods[0].last == FIRST + 90 * DAY


def test_a_rehire_waits_for_the_end_of_the_employment_before() -> None:
    hire, again = say(EventKind.HIRE, FIRST), say(EventKind.REHIRE, FIRST + 200 * DAY)
    assert told(hire, again).verdicts[again.key].name == "parked"
    end = say(EventKind.TERMINATION, FIRST + 99 * DAY, FIRST + 250 * DAY)
    found = told(hire, again, end)
    assert [period.start for period in found.periods] == [FIRST, FIRST + 200 * DAY]
    assert found.periods[0].last == FIRST + 99 * DAY


def test_a_cancelled_end_leaves_no_end() -> None:
    end = say(EventKind.TERMINATION, FIRST + 60 * DAY, FIRST + DAY)
    undone = say(EventKind.TERMINATION_CANCELLED, FIRST + 60 * DAY, FIRST + 9 * DAY)
    found = told(say(EventKind.HIRE, FIRST), end, undone)
    assert found.periods[0].last is None
    assert found.verdicts[end.key].name == "superseded"


def test_the_source_with_authority_decides_and_the_other_is_told_as_a_conflict() -> (
    None
):
    payroll = say(EventKind.HIRE, FIRST, source="payroll", cost_centre="4100")
    other = say(EventKind.HIRE, FIRST, FIRST - DAY, source="idp", cost_centre="9999")
    found = told(
        payroll, other, authority=Authority({"cost_centre": ("payroll", "idp")})
    )
    assert found.periods[0].terms["cost_centre"] == "4100"
    assert [(c.field, c.refused.source) for c in found.conflicts] == [
        ("cost_centre", "idp")
    ]


def test_a_new_department_pays_unless_somebody_says_otherwise() -> None:
    hire = say(EventKind.HIRE, FIRST, department="SAL", cost_centre="4100")
    move = say(EventKind.TRANSFER, FIRST + 50 * DAY, department="LAB")
    period = told(hire, move).periods[0]
    assert period.terms_on(FIRST)["cost_centre"] == "4100"
    assert "cost_centre" not in period.terms_on(FIRST + 50 * DAY)


def test_a_leaver_known_to_the_register_only_ends_that_employment() -> None:
    known = RegisteredEmployment("known:7", FIRST, None)
    end = say(EventKind.TERMINATION, FIRST + 60 * DAY)
    found = build_timeline([end], NOBODY, [known])
    assert [(s.root, s.last) for s in found.periods] == [("known:7", FIRST + 60 * DAY)]
    assert found.verdicts[end.key].name == "applied"


def test_death_is_quiet() -> None:
    found = told(say(EventKind.HIRE, FIRST), say(EventKind.DECEASED, FIRST + 60 * DAY))
    assert found.periods[0].quiet


events = st.builds(
    lambda number, kind, on, said, source, department: EventStatement(
        f"{source}\n{number}",
        source,
        kind,
        FIRST + on * DAY,
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=said),
        {"department": department},
    ),
    st.integers(0, 10**6),
    st.sampled_from(EventKind),
    st.integers(0, 1000),
    st.integers(-30, 1000),
    st.sampled_from(["sap", "payroll"]),
    st.sampled_from(["SAL", "LAB"]),
)


@given(
    st.lists(events, max_size=12, unique_by=lambda e: e.key).flatmap(
        lambda found: st.tuples(st.just(found), st.permutations(found))
    )
)
def test_events_mean_the_same_in_any_order(
    both: tuple[Sequence[EventStatement], Sequence[EventStatement]],
) -> None:
    first, second = (build_timeline(found, NOBODY) for found in both)
    assert first == second
    assert set(first.verdicts) == {event.key for event in both[0]}
    real = [period for period in first.periods if not period.cancelled]
    for one, after in pairwise(real):
        assert one.last is not None
        assert one.last < after.start
    assert all(period.last is None or period.last >= period.start for period in real)
