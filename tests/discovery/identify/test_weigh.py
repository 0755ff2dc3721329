from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from discovery.identity.identify import FIELDS, Statement
from discovery.identity.weigh import weigh


def says(
    field: str,
    value: str,
    weight: float,
    source: str = "s",
    vendor: str | None = None,
) -> Statement:
    return Statement(field, value, weight, f"{source} says {value}", source, vendor)


def test_nothing_said_is_unknown_in_every_field() -> None:
    identity = weigh([])
    assert list(identity.fields) == list(FIELDS)
    assert all(verdict.value is None for verdict in identity.fields.values())


def test_two_sources_that_agree_are_surer_than_either() -> None:
    one = weigh([says("serial", "ABC-1", 0.6, "a")])
    two = weigh([says("serial", "ABC-1", 0.6, "a"), says("serial", "abc1", 0.5, "b")])
    assert two.fields["serial"].confidence > one.fields["serial"].confidence
    assert two.value("serial") == "ABC-1"


def test_one_source_saying_a_thing_twice_counts_once() -> None:
    once = weigh([says("serial", "ABC-1", 0.6)])
    twice = weigh([says("serial", "ABC-1", 0.6), says("serial", "ABC-1", 0.6)])
    assert once.fields["serial"].confidence == twice.fields["serial"].confidence


def test_a_weak_hint_alone_stays_unknown_but_keeps_its_reason() -> None:
    verdict = weigh([says("type", "camera", 0.15)]).fields["type"]
    assert verdict.value is None
    assert verdict.reasons == ("s says camera",)


def test_what_rules_of_another_vendor_say_is_doubted() -> None:
    identity = weigh(
        [
            says("vendor", "Cisco", 0.9),
            says("model", "from Juniper rules", 0.9, "a", "Juniper"),
            says("model", "C9300", 0.5, "b"),
        ]
    )
    assert identity.value("model") == "C9300"


def test_a_subtype_counts_only_within_the_type_that_won() -> None:
    identity = weigh(
        [
            says("type", "computer", 0.9),
            says("subtype", "ups", 0.95),
            says("subtype", "server", 0.5),
        ]
    )
    assert identity.value("subtype") == "server"
    assert identity.kind == "server"


def test_strong_evidence_that_disagrees_is_reported() -> None:
    identity = weigh(
        [says("serial", "AAA111", 0.9, "a"), says("serial", "BBB2", 0.8, "b")]
    )
    assert len(identity.conflicts) == 1
    assert "AAA111" in identity.conflicts[0]
    assert "BBB2" in identity.conflicts[0]


def test_the_same_thing_at_different_length_is_no_conflict() -> None:
    identity = weigh(
        [says("model", "C9300-48P", 0.9, "a"), says("model", "C9300", 0.8, "b")]
    )
    assert identity.conflicts == ()


STATEMENTS = st.builds(
    Statement,
    field=st.sampled_from(("vendor", "type", "serial", "subtype")),
    value=st.sampled_from(("Cisco", "switch", "ups", "A1", "B2", "server")),
    weight=st.floats(0.01, 0.99),
    reason=st.just("r"),
    source=st.sampled_from(("a", "b", "c")),
    vendor=st.sampled_from((None, "Cisco", "Dell")),
)


@given(st.lists(STATEMENTS, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_statements_does_not_matter(
    statements: list[Statement], random: object
) -> None:
    shuffled = list(statements)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = weigh(statements), weigh(shuffled)
    for name in FIELDS:
        assert one.fields[name].value == other.fields[name].value
        assert one.fields[name].confidence == other.fields[name].confidence
        assert 0.0 <= one.fields[name].confidence <= 0.99


def test_a_model_with_the_vendor_before_it_is_the_same_model() -> None:
    identity = weigh(
        [
            Statement("vendor", "Acme", 0.8, "number", "a"),
            Statement("model", "X-200", 0.8, "table", "b"),
            Statement("model", "Acme X-200", 0.75, "hardware", "c"),
            Statement("model", "Other", 0.85, "agent", "d"),
        ]
    )
    assert identity.value("model") == "X-200"
