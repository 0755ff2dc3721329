"""What makers and lines of products are known for, where nothing else tells."""

from __future__ import annotations

import pytest

from discovery.identity.identify import Knowledge, identify
from discovery.identity.rules.catalogue import build_catalogue, leading_letters
from discovery.identity.texts.trade_words import family_in
from tests.discovery.identify.support import knowledge, seen

TRADE = (
    "word\ttype\ttrust\twhere\n"
    "switch\tswitch\t42\ttext\n"
    "blueline\tswitch\t38\tfamily\n"
    "blueline air\taccess-point\t38\tfamily\n"
    "bl\trouter\t28\tfamily\n"
    "bl77\tprinter\t38\tfamily\n"
)
MAKERS = "number\ttype\tpercent\n64999\tprinter\t40\n64998\tcamera\t30\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Acme BlueLine 4", "switch"),
        ("Acme BlueLine400-24", "switch"),
        ("Acme BlueLine Air 4", "access-point"),
        ("Acme BlueLiner 4", None),
        ("BL 4000 of Acme", "router"),
        ("BL4000 of Acme in the hall", "router"),
        ("BL is what this box is called", None),
        ("Acme BL", "router"),
        ("Acme BL7720", "printer"),
    ],
)
def test_the_longest_line_of_products_counts(text: str, told: str | None) -> None:
    families = build_catalogue({"trade": TRADE}).families
    found = family_in(text, families)
    assert (found and found.kind) == told


def test_a_line_counts_only_where_no_word_of_the_trade_does() -> None:
    known = knowledge(trade=TRADE)
    assert identify([seen("BlueLine Air switch")], known).value("type") == "switch"
    assert identify([seen("BlueLine Air 4")], known).value("type") == "wireless"


def test_what_a_device_says_of_itself_beats_what_its_maker_is_known_for() -> None:
    known = knowledge(trade=TRADE, makers=MAKERS)
    assert identify([seen("Box", "e.64999.1")], known).value("type") == "printer"
    told = identify([seen("Managed switch", "e.64999.1")], known)
    assert told.value("type") == "switch"


def test_a_registered_name_tells_the_line() -> None:
    products = "sysobjectid\tname\n64997.1\tblueLine400\n"
    known = knowledge(trade=TRADE, products=products)
    assert identify([seen(None, "e.64997.1")], known).value("type") == "switch"


def test_letters_lead_codes() -> None:
    assert leading_letters("sg300") == "sg"
    assert leading_letters("300sg") == ""


@pytest.mark.parametrize(
    ("descr", "version"),
    [
        ("Acme Card (MB:v4.1.0 PF:v6.8.2 AF1:v6.8.0)", "6.8.2"),
        ("Acme gate v1.8.0.4853089.160219.1607", "1.8.0"),
        ("Acme OS Version 1.22.0.1 (X5735 V600R022C01SPC500)", "V600R022C01SPC500"),
    ],
)
def test_versions_among_labels_and_builds(
    shipped: Knowledge, descr: str, version: str
) -> None:
    assert identify([seen(descr, "e.64999.1")], shipped).value("version") == version
