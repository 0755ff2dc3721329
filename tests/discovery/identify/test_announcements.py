"""What devices say without a credential, by protocol documents, and what they are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from collectors.facts import Observation
from collectors.office.announce import encode
from collectors.probes.collect import observation_of
from collectors.probes.parsers import http_page, ipp, mdns, smb, upnp, wsd
from collectors.probes.parsers.said import Said
from discovery.identity.clean_text import key
from discovery.identity.identify import identify
from tests.discovery.office import knowledge

FILE = Path(__file__).with_name("announcements.yaml")
ADDRESS = "192.0.2.7"
FIELDS = ("type", "vendor", "model")
CASES: list[dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))


def observed(case: dict[str, Any]) -> Observation:
    """Encode what a case says by its protocols, and read it as a probe would."""
    said = Said()
    if told := case.get("ipp"):
        answer = encode.ipp_answer({name: (0x41, v) for name, v in told.items()})
        said.add(ipp.read_attributes(http_page.body_of(answer)))
    for service, pairs in case.get("mdns", {}).items():
        records = encode.instance("Somebody", service, "somebody", **pairs)
        said.add(mdns.read([encode.dns_answer(*records)], ADDRESS))
    if told := case.get("upnp"):
        said.add(upnp.read_description(encode.upnp_description(told)))
    if told := case.get("wsd"):
        types, scopes = told
        endpoint = "urn:uuid:4d696e69-444c-164e-9d41-d2e13ae0c770"
        match = encode.probe_match(types, scopes, endpoint, "")
        said.add(wsd.read_matches([match], ADDRESS))
    if told := case.get("web"):
        head = {"Server": told["server"]} if told.get("server") else {}
        if realm := told.get("realm"):
            head["WWW_Authenticate"] = f'Basic realm="{realm}"'
        body = f"<title>{told['title']}</title>".encode()
        said.add(http_page.read_page(encode.http_answer(body, **head), 80, ADDRESS))
    if told := case.get("ntlm"):
        said.add(smb.read_negotiated(encode.smb_negotiated(bytes(range(16)))))
        said.add(smb.read_challenge(encode.smb_challenge({1: "PC"}, tuple(told))))
    return observation_of(said, ADDRESS, "", datetime(2026, 11, 29, tzinfo=UTC))


def judged(case: dict[str, Any]) -> dict[str, str]:
    """Return field -> `right`, `wrong`, `silent` or `no word` of a case."""
    fields = identify([observed(case)], knowledge()).fields
    found = {}
    for name, wanted in zip(FIELDS, case["is"], strict=True):
        verdict = fields[name]
        told = verdict.value if not verdict.suggested else None
        if not wanted:
            found[name] = "no word" if told is None else f"beyond {told!r}"
        elif told is None:
            found[name] = "silent"
        elif key(wanted) == key(told) or (name == "model" and key(wanted) in key(told)):
            found[name] = "right"
        else:
            found[name] = f"wrong: {told!r} for {wanted!r}"
    return found


def counts(name: str) -> tuple[int, int, int]:
    """Return how many cases are right, wrong and silent in a field."""
    verdicts = [judged(case)[name] for case in CASES if case["is"][FIELDS.index(name)]]
    right = verdicts.count("right")
    silent = verdicts.count("silent")
    return right, len(verdicts) - right - silent, silent


def test_software_on_a_machine_makes_no_device_of_its_maker() -> None:
    beyond = {
        str(case.get("upnp", case.get("web"))): verdict
        for case in CASES
        if case.get("software")
        for name, verdict in judged(case).items()
        if name != "type" and verdict.startswith("beyond")
    }
    assert beyond == {}


@pytest.mark.parametrize("name", FIELDS)
def test_nothing_is_wrong_and_most_is_known(name: str) -> None:
    right, wrong, silent = counts(name)
    assert wrong == 0, [c for c in CASES if judged(c)[name].startswith("wrong")]
    assert right >= 4 * silent
