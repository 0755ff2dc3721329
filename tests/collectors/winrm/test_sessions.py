"""Logins by WinRM: what is read, what is encrypted, what goes wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from collectors.credentials import WinRmCredential
from collectors.errors import (
    AuthFailed,
    CollectError,
    HostKeyChanged,
    Malformed,
    Refused,
    TimedOut,
    TooMuch,
    Unsupported,
    UnusableCredential,
)
from collectors.facts import Observation
from collectors.ssh.connection import Connector
from collectors.winrm import connection
from collectors.winrm.read import collect_winrm
from collectors.winrm.session import PowerShellOpener
from tests.collectors.ssh.test_other_systems import WINDOWS
from tests.collectors.winrm.played import (
    PASSWORD,
    USER,
    Machine,
    certificate,
    scripted,
    service,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HERE = "127.0.0.1"
ACCOUNT = WinRmCredential(name="windows", user=USER, password=SecretStr(PASSWORD))
PLAIN = replace(ACCOUNT, http=True)


@pytest.fixture(autouse=True)
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The accounts that the service knows, as pyspnego reads them."""
    file = tmp_path / "accounts"
    file.write_text(f":{USER}:{PASSWORD}\n", "ascii")
    monkeypatch.setenv("NTLM_USER_FILE", str(file))


@pytest.fixture
def tls(tmp_path: Path) -> Path:
    return certificate(tmp_path, "laptop-07")


def windows(**more: Any) -> Machine:  # noqa: ANN401 - fields of Machine
    return Machine(scripted(WINDOWS), **more)


async def read(
    port: int, account: WinRmCredential = ACCOUNT, pin: str | None = None
) -> Observation:
    session = await PowerShellOpener(Connector().way_to).open(
        HERE, port, account, pinned_key=pin
    )
    try:
        return await collect_winrm(
            session, address=HERE, port=port, credential=account.name, seen_at=NOON
        )
    finally:
        await session.close()


def facts(found: Observation) -> tuple[object, ...]:
    hardware, system = found.hardware, found.operating_system
    assert hardware is not None
    assert system is not None
    kinds = {part.kind: part for part in found.components}
    return (
        *(hardware.serial, hardware.uuid, hardware.model, hardware.asset_tag),
        *(system.name, system.build, system.last_user),
        *(kinds["disk"].name, kinds["memory"].size),
        *(found.interfaces[0].name, found.addresses[0].ip, found.software[0].name),
    )


async def test_the_inventory_is_that_of_ssh_over_https_and_over_http(tls: Path) -> None:
    told = []
    for account, file in ((ACCOUNT, tls), (PLAIN, None)):
        machine = windows()
        with service(machine, tls=file) as port:
            found = await read(port, account)
        assert (found.collector, found.problems) == ("winrm", ())
        told.append(facts(found))
        sent = b"".join(machine.bodies)
        assert b"Win32_BIOS" not in sent
        assert PASSWORD.encode() not in sent
        assert (b"multipart" in sent) is False
    assert told[0] == told[1]
    assert told[0][:4] == (
        *("PF1", "4c4c4544-0042-3510-8051-b4c04f463333"),
        *("21HDCTO1WW", "IT-00412"),
    )


async def test_over_plain_http_every_message_is_encrypted() -> None:
    machine = windows()
    with service(machine) as port:
        await read(port, PLAIN)
    messages = [body for body in machine.bodies if body]
    assert messages
    assert all(body.startswith(b"--Encrypted Boundary") for body in messages)
    assert not any(b"Envelope" in body for body in messages)


async def test_the_certificate_is_the_key_of_the_machine(tls: Path) -> None:
    with service(windows(), tls=tls) as port:
        found = await read(port)
        shown = found.host_keys[0].fingerprint
        again = await read(port, pin=shown)
    assert shown.startswith("X509:")
    assert again.host_keys[0].fingerprint == shown


async def test_another_certificate_is_shown_no_secret(tls: Path) -> None:
    machine = windows()
    with service(machine, tls=tls) as port:
        with pytest.raises(HostKeyChanged) as caught:
            await read(port, pin="X509:" + "00" * 32)
    assert caught.value.shown.startswith("X509:")
    assert machine.bodies == []


