from __future__ import annotations

import pytest

from discovery.identity.identify import KnowledgeError
from tests.discovery.identify.support import knowledge


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("vendor: X\ncolour: red", "colour", "Extra inputs"),
        ("vendor: X\ntype: toaster", "type", "unknown type"),
        ("vendor: X\nread: {serial: [nonsense]}", "read", "dotted numbers"),
        ("vendor: X\nread: {colour: e.9.1}", "top level", "unknown field 'colour'"),
        ("vendor: X\nparse: ['(?P<colour>x)']", "top level", "unknown field 'colour'"),
        ("vendor: X\nparse: ['(a+)+']", "parse.0", "exponential"),
        ("vendor: X\nrules: [{type: switch}]", "rules.0", "needs a condition"),
        ("vendor: X\nrules: [{descr: '('}]", "rules.0.descr", "regular expression"),
        ("vendor: X\nclue: smell", "top level", "unknown clue"),
        ("vendor: X\nstrength: 7", "strength", "less than or equal to 1"),
        ("vendor: X\nenterprises: [nine]", "enterprises.0", "integer"),
    ],
)
def test_a_broken_rule_file_is_named_with_place_and_problem(
    text: str, place: str, what: str
) -> None:
    with pytest.raises(KnowledgeError) as caught:
        knowledge("vendor: Good", text)
    assert "file2.yaml" in str(caught.value)
    assert place in str(caught.value)
    assert what in str(caught.value)


def test_one_value_may_stand_for_a_list_and_oids_may_be_short() -> None:
    built = knowledge(
        """
        vendor: X
        enterprises: 9
        rules:
          - {oid: e.9.1, text: Hello, read: {serial: m.47.1.1.1.1.11.1}}
        """
    )
    rule = built.documents[0].rules[0]
    assert rule.oid == ("1.3.6.1.4.1.9.1",)
    assert rule.read["serial"][0].oid == "1.3.6.1.2.1.47.1.1.1.1.11.1"


@pytest.mark.parametrize(
    ("table", "text", "problem"),
    [
        ("objects", "h\n9.1.0\ts", "line 2: 3 columns"),
        ("objects", "h\n9.1.0\tz\t50", "unknown kind 'z'"),
        ("objects", "h\n9.1.0\ts\thigh", "'high' is not a number"),
        ("enterprises", "h\nnine\tCisco", "'nine' is not a number"),
        ("agents", "h\nx\ty", "'x' is not a number"),
    ],
)
def test_a_broken_table_is_named_with_its_line(
    table: str, text: str, problem: str
) -> None:
    with pytest.raises(KnowledgeError, match=problem):
        knowledge(**{table: text})
