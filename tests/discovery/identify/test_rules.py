from __future__ import annotations

import pytest

from collectors.facts import Clue
from discovery.identity.identify import columns_to_read, identify, objects_to_read
from tests.discovery.identify.support import full, knowledge, seen

CASCADE = """
vendor: Acme
aliases: [Acme Networks]
enterprises: 99999
type: switch
parse: ['v(?P<version>[0-9.]+)']
read:
  serial: [e.99999.1.1.0, 'e.99999.2.1.*']
rules:
  - {oid: e.99999.7, type: firewall}
  - {oid: e.99999.7, descr: 'X-(?P<model>[A-Z]+)', type: router, os: AcmeOS}
  - {text: [Power Unit], type: ups}
"""


def test_the_most_specific_rule_wins_field_by_field() -> None:
    identity = identify([seen("X-ABC v1.2", "e.99999.7.3")], knowledge(CASCADE))
    assert identity.value("type") == "router"
    assert identity.value("model") == "ABC"
    assert identity.value("version") == "1.2"
    assert identity.value("os") == "AcmeOS"
    assert identity.value("vendor") == "Acme"


def test_a_leaf_type_states_type_and_subtype() -> None:
    identity = identify([seen("the power-unit", "e.99999.1")], knowledge(CASCADE))
    assert identity.value("type") == "power"
    assert identity.value("subtype") == "ups"


def test_words_are_matched_whole() -> None:
    identity = identify([seen("the power unitary", "e.99999.1")], knowledge(CASCADE))
    assert identity.value("type") == "switch"


def test_objects_are_taken_in_order_of_preference() -> None:
    both = {"e.99999.1.1.0": "S-1", "e.99999.2.1.5": "S-2"}
    know = knowledge(CASCADE)
    assert identify([seen("a", "e.99999.1", both)], know).value("serial") == "S-1"
    column = {"e.99999.2.1.10": "S-10", "e.99999.2.1.9": "N/A", "e.99999.2.1.2": ""}
    assert identify([seen("a", "e.99999.1", column)], know).value("serial") == "S-10"


def test_the_objects_of_rules_that_may_hold_are_asked_for() -> None:
    know = knowledge(CASCADE)
    first = seen("X-ABC", "e.99999.7")
    instances = {".".join(map(str, oid)) for oid in objects_to_read(first, know)}
    columns = {".".join(map(str, oid)) for oid in columns_to_read(first, know)}
    assert full("e.99999.1.1.0") in instances
    assert full("e.99999.2.1") in columns


HIDDEN = """
vendor: Boxen
enterprises: 88888
rules:
  - oid: e.8072
    has: e.88888.1.0
    type: storage
    read: {model: e.88888.1.0, serial: e.88888.2.0}
"""
AGENTS = "number\tagent\n8072\tNet-SNMP\n"


def test_a_vendor_behind_a_generic_agent_is_found_by_its_objects() -> None:
    know = knowledge(HIDDEN, agents=AGENTS)
    first = seen("Linux nas 5.10.0 #1 SMP x86_64", "e.8072.3.2.10")
    asked = {".".join(map(str, oid)) for oid in objects_to_read(first, know)}
    assert {full("e.88888.1.0"), full("e.88888.2.0")} <= asked
    answered = seen(
        "Linux nas 5.10.0 #1 SMP x86_64",
        "e.8072.3.2.10",
        {"e.88888.1.0": "BX-200", "e.88888.2.0": "SN77"},
    )
    identity = identify([answered], know)
    assert identity.value("vendor") == "Boxen"
    assert identity.value("model") == "BX-200"
    assert identity.value("type") == "storage"


def test_a_generic_agent_without_those_objects_is_not_that_vendor() -> None:
    know = knowledge(HIDDEN, agents=AGENTS)
    identity = identify([seen("Linux nas 5.10.0", "e.8072.3.2.10")], know)
    assert identity.value("vendor") is None


def test_a_vendor_named_in_the_text_is_believed_without_a_number() -> None:
    identity = identify([seen("Acme Networks gateway")], knowledge(CASCADE))
    assert identity.value("vendor") == "Acme"


def test_a_host_name_is_never_evidence_of_a_vendor() -> None:
    know = knowledge(CASCADE, agents=AGENTS)
    told = seen("Linux acme-networks 5.10.0 #1 SMP x86_64", "e.8072.3.2.10")
    assert identify([told], know).value("vendor") is None


def test_a_text_rule_speaks_only_of_its_vendor_unless_it_says_anywhere() -> None:
    stranger = seen("Power Unit", "e.77777.1")
    assert identify([stranger], knowledge(CASCADE)).value("vendor") is None
    bold = CASCADE.replace("{text: [Power Unit]", "{anywhere: true, text: [Power Unit]")
    assert identify([stranger], knowledge(bold)).value("vendor") == "Acme"


def test_objects_beside_the_number_of_a_product_are_found() -> None:
    know = knowledge(
        """
        vendor: Tree
        enterprises: 66666
        read: {serial: ['@.1.5.0', '@-.9.0']}
        """
    )
    below = seen("x", "e.66666.7.70", {"e.66666.7.70.1.5.0": "T-1"})
    assert identify([below], know).value("serial") == "T-1"
    beside = seen("x", "e.66666.7.70", {"e.66666.7.9.0": "T-2"})
    assert identify([beside], know).value("serial") == "T-2"


@pytest.mark.parametrize(
    ("spec", "raw", "value"),
    [
        ("{oid: e.99999.5.0, match: 'Rel ([0-9.]+)'}", "OS Rel 4.2 beta", "4.2"),
        ("{oid: e.99999.5.0, match: '[0-9]+'}", "no digits", None),
        ("{oid: e.99999.5.0, values: {'3': '4.0'}}", "3", "4.0"),
        ("{oid: e.99999.5.0, values: {'3': '4.0'}}", "9", None),
    ],
)
def test_an_answer_is_shaped_before_it_counts(
    spec: str, raw: str, value: str | None
) -> None:
    know = knowledge(f"vendor: Acme\nenterprises: 99999\nread: {{version: [{spec}]}}")
    told = seen(None, "e.99999.1", {"e.99999.5.0": raw})
    assert identify([told], know).value("version") == value


def test_a_banner_rule_reads_its_own_clue() -> None:
    know = knowledge(
        """
        vendor: Phoney
        rules:
          - clue: sip-user-agent
            descr: '^Phoney (?P<model>P[0-9]+) (?P<version>[0-9.]+)'
            type: desk-phone
        """
    )
    told = Clue("sip-user-agent", "Phoney P20 1.2.3", "sip")
    identity = identify([seen(clues=(told,))], know)
    assert identity.value("model") == "P20"
    assert identity.kind == "desk-phone"


def test_a_fallback_rule_speaks_only_where_no_other_of_its_file_does() -> None:
    know = knowledge(
        """
        rules:
          - {text: Linux, descr: '^Linux', oid: e.8072, type: computer, strength: 0.3}
          - {text: pfSense, type: firewall}
        """
    )
    told = seen("Linux host 5.1 pfSense", "e.8072.3")
    assert identify([told], know).value("type") == "firewall"
    assert (
        identify([seen("Linux host 5.1", "e.8072.3")], know).value("type") == "computer"
    )
