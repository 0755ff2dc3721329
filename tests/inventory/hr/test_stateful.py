from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from inventory.kernel.errors import NotAllowed
from inventory.provisioning.statements.event_kinds import EventKind
from inventory.storage.rows import Row
from tests.inventory.hr import laws
from tests.inventory.hr.company import DAY, Company

PEOPLE = 30
STEPS = 30
persons = st.integers(1, PEOPLE).map(lambda number: f"{number:05}")
days = st.integers(-40, 120)


class HrMachine(RuleBasedStateMachine):
    """30 people over three years; events come late, doubled, corrected, cancelled."""

    template: ClassVar[Path]

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "hr.sqlite"
        self.company = Company.on_file(self.template, path)
        self.company.found(laptop=8, phone=3, monitor=3)
        self.sent: list[Row] = []
        self.late: list[Row] = []

    def teardown(self) -> None:
        if hasattr(self, "company"):
            self.company.engine.dispose()
            self.folder.cleanup()

    @rule(who=persons, offset=days, department=st.sampled_from(["SAL", "LAB"]))
    def hire(self, who: str, offset: int, department: str) -> None:
        self._say("hire", who, offset, {"department": department})

    @rule(
        who=persons,
        kind=st.sampled_from(
            [kind for kind in EventKind if kind is not EventKind.HIRE]
        ),
        offset=days,
        lag=st.integers(0, 20),
        source=st.sampled_from(["sap", "sap", "payroll"]),
        waits=st.booleans(),
    )
    def say(
        self, who: str, kind: EventKind, offset: int, lag: int, source: str, waits: bool
    ) -> None:
        data = {"department": "LAB"} if kind is EventKind.TRANSFER else {}
        self._say(kind, who, offset, data, lag=lag, source=source, waits=waits)

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), offset=days)
    def correct_somebody(self, data: st.DataObject, offset: int) -> None:
        """Somebody who was hired leaves, moves, or does not come after all."""
        who = data.draw(st.sampled_from([event["subject"] for event in self.sent]))
        kinds = [
            EventKind.TERMINATION,
            EventKind.TRANSFER,
            EventKind.HIRE_CHANGED,
            EventKind.REHIRE,
        ]
        kinds += [EventKind.TERMINATION_CANCELLED, EventKind.HIRE_CANCELLED]
        kind = data.draw(st.sampled_from(kinds))
        self._say(
            kind,
            who,
            offset,
            {"department": "LAB"} if kind is EventKind.TRANSFER else {},
        )

    def _say(
        self,
        kind: str,
        who: str,
        offset: int,
        data: Mapping[str, str],
        *,
        lag: int = 0,
        source: str = "sap",
        waits: bool = False,
    ) -> None:
        on = self.company.day + offset * DAY
        time = self.company.now() - timedelta(days=lag)
        event = self.company.event(kind, on, who, source=source, time=time, **data)
        if waits:
            self.late.append(event)
        else:
            self._hear(event)

    def _hear(self, event: Row) -> None:
        self.company.hear(event)
        self.sent.append(event)
        laws.check(self.company)

    @precondition(lambda self: self.late)
    @rule()
    def a_late_event_comes(self) -> None:
        self._hear(self.late.pop(0))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def an_event_comes_again(self, data: st.DataObject) -> None:
        before = self._counts()
        assert not self.company.hear(data.draw(st.sampled_from(self.sent))).new
        assert self._counts() == before

    def _counts(self) -> list[int]:
        names = ("hr_event", "provisioning_case", "case_line", "case_line_step")
        return [len(self.company.rows(name)) for name in names]

    @rule(number=st.integers(1, 100))
    def time_passes(self, number: int) -> None:
        self.company.wait(number)
        laws.check(self.company)

    @rule(data=st.data())
    def somebody_works(self, data: st.DataObject) -> None:
        """Up to six steps of any lines that are open."""
        for _ in range(data.draw(st.integers(1, 6))):
            lines = [x for x in self.company.rows("case_line") if not x["closed_on"]]
            if not lines:
                return
            line = data.draw(st.sampled_from(lines))
            self._work(line, data)

    def _work(self, line: Row, data: st.DataObject) -> None:
        offers = self.company.rules.machine.offers(
            line["state"], line["action"], tracked=line["tracked"]
        )
        name = data.draw(st.sampled_from(offers))
        person = self.company.rows("person")[0]["id"]
        try:
            self.company.step(line["id"], name, recipient_id=person)
        except NotAllowed as error:
            if "in stock" not in error.problem:
                raise  # nothing else may stand in the way
        laws.check(self.company)

    @rule(kind=st.sampled_from(["laptop", "phone", "monitor"]))
    def something_is_bought(self, kind: str) -> None:
        self.company.stock(**{kind: 1})
        laws.check(self.company)


def run(template: Path, examples: int) -> None:
    HrMachine.template = template
    run_state_machine_as_test(
        HrMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_hr_says_nothing_is_lost_or_held_twice(sqlite_template: Path) -> None:
    run(sqlite_template, 4)


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_whatever_hr_says_for_long(sqlite_template: Path) -> None:
    run(sqlite_template, 150)
