from __future__ import annotations

import pytest
import yaml

from discovery.identity.identify import (
    Knowledge,
    KnowledgeError,
    NoRule,
    correction,
    explain,
    identify,
    lines,
)
from tests.discovery.identify.support import knowledge, seen

CISCO = seen(
    "Cisco IOS Software, C3560 Software (C3560-IPSERVICESK9-M), "
    "Version 15.0(2)SE11, RELEASE SOFTWARE (fc3)",
    "e.9.1.615",
)


def test_an_explanation_shows_clues_statements_and_winner(shipped: Knowledge) -> None:
    identity = identify([CISCO], shipped)
    shown = lines(explain([CISCO], identity, shipped))
    text = "\n".join(line.text for line in shown)
    assert "sysObjectID: 1.3.6.1.4.1.9.1.615" in text
    assert "version: 15.0(2)SE11" in text
    assert "vendor: Cisco" in text
    assert {"heading", "clue", "verdict", "statement", "settle"} <= {
        line.kind for line in shown
    }


def test_every_answer_has_a_reason(shipped: Knowledge) -> None:
    explanation = explain([CISCO], identify([CISCO], shipped), shipped)
    for reasoning in explanation.reasonings:
        if reasoning.verdict.value:
            assert reasoning.verdict.reasons
            assert reasoning.statements


def test_what_is_open_says_what_would_settle_it(shipped: Knowledge) -> None:
    silent = seen()
    explanation = explain([silent], identify([silent], shipped), shipped)
    serial = next(r for r in explanation.reasonings if r.field == "serial")
    assert any("does not answer SNMP" in advice for advice in serial.settle)
    explanation = explain([CISCO], identify([CISCO], shipped), shipped)
    serial = next(r for r in explanation.reasonings if r.field == "serial")
    assert any("gave no answer" in advice for advice in serial.settle)


def test_a_correction_is_a_rule_that_outranks_the_shipped_ones() -> None:
    shipped_rules = "vendor: Acme\nenterprises: 99999\ntype: switch\nmodel: Wrong"
    told = seen("Acme box 1.2.3", "e.99999.4")
    document = correction(told, {"model": "Right-9", "type": "ups"}, "by Sari")
    know = knowledge(shipped_rules, local=yaml.safe_dump(document))
    identity = identify([told], know)
    assert identity.value("model") == "Right-9"
    assert identity.kind == "ups"
    upgraded = seen("Acme box 2.0.0", "e.99999.4")
    assert identify([upgraded], know).value("model") == "Right-9"
    other = seen("Acme box 1.2.3", "e.99999.5")
    assert identify([other], know).value("model") == "Wrong"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [({"serial": "X"}, "cannot state serial"), ({"type": "toaster"}, "type")],
)
def test_a_correction_that_no_rule_can_state_is_refused(
    fields: dict[str, str], problem: str
) -> None:
    with pytest.raises((KnowledgeError, NoRule), match=problem):
        correction(CISCO, fields)


def test_a_device_that_says_nothing_cannot_be_recognised_by_a_rule() -> None:
    with pytest.raises(NoRule, match="neither sysObjectID nor sysDescr"):
        correction(seen(), {"model": "X"})
