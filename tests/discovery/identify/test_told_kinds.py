"""What a DHCP request, a SIP agent, a maker's name and labels say of a device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from collectors.facts import Clue, Observation, Phone
from collectors.link.dhcp_observation import dhcp_client_observation
from collectors.link.frames import DhcpSign
from discovery.identity.identify import Identity, Knowledge, identify
from tests.discovery.fakes import T0
from tests.discovery.identify.support import knowledge
from tests.discovery.identify.support import seen as agent

CARD = "00:00:00:11:22:33"


def asking(*options: int, vendor_class: str | None = None) -> Observation:
    """A machine that asks for some options, on a card of nobody in particular."""
    sign = DhcpSign(mac=CARD, requested=options, vendor_class=vendor_class)
    seen = dhcp_client_observation(sign, T0)
    assert seen is not None
    return replace(seen, clues=tuple(c for c in seen.clues if c.kind != "mac"))


def told(found: Identity, *names: str) -> list[str | None]:
    return [found.fields[name].value for name in names]


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ((1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 119, 121, 249, 252), "computer"),
        ((1, 121, 3, 6, 15, 108, 114, 119, 252, 95, 44, 46), "computer"),
        ((1, 3, 6, 12, 15, 42, 66, 120, 125), "phone"),
        ((1, 3, 6, 15, 43, 138), "wireless"),
    ],
)
def test_what_is_asked_for_tells_the_kind(
    shipped: Knowledge, options: Sequence[int], kind: str
) -> None:
    assert told(identify([asking(*options)], shipped), "type") == [kind]


def test_a_computer_that_starts_from_the_network(shipped: Knowledge) -> None:
    seen = asking(1, 3, 43, 60, 66, 67, vendor_class="PXEClient:Arch:00007:UNDI:003016")
    assert told(identify([seen], shipped), "type") == ["computer"]


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        ("AVM FRITZ!Box 7590 154.07.57", ["router", "AVM"]),
        ("snomD785/10.1.101.11", ["phone", "Snom"]),
    ],
)
def test_a_router_that_speaks_sip_is_no_phone(
    shipped: Knowledge, agent: str, expected: list[str]
) -> None:
    phone = Phone(user_agent=agent, source="User-Agent")
    clues = (Clue("open-port", "5060", "udp"), Clue("sip-user-agent", agent, "SIP"))
    seen = Observation(
        address="10.0.0.9", collector="sip", seen_at=T0, phones=(phone,), clues=clues
    )
    assert told(identify([seen], shipped), "type", "vendor") == expected


def test_a_maker_of_one_kind_suggests_it_where_nothing_else_does(
    shipped: Knowledge,
) -> None:
    of_one = Clue("announced", "Axis Communications AB", "tls subject O")
    seen = Observation(
        address="10.0.0.9", collector="probe", seen_at=T0, clues=(of_one,)
    )
    found = identify([seen], shipped).fields["type"]
    assert (found.value, found.suggested) == ("camera", True)


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("Acme Web/SNMP Management Card (MB:v4.1 MN:AB9606 HR:05 MD:01/03/2020)", None),
        ("Acme power strip (MB:v4.1 MN:AB9606 HR:05 MD:01/03/2020)", "AB9606"),
    ],
)
def test_what_is_labelled_behind_a_card_may_be_the_cards(
    text: str, model: str | None
) -> None:
    found = identify([agent(text, "1.3.6.1.4.1.99999.1")], knowledge())
    assert found.value("model") == model


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("ACME OAP-1700B 10.72.0484 / 10.11.2023 4006379832100006", "4006379832100006"),
        ("ACME OAP-1700B 10.72.0484 built 20231110120500", None),
        ("ACME OAP-1700B 10.72.0484 4006379832", None),
    ],
)
def test_a_number_too_long_for_anything_else_is_a_serial(
    text: str, serial: str | None
) -> None:
    found = identify([agent(text, "1.3.6.1.4.1.99999.1")], knowledge())
    assert found.value("serial") == serial
