"""Cisco CUCM read by AXL and RISPort70."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree.ElementTree import fromstring

import pytest

from collectors.facts import Reason
from collectors.pbx.cucm.axl import PAGE
from collectors.pbx.cucm.reader import masked, read_cucm
from collectors.pbx.cucm.risport import Live, Rate, live_phones, newest
from collectors.pbx.facts import PbxReading
from collectors.pbx.http import open_http
from collectors.pbx.read import READERS, read_pbx
from tests.collectors.pbx.servers import (
    NOON,
    SECRET,
    Answer,
    Asked,
    serving,
    source,
    web,
)

DIGEST = "digest-secret-31"

OPERATION = re.compile(r"<ns:(\w+)[ >]")


def wrapped(operation: str, rows: str) -> str:
    return (
        "<?xml version='1.0'?><soapenv:Envelope "
        'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
        f'<ns:{operation}Response xmlns:ns="http://www.cisco.com/AXL/API/11.5">'
        f"<return>{rows}</return></ns:{operation}Response>"
        "</soapenv:Body></soapenv:Envelope>"
    )


def fault(text: str) -> str:
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
        "<soapenv:Body><soapenv:Fault><faultcode>soapenv:Server</faultcode>"
        f"<faultstring>{text}</faultstring></soapenv:Fault></soapenv:Body>"
        "</soapenv:Envelope>"
    )


def ris(*devices: str) -> str:
    items = "".join(devices)
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
        '<soapenv:Body><ns1:selectCmDeviceResponse xmlns:ns1="http://schemas.cisco.com'
        '/ast/soap"><ns1:selectCmDeviceReturn><ns1:SelectCmDeviceResult>'
        "<ns1:TotalDevicesFound>1</ns1:TotalDevicesFound><ns1:CmNodes><ns1:item>"
        "<ns1:ReturnCode>Ok</ns1:ReturnCode><ns1:Name>sub1</ns1:Name>"
        f"<ns1:CmDevices>{items}</ns1:CmDevices></ns1:item></ns1:CmNodes>"
        "</ns1:SelectCmDeviceResult></ns1:selectCmDeviceReturn>"
        "</ns1:selectCmDeviceResponse></soapenv:Body></soapenv:Envelope>"
    )


def device(name: str, status: str, ip: str, stamp: int = 1) -> str:
    return (
        f"<ns1:item><ns1:Name>{name}</ns1:Name><ns1:Status>{status}</ns1:Status>"
        f"<ns1:TimeStamp>{stamp}</ns1:TimeStamp><ns1:ActiveLoadID>sip88xx.14-2"
        "</ns1:ActiveLoadID><ns1:LoginUserId/><ns1:LinesStatus><ns1:item>"
        "<ns1:DirectoryNumber>2001</ns1:DirectoryNumber><ns1:Status>Registered"
        "</ns1:Status></ns1:item></ns1:LinesStatus><ns1:IPAddress><ns1:item>"
        f"<ns1:IP>{ip}</ns1:IP><ns1:IPAddrType>ipv4</ns1:IPAddrType></ns1:item>"
        "</ns1:IPAddress></ns1:item>"
    )


PHONES = (
    "<phone uuid='{1}'><name>SEP0072782EA401</name><description>Anna</description>"
    "<model>Cisco 8851</model><ownerUserName uuid='{2}'>amuster</ownerUserName>"
    f"<digestUser>{DIGEST}</digestUser></phone>"
    "<phone><name>CSFAMUSTER</name><model>Cisco Unified Client Services Framework"
    "</model><ownerUserName>amuster</ownerUserName></phone>"
)
LINES = {
    "SEP0072782EA401": "<line><index>1</index><display>Anna Muster</display>"
    "<e164Mask>+4989123XXXX</e164Mask><dirn><pattern>2001</pattern>"
    "<routePartitionName>PT-INT</routePartitionName></dirn></line>",
    "CSFAMUSTER": "<line><index>1</index><dirn><pattern>2001</pattern>"
    "<routePartitionName>PT-INT</routePartitionName></dirn></line>",
}
USERS = (
    "<user><userid>amuster</userid><firstName>Anna</firstName><lastName>Muster"
    "</lastName><mailid>anna@example.org</mailid></user>"
)
DIRECTORY = (
    "<line><pattern>2001</pattern><routePartitionName>PT-INT</routePartitionName>"
)
DIRECTORY += "<alertingName>Anna</alertingName></line><line><pattern>2999</pattern>"
DIRECTORY += "<routePartitionName>PT-INT</routePartitionName></line>"


class Cluster:
    """A fake publisher that notes what it is asked."""

    def __init__(self, **answers: str) -> None:
        self.asked: list[str] = []
        self.answers = answers

    def __call__(self, asked: Asked) -> Answer:
        found = OPERATION.search(asked.body)
        assert found is not None
        operation = found[1]
        fromstring(asked.body)
        self.asked.append(operation)
        if asked.headers.get("authorization", "")[:6] != "Basic ":
            return 401, ""
        text = self.answers.get(operation) or self._answer(operation, asked.body)
        return (500 if "faultstring" in text else 200), text

    @staticmethod
    def _answer(operation: str, body: str) -> str:
        if operation == "selectCmDevice":
            return ris(
                device("SEP0072782EA401", "UnRegistered", "10.0.0.7", 9),
                device("SEP0072782EA401", "Registered", "10.0.0.8", 5),
            )
        if operation == "getPhone":
            name = re.search(r"<name>(\w+)</name>", body)
            assert name is not None
            inner = f"<lines>{LINES[name[1]]}</lines>"
            return wrapped(operation, f"<phone><name>{name[1]}</name>{inner}</phone>")
        rows = {
            "getCCMVersion": "<componentVersion><version>14.0.1.13900(155)</version>"
            "</componentVersion>",
            "listPhone": PHONES,
            "listUser": USERS,
            "listLine": DIRECTORY,
            "listLineGroup": "<lineGroup><name>LG-Sales</name></lineGroup>",
            "getLineGroup": "<lineGroup><name>LG-Sales</name><members><member>"
            "<directoryNumber><pattern>2001</pattern></directoryNumber></member>"
            "</members></lineGroup>",
        }
        return wrapped(operation, rows[operation])


async def reading(handle: Callable[[Asked], Answer]) -> PbxReading:
    async with serving(web(handle)) as port:
        return await read_pbx(source("cucm", port), NOON)


async def test_a_cluster_is_read_with_phones_lines_owners_and_registrations() -> None:
    found = await reading(Cluster())
    assert found.problems == ()
    assert found.version == "14.0.1.13900(155)"
    first, unused = found.extensions
    assert (first.number, first.partition, first.name) == (
        "2001",
        "PT-INT",
        "Anna Muster",
    )
    assert (first.user, first.email) == ("amuster", "anna@example.org")
    assert set(first.devices) == {"SEP0072782EA401", "CSFAMUSTER"}
    assert (unused.number, unused.devices, unused.user) == ("2999", (), None)
    desk, soft = found.registrations
    assert (desk.mac, desk.model, desk.ip) == (
        "00:72:78:2e:a4:01",
        "Cisco 8851",
        "10.0.0.8",
    )
    assert (desk.registered, desk.firmware) == (True, "sip88xx.14-2")
    assert (soft.mac, soft.registered) == (None, False)
    assert [(n.number, n.extension) for n in found.numbers] == [
        ("+49891232001", "2001")
    ]
    assert found.groups[0].members == ("2001",)
    assert found.provisions
    assert found.reads == {"extensions", "registrations", "groups"}


async def test_what_is_not_asked_for_is_not_kept() -> None:
    found = await reading(Cluster())
    assert DIGEST not in repr(found)
    assert SECRET not in repr(found)


async def test_a_list_that_is_too_large_is_asked_for_in_smaller_parts() -> None:
    sizes: list[tuple[int, int]] = []
    inner = Cluster()

    def handle(asked: Asked) -> Answer:
        if "<ns:listLine " not in asked.body:
            return inner(asked)
        skip = re.search(r"<skip>(\d+)</skip><first>(\d+)</first>", asked.body)
        assert skip is not None
        start, first = int(skip[1]), int(skip[2])
        sizes.append((start, first))
        if first > 400:
            return 500, fault(
                "Query request too large. Total rows matched: 900 rows. "
                "Suggestive Row Fetch: less than 400 rows"
            )
        numbers = range(start, min(start + first, 900))
        rows = "".join(f"<line><pattern>{5000 + n}</pattern></line>" for n in numbers)
        return 200, wrapped("listLine", rows)

    found = await reading(handle)
    assert sizes == [(0, PAGE), (0, 399), (399, 399), (798, 399)]
    assert len(found.extensions) == 901


@pytest.mark.parametrize(
    ("broken", "text", "reason"),
    [
        ("selectCmDevice", fault("Internal error"), Reason.MALFORMED),
        ("listUser", "<html>busy", Reason.MALFORMED),
        (
            "listLine",
            '<!DOCTYPE x [<!ENTITY a "b">]><Envelope>&a;</Envelope>',
            Reason.MALFORMED,
        ),
        ("listLineGroup", fault("Unauthorized"), Reason.AUTH_FAILED),
    ],
)
async def test_one_thing_that_fails_leaves_the_rest(
    broken: str, text: str, reason: Reason
) -> None:
    found = await reading(Cluster(**{broken: text}))
    assert [p.reason for p in found.problems] == [reason]
    assert len(found.registrations) == 2
    unknown = broken == "selectCmDevice"
    assert (found.registrations[0].registered is None) is unknown


async def test_more_names_than_one_request_may_hold_are_asked_for_in_turns() -> None:
    names = [f"SEP{n:012X}" for n in range(2_500)]
    asked: list[int] = []

    def handle(request: Asked) -> Answer:
        wanted = re.findall(r"<ns:Item>(\w+)</ns:Item>", request.body)
        asked.append(len(wanted))
        return 200, ris(device(wanted[0], "Registered", "10.0.0.1"))

    async with serving(web(handle)) as port, open_http(source("cucm", port)) as http:
        found = await live_phones(http, names, Rate(lambda: 0.0))
    assert asked == [1000, 1000, 500]
    assert len(found) == 3


class Watch:
    """A clock that goes on only while somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


