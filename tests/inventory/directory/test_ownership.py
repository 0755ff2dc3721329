"""Which provider decides which field of a person."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inventory.directory.field_ownership import (
    ProviderRecord,
    leading_provider,
    owned_fields,
)

SAID = {
    "given_name": "Ina",
    "family_name": "Meyer",
    "email": "ina@example.com",
    "login": "ina",
}
SOURCES = st.sampled_from(["scim:okta", "scim:entra", "scim:ldap"])
VOICES = st.lists(
    st.builds(ProviderRecord, SOURCES, st.integers(1, 9), st.booleans()),
    min_size=1,
    max_size=6,
)


def test_who_is_known_from_hr_gets_log_in_and_mail_from_the_provider_only() -> None:
    found = owned_fields("scim:okta", "hr:7", "scim:okta", SAID)
    assert found == {"email": "ina@example.com", "login": "ina"}


def test_who_was_brought_by_a_provider_gets_his_names_from_it() -> None:
    assert owned_fields("scim:okta", "scim:okta:7", "scim:okta", SAID) == SAID


def test_another_provider_changes_nothing() -> None:
    assert owned_fields("scim:entra", "scim:okta:7", "scim:okta", SAID) == {}


def test_what_is_not_said_is_not_erased() -> None:
    said: dict[str, str | None] = {"login": None, "email": ""}
    assert owned_fields("scim:okta", "scim:okta:7", "scim:okta", said) == {}


def test_who_told_first_leads_unless_a_ranking_or_an_idle_account_says_otherwise() -> (
    None
):
    first, second = (
        ProviderRecord("scim:okta", 1, True),
        ProviderRecord("scim:entra", 2, True),
    )
    assert leading_provider([second, first]) == "scim:okta"
    assert leading_provider([first, second], ["scim:entra"]) == "scim:entra"
    assert (
        leading_provider([ProviderRecord("scim:okta", 1, False), second])
        == "scim:entra"
    )
    assert leading_provider([]) is None


@given(VOICES, st.lists(SOURCES, unique=True))
def test_the_leader_is_the_same_in_any_order_and_active_if_any_is(
    voices: list[ProviderRecord], ranking: list[str]
) -> None:
    leading = leading_provider(voices, ranking)
    assert leading == leading_provider(
        sorted(voices, key=lambda v: v.number), ranking
    ) or len({(v.active, v.number) for v in voices}) < len(voices)
    if any(voice.active for voice in voices):
        assert any(v.active for v in voices if v.source == leading)