async def test_a_wrong_password_is_refused_and_stands_in_no_text(tls: Path) -> None:
    wrong = replace(ACCOUNT, password=SecretStr("temulawak-pahit"))
    with service(windows(), tls=tls) as port:
        with pytest.raises(AuthFailed) as caught:
            await read(port, wrong)
    assert "temulawak" not in str(caught.value)


async def test_basic_is_for_https_only(tls: Path) -> None:
    basic = replace(ACCOUNT, auth="basic")
    with service(windows(offers="Basic"), tls=tls) as port:
        found = await read(port, basic)
        assert found.problems == ()
    machine = windows(offers="Basic")
    with service(machine) as port:
        with pytest.raises(UnusableCredential, match="plain HTTP"):
            await read(port, replace(basic, http=True))
    assert machine.bodies == []


@pytest.mark.parametrize(
    ("account", "why"),
    [
        (replace(ACCOUNT, password=None), "needs a password"),
        (replace(ACCOUNT, auth="certificate"), "needs a certificate"),
        (replace(ACCOUNT, trouble="the file x cannot be read"), "cannot be read"),
    ],
)
async def test_an_account_that_cannot_work_says_so(
    account: WinRmCredential, why: str
) -> None:
    with pytest.raises(UnusableCredential, match=why):
        await PowerShellOpener(Connector().way_to).open(HERE, 1, account)


@pytest.mark.parametrize(
    ("machine", "error", "why"),
    [
        (windows(fault=5), Unsupported, "Remote Management Users"),
        (windows(fault=2150859173), Unsupported, "fault 2150859173"),
        (windows(offers="Digest realm=x"), Unsupported, "no method"),
        (windows(redirect="http://127.0.0.1:9/wsman"), Malformed, "another place"),
    ],
)
async def test_what_a_service_refuses_is_said(
    machine: Machine, error: type[CollectError], why: str, tls: Path
) -> None:
    with service(machine, tls=tls) as port:
        with pytest.raises(error, match=why):
            await read(port)


async def test_an_answer_without_end_is_cut(
    tls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MAX_ANSWER", 1 << 20)
    with service(windows(padding=3 << 20), tls=tls) as port:
        with pytest.raises(TooMuch):
            await read(port)


async def test_nobody_there_and_no_tls(tls: Path) -> None:
    with service(windows()) as port:
        with pytest.raises(Malformed, match="no TLS"):
            await read(port)
    with pytest.raises(Refused):
        await read(port)


async def test_what_came_before_a_part_that_hangs_is_kept(tls: Path) -> None:
    told = scripted(WINDOWS)

    def answers(script: str) -> list[str] | None:
        return None if "Win32_NetworkAdapter" in script else told(script)

    with service(Machine(answers), tls=tls) as port:
        session = await PowerShellOpener(Connector().way_to).open(HERE, port, ACCOUNT)
        found = await collect_winrm(
            session, address=HERE, port=port, seen_at=NOON, timeout=2
        )
        await session.close()
    assert found.hardware is not None
    assert found.hardware.serial == "PF1"
    assert found.reads == frozenset()
    assert [p.where for p in found.problems] == ["winrm:inventory"]


async def test_a_machine_that_says_nothing_at_all_times_out(tls: Path) -> None:
    with service(Machine(lambda _: None), tls=tls) as port:
        session = await PowerShellOpener(Connector().way_to).open(HERE, port, ACCOUNT)
        with pytest.raises(TimedOut):
            await collect_winrm(
                session, address=HERE, port=port, seen_at=NOON, timeout=1
            )
        await session.close()


async def test_an_endpoint_for_some_commands_only_is_named(tls: Path) -> None:
    with service(Machine(lambda _: ["no such command"]), tls=tls) as port:
        with pytest.raises(Unsupported, match="inventory script"):
            await read(port)


async def test_nonsense_instead_of_objects_is_a_reason(tls: Path) -> None:
    rows = json.dumps({"SerialNumber": {"a": [1]}, "Manufacturer": 7})
    odd = {**WINDOWS, "Win32_BIOS": rows, "Win32_NetworkAdapter": "{]\nnull\n[]"}
    with service(Machine(scripted(odd)), tls=tls) as port:
        found = await read(port)
    assert found.hardware is not None
    assert found.interfaces == ()
