"""Devices that hide who made them, and identity where agents tell it oddly."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.facts import Clue, Interface, Observation
from collectors.ports import Oid
from collectors.recordings.replay import ReplaySnmp, parse_recording
from collectors.snmp.enterprises import MOST_ENTERPRISES, MOST_JUMPS, sweep_enterprises
from discovery.identity.identification import RuleIdentification
from discovery.identity.identify import Identity, Knowledge, identify
from discovery.identity.spelling import vendor_name
from tests.discovery.identify import corpus
from tests.discovery.identify.conftest import SHARED
from tests.discovery.identify.support import knowledge, seen

NET_SNMP = "1.3.6.1.4.1.8072.3.2.10"
CASES = SHARED / "cases" / "snmp"


def agent(*lines: str) -> corpus.Recording:
    return corpus.of(parse_recording("\n".join(lines).encode()))


def identified(recording: corpus.Recording, shipped: Knowledge) -> Identity:
    return identify([corpus.observe(recording, shipped)], shipped)


def test_who_hides_behind_an_agent_anybody_ships_is_seen_by_what_it_serves(
    shipped: Knowledge,
) -> None:
    found = identified(
        agent(
            "1.3.6.1.2.1.1.1.0|4|Linux box 4.4.1 #1 SMP armv7l",
            f"1.3.6.1.2.1.1.2.0|6|{NET_SNMP}",
            "1.3.6.1.4.1.2021.4.1.0|2|0",
            "1.3.6.1.4.1.20916.1.5.1.1.1.1.0|4|2250",
        ),
        shipped,
    )
    assert found.value("vendor") == "Avtech"
    assert found.value("type") == "environment", "Linux alone is no computer here"


def test_a_broken_sysobjectid_does_not_stand_for_a_vendor(shipped: Knowledge) -> None:
    found = identified(
        agent(
            "1.3.6.1.2.1.1.1.0|4|RoomAlert24E",
            "1.3.6.1.2.1.1.2.0|6|0.10.43.6.1.4.1",
            "1.3.6.1.4.1.20916.1.5.1.1.1.1.0|4|2250",
        ),
        shipped,
    )
    assert (found.value("vendor"), found.value("model")) == ("Avtech", "RoomAlert24E")


def test_all_that_stands_in_sysdescr_with_labels_is_read(shipped: Knowledge) -> None:
    descr = "D-LINK DGS-X3008 HW V1 Firmware V5.2.1 SerialNo H300800085, PoE Switch"
    found = identify([seen(descr, "e.4294967295.3.2.16")], shipped)
    told = {f: found.value(f) for f in ("type", "vendor", "serial")}
    assert told == {"type": "switch", "vendor": "D-Link", "serial": "H300800085"}
    assert found.value("version") == "5.2.1"


def test_a_maker_that_prints_the_mac_as_the_serial(shipped: Knowledge) -> None:
    descr = "; AXIS M3045-V; Network Camera; 6.15.4.1; Aug 23 2016 13:57; 71B; 1;"
    mac = "02:00:5e:0a:0b:0c"
    port = Interface(if_index=2, name="eth0", type=6, mac=mac)
    found = identify([seen(descr, "e.368.1.1", interfaces=(port,))], shipped)
    assert (found.value("type"), found.value("serial")) == ("camera", "02005E0A0B0C")


def test_objects_of_low_rank_are_asked_while_a_field_is_empty(
    shipped: Knowledge,
) -> None:
    quiet = agent(
        "1.3.6.1.2.1.1.1.0|4|something",
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.3320.1.390.0",
        "1.3.6.1.4.1.3320.3.6.10.1.4.0|4|00321000156",
    )
    assert identified(quiet, shipped).value("serial") == "00321000156"


OWN = "1.3.6.1.4.1.64999"


def test_objects_no_mib_describes_are_read_by_their_form(shipped: Knowledge) -> None:
    found = identified(
        agent(
            "1.3.6.1.2.1.1.1.0|4|Linux box 4.4.1 #1 SMP armv7l",
            f"1.3.6.1.2.1.1.2.0|6|{NET_SNMP}",
            f"{OWN}.1.1.0|4|192.0.2.17",
            f"{OWN}.1.2.0|4|02005E0A0B0C",
            f"{OWN}.1.3.0|4|Chronos LX 6010-42 v 5.70 - Wed Oct 1 2014",
        ),
        shipped,
    )
    assert found.value("model") == "Chronos LX 6010-42"
    assert found.value("version") == "5.70", "neither an address nor the kernel"


@pytest.mark.parametrize(
    ("last", "name", "model"),
    [
        ("1.3.0", "core", "NTQ-4410X"),
        ("1.3.0", "ntq-4410x", None),
        ("7.1.4.22", "core", None),
    ],
)
def test_a_bare_code_is_the_model_unless_people_gave_it_or_a_table_holds_it(
    shipped: Knowledge, last: str, name: str, model: str | None
) -> None:
    found = identified(
        agent(
            "1.3.6.1.2.1.1.1.0|4|Linux box 4.4.1 #1 SMP armv7l",
            f"1.3.6.1.2.1.1.2.0|6|{NET_SNMP}",
            f"1.3.6.1.2.1.1.5.0|4|{name}",
            f"{OWN}.{last}|4|NTQ-4410X",
        ),
        shipped,
    )
    assert found.value("model") == model
    assert found.fields["model"].suggested is (model is not None)


def test_the_name_of_a_part_in_a_table_is_no_model() -> None:
    known = knowledge(objects="oid\tkind\tscore\n64999.2.1.*\tm\t80\n")
    for answer, model in (("ACME 750W PLATINUM PS", None), ("ACME-9000", "ACME-9000")):
        found = identify([seen("Box", "e.64999.1", {"e.64999.2.1.1": answer})], known)
        assert found.value("model") == model


class Endless:
    """An agent that has an object of every enterprise."""

    def __init__(self) -> None:
        self.messages = 0

    async def after(self, oids: list[Oid]) -> dict[Oid, Oid]:
        self.messages += 1
        return {oid: (*oid, 1) for oid in oids}


async def test_an_agent_that_invents_enterprises_is_left_alone_soon() -> None:
    endless = Endless()
    found = await sweep_enterprises(endless, own=9)  # type: ignore[arg-type]
    assert endless.messages <= MOST_JUMPS
    assert len(found) <= MOST_ENTERPRISES


async def test_most_agents_are_swept_in_two_messages() -> None:
    lines = (f"1.3.6.1.4.1.{number}.1.0|2|1" for number in (2021, 8072, 41112))
    session = ReplaySnmp(parse_recording("\n".join(lines).encode()))
    messages = 0
    ask = session.after

    async def counted(oids: list[Oid]) -> object:
        nonlocal messages
        messages += 1
        return await ask(oids)

    session.after = counted  # type: ignore[method-assign,assignment]
    found = await sweep_enterprises(session, own=8072)
    assert [clue.value for clue in found] == ["2021", "8072", "41112"]
    assert messages == 2


def _facts(seen: Observation) -> dict[str, object]:
    """Return what the cases speak of."""
    return {
        "vlans": sorted(v.vlan for v in seen.vlans),
        "pvid": {i.if_index: i.pvid for i in seen.interfaces if i.pvid},
        "fdb": sorted([e.mac, e.if_index] for e in seen.fdb),
        "links": sorted(
            [
                n.local_if_index or 0,
                n.sys_name or "",
                (n.port_id or "").replace(":", ""),
            ]
            for n in seen.neighbours
        ),
    }


@pytest.mark.skipif(
    not CASES.exists(), reason="the cases beside the checkout are absent"
)
@pytest.mark.parametrize("name", sorted(p.stem for p in CASES.glob("*.snmprec")))
def test_the_cases_beside_the_checkout(name: str, shipped: Knowledge) -> None:
    expected = json.loads((CASES / "expect.json").read_text(encoding="utf-8"))[name]
    observed = corpus.observe(corpus.read(Path(CASES / f"{name}.snmprec")), shipped)
    identity, facts = identify([observed], shipped), _facts(observed)
    for field, right in expected.items():
        base = field.removesuffix("_in")
        if field in ("tagged", "untagged"):
            members = {str(v.vlan): list(getattr(v, field)) for v in observed.vlans}
            assert all(set(p) <= set(members[v]) for v, p in right.items()), members
        elif field == "links":
            assert facts["links"] == sorted([a, b or "", c] for a, b, c in right)
        elif field in facts:
            assert facts[field] == (sorted(right) if isinstance(right, list) else right)
        elif field.endswith("_in"):
            assert identity.value(base) in right
        else:
            assert identity.value(field) == right


def test_an_observation_is_laid_out_and_concluded_from_once(shipped: Knowledge) -> None:
    known = RuleIdentification(shipped)
    told = seen("A switch", "e.64999.1")
    known.objects_to_read(told)
    known.columns_to_read(told)
    known.more_to_read(told, set())
    assert known.observed([told]) is known.observed([told])
    assert known.observed([told]) == identify([told], shipped)


@pytest.mark.parametrize(
    ("body", "expected"), [(2699, "printer"), (14706, "switch"), (4491, None)]
)
def test_a_body_of_a_trade_is_no_maker_but_tells_the_trade(
    shipped: Knowledge, body: int, expected: str | None
) -> None:
    told = Clue("enterprise", str(body), "snmp enterprises")
    found = identify([seen("Box", clues=(told,))], shipped)
    assert (found.value("type"), found.value("vendor")) == (expected, None)


def test_a_code_that_ends_like_its_mac_is_its_name(shipped: Knowledge) -> None:
    port = Interface(if_index=1, name="eth0", type=6, mac="02:00:5e:06:b8:b7")
    for answer, model in (("WEBIO-06B8B7", None), ("WEBIO-57614", "WEBIO-57614")):
        box = seen("Box", "e.64999.1", {f"{OWN}.1.3.0": answer}, interfaces=(port,))
        clue = Clue("enterprise", "64999", "snmp enterprises")
        told = replace(box, clues=(*box.clues, clue))
        assert identify([told], shipped).value("model") == model


def test_a_scalar_that_an_agent_answers_without_its_instance_is_read(
    shipped: Knowledge,
) -> None:
    bare = replace(shipped, probes={}, by_enterprise={})
    found = identified(
        agent(
            "1.3.6.1.2.1.1.1.0|4|console server",
            "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.25049.1.1.71",
            "1.3.6.1.4.1.25049.17.1.2|4|71162005083650",
        ),
        bare,
    )
    assert found.value("serial") == "71162005083650"


@pytest.mark.parametrize(
    ("registered", "name"),
    [
        ("Zhongxing Telecom Co.,ltd. (abbr. ZTE)", "ZTE"),
        ("BKE a.s.", "BKE"),
        ("Profibus Nutzerorganisation e.V.", "Profibus Nutzerorganisation"),
        ("ZAO Light Communication", "Light Communication"),
        ("深圳测试 (Shenzhen Example Co., Ltd.)", "Shenzhen Example"),
        ("Example GmbH & Co. KG", "Example"),
        ("AT&T", "AT&T"),
    ],
)
def test_a_registered_name_loses_its_legal_form_and_keeps_its_short_one(
    registered: str, name: str
) -> None:
    assert vendor_name(registered, knowledge()) == name
