"""Pure rules of webhooks: types, patterns, scopes, pauses, signatures, seals."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from inventory.kernel import events
from inventory.kernel.errors import Invalid
from inventory.kernel.events import AssetStateChanged, Event
from inventory.outbox import delivery_rules, event_catalogue, signing
from inventory.outbox.delivery_rules import Scope
from inventory.outbox.key_sealing import Sealer
from inventory.outbox.subscriptions import check_events, check_url

KEY = signing.new_secret()


def webhook(**more: object) -> dict[str, Any]:
    """Return a subscription to everything."""
    return {
        "owner": "token:1",
        "send_own": False,
        "roles": ["it", "hr", "accounting"],
        "events": ["*"],
        "sites": [],
        "legal_entities": [],
    } | more


def test_every_event_of_the_register_has_a_type_of_its_own() -> None:
    classes = [
        each
        for each in vars(events).values()
        if isinstance(each, type) and issubclass(each, Event) and each is not Event
    ]
    kinds = event_catalogue.event_types()
    assert len(kinds) == len(classes) >= 12
    assert len({kind.type for kind in kinds}) == len(kinds)
    for kind in kinds:
        assert kind.description.endswith("."), kind
        assert kind.roles, kind


def test_a_type_says_what_happened_after_what_it_happened_to() -> None:
    assert event_catalogue.type_of(AssetStateChanged) == "asset_state.changed"
    assert event_catalogue.type_of(events.CustodyChanged) == "custody.changed"


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [("*", True), ("asset.*", True), ("*.registered", True), ("asset", False)],
)
def test_patterns_fit_whole_types(pattern: str, fits: bool) -> None:
    assert event_catalogue.matches([pattern], "asset.registered") is fits


def test_a_pattern_is_no_regular_expression() -> None:
    assert not event_catalogue.matches(["asset.registere[d]"], "asset.registered")
    assert not event_catalogue.matches(["asset_registered"], "asset.registered")


def test_a_pattern_that_fits_nothing_is_a_typing_mistake() -> None:
    with pytest.raises(Invalid, match="aset"):
        check_events(["asset.*", "aset.*"])
    with pytest.raises(Invalid, match="No event"):
        check_events([])


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "https://",
        "https://user:pass@a.example/",
        "https://a.example/#part",
        "https://a.example:99999/",
        "https://a.example/a b",
        "https://a.example/\n",
        "javascript:alert(1)",
        "https://" + "a" * 2001,
    ],
)
def test_what_cannot_be_called_is_no_address(url: str) -> None:
    with pytest.raises(Invalid):
        check_url(url)


def test_what_the_owner_caused_is_not_sent_to_him() -> None:
    kind = "asset.registered"
    assert not delivery_rules.wants(webhook(), kind, "token:1")
    assert delivery_rules.wants(webhook(), kind, "token:2")
    assert delivery_rules.wants(webhook(send_own=True), kind, "token:1")


def test_nobody_is_told_what_his_roles_do_not_see() -> None:
    assert not delivery_rules.wants(webhook(roles=["it"]), "case.changed", "x")
    assert delivery_rules.wants(webhook(roles=["hr"]), "case.changed", "x")
    assert not delivery_rules.wants(webhook(roles=["it"]), "postings.made", "x")


def test_a_subscription_to_one_site_gets_what_happens_there_only() -> None:
    berlin = webhook(sites=["BER"])
    assert delivery_rules.within(berlin, Scope(frozenset({"BER"})))
    assert not delivery_rules.within(berlin, Scope(frozenset({"MUC"})))
    assert not delivery_rules.within(berlin, Scope())
    assert delivery_rules.within(webhook(), Scope())
    both = webhook(sites=["BER"], legal_entities=["DE"])
    assert not delivery_rules.within(both, Scope(frozenset({"BER"}), frozenset({"AT"})))


@given(st.floats(0, 1))
def test_tries_are_spread_over_days_and_then_end(chance: float) -> None:
    waits = []
    for attempts in range(1, 50):
        wait = delivery_rules.retry_delay(attempts, chance)
        if wait is None:
            break
        waits.append(wait)
    assert len(waits) == 9
    whole = sum(waits, timedelta())
    planned = timedelta(hours=75, minutes=35, seconds=5)
    assert planned * 0.79 <= whole <= planned * 1.21
    assert waits == sorted(waits)


def test_a_receiver_may_ask_us_to_wait_but_not_for_ever() -> None:
    assert delivery_rules.retry_delay(1, 0.5, timedelta(minutes=10)) == timedelta(
        minutes=10
    )
    assert delivery_rules.retry_delay(1, 0.5, timedelta(days=400)) == timedelta(days=1)
    assert delivery_rules.retry_delay(9, 0.5, timedelta(seconds=1)) == timedelta(
        hours=24
    )


@given(st.text(max_size=200), st.integers(1, 3))
def test_the_verifier_of_the_specification_takes_our_signatures(
    body: str, keys: int
) -> None:
    secrets = [signing.new_secret() for _ in range(keys)]
    body = json.dumps({"text": body})
    sent = signing.headers("msg_1", datetime.now(UTC), body, secrets)
    for secret in secrets:  # each key that is valid verifies by itself
        assert Webhook(secret).verify(body, sent) == json.loads(body)
    with pytest.raises(WebhookVerificationError):
        Webhook(signing.new_secret()).verify(body, sent)


def test_an_altered_message_is_not_verified() -> None:
    sent = signing.headers("msg_1", datetime.now(UTC), '{"a":1}', [KEY])
    with pytest.raises(WebhookVerificationError):
        Webhook(KEY).verify('{"a":2}', sent)
    with pytest.raises(WebhookVerificationError):
        Webhook(KEY).verify('{"a":1}', sent | {"webhook-id": "msg_2"})
    old = signing.headers("msg_1", datetime(2020, 1, 1, tzinfo=UTC), '{"a":1}', [KEY])
    with pytest.raises(WebhookVerificationError, match="old"):
        Webhook(KEY).verify('{"a":1}', old)


def test_a_body_tells_what_happened_when_and_by_whom() -> None:
    event = AssetStateChanged(
        asset_id=7, before="in_stock", after="in_use", on=date(2026, 3, 1)
    )
    data = event_catalogue.data_of(event)
    at = "2026-03-01T00:00:00Z"
    body = json.loads(event_catalogue.body_of("t", "msg_1", at, "x", data))
    assert body == {
        "type": "t",
        "timestamp": at,
        "id": "msg_1",
        "actor": "x",
        "data": {
            "asset_id": 7,
            "before": "in_stock",
            "after": "in_use",
            "on": "2026-03-01",
        },
    }


def test_a_body_that_is_too_long_keeps_its_ids() -> None:
    data = {"asset_id": 7, "note": "ä" * 20_000}
    text = event_catalogue.body_of("t", "msg_1", "now", "x", data)
    assert len(text.encode()) <= event_catalogue.LONGEST_BODY
    body = json.loads(text)
    assert body["data"] == {"asset_id": 7}
    assert body["shortened"] is True


def test_a_sealed_key_opens_for_its_webhook_and_its_installation_only() -> None:
    sealer = Sealer(b"k" * 32)
    sealed = sealer.seal(KEY, 7)
    assert KEY not in sealed
    assert sealer.open(sealed, 7) == KEY
    for other, number in ((sealer, 8), (Sealer(b"x" * 32), 7)):
        with pytest.raises(Invalid, match="cannot be opened"):
            other.open(sealed, number)
    with pytest.raises(Invalid, match="cannot be opened"):
        sealer.open("no base64!", 7)


_ATOMS = st.text("ab.*", max_size=6)


@given(pattern=_ATOMS, text=st.text("ab.", max_size=8))
def test_a_pattern_with_stars_fits_as_a_regular_expression_would(
    pattern: str, text: str
) -> None:
    expected = re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text) is not None
    assert event_catalogue.matches([pattern], text) is expected


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    """As a regular expression it would not come to an end."""
    for pattern in ("*" * 99 + "!", "*a" * 49 + "!", "a*" * 49 + "!"):
        assert not event_catalogue.matches([pattern], "asset.registered.and.more")
        assert event_catalogue.unknown([pattern]) == [pattern]