async def test_no_more_than_fifteen_requests_go_out_in_a_minute() -> None:
    watch = Watch()
    rate = Rate(lambda: watch.now, watch.sleep)
    sent: list[float] = []
    for _ in range(46):
        await rate.turn()
        sent.append(watch.now)
    for start in sent:
        assert sum(start <= at < start + 60 for at in sent) <= 15
    assert watch.waits == [60.0, 60.0, 60.0]


async def test_somebody_else_using_up_the_rate_is_waited_for_but_not_for_ever() -> None:
    refusals = [2]

    def handle(_: Asked) -> Answer:
        if refusals[0]:
            refusals[0] -= 1
            return 500, fault(
                "Exceeded allowed rate for Reatime information. Current allowed rate "
                "for realtime information is 15 requests per minute."
            )
        return 200, ris(device("SEP1", "Registered", "10.0.0.1"))

    watch = Watch()
    async with serving(web(handle)) as port, open_http(source("cucm", port)) as http:
        rate = Rate(lambda: watch.now, watch.sleep)
        found = await live_phones(http, ["SEP1"], rate)
        assert found["SEP1"].registered
        assert watch.waits == [60.0, 60.0]
        refusals[0] = 99
        with pytest.raises(Exception, match="more requests than are allowed"):
            await live_phones(http, ["SEP1"], rate)


def test_after_a_fail_over_the_node_that_has_the_phone_counts() -> None:
    told = [
        Live(name="A", status="Registered", at=5),
        Live(name="A", status="UnRegistered", at=9),
        Live(name="B", status="UnRegistered", at=5),
        Live(name="B", status="Rejected", at=9),
    ]
    found = newest(told)
    assert (found["A"].status, found["B"].status) == ("Registered", "Rejected")


@pytest.mark.parametrize(
    ("mask", "number", "made"),
    [
        ("+4989123XXXX", "2001", "+49891232001"),
        ("+4989123XX", "2001", "+498912301"),
        ("XXXXX", "2001", None),
        ("+49891230", "2001", None),
        (None, "2001", None),
    ],
)
def test_a_mask_takes_the_last_digits_of_the_number(
    mask: str | None, number: str, made: str | None
) -> None:
    assert masked(mask, number) == made


def test_every_kind_of_the_settings_can_be_read() -> None:
    from config.telephony import Pbx

    annotation = Pbx.model_fields["kind"].annotation
    assert set(READERS) == set(annotation.__args__)  # type: ignore[union-attr]
    assert READERS["cucm"] is read_cucm
