"""Which credential is tried where, and in which order."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from collectors.credentials import SnmpCredential, SshCredential
from discovery.credentials import Credentials, CredentialSet, Memory


def snmp(name: str) -> SnmpCredential:
    return SnmpCredential(name=name, community=SecretStr(f"secret-{name}"))


ALL = Credentials(
    (
        CredentialSet("everywhere", snmp=(snmp("public"),)),
        CredentialSet("north", site="north", snmp=(snmp("north"),)),
        CredentialSet(
            "floor", site="north", networks=("10.1.0.0/16",), snmp=(snmp("floor"),)
        ),
        CredentialSet("rack", networks=("10.1.2.0/24",), snmp=(snmp("rack"),)),
        CredentialSet(
            "logins",
            ssh=(
                SshCredential(name="admin", user="a"),
                SshCredential(name="netops", user="n", device_type="cisco_ios"),
            ),
        ),
    )
)


@pytest.mark.parametrize(
    ("site", "address", "expected"),
    [
        ("north", "10.1.2.3", ["rack", "floor", "north", "public"]),
        ("north", "10.1.9.3", ["floor", "north", "public"]),
        ("south", "10.1.9.3", ["public"]),
        ("south", "10.1.2.3", ["rack", "public"]),
        ("north", "2001:db8::1", ["north", "public"]),
    ],
)
def test_the_closest_set_comes_first(
    site: str, address: str, expected: list[str]
) -> None:
    assert [c.name for c in ALL.snmp(site, address)] == expected


def test_what_worked_before_comes_first_and_nothing_comes_twice() -> None:
    memory = Memory({("10.1.2.3", "snmp"): "public"})
    first = memory.first("10.1.2.3", "snmp", None)
    names = [c.name for c in ALL.snmp("north", "10.1.2.3", first)]
    assert names == ["public", "rack", "floor", "north"]


def test_a_remembered_name_that_is_gone_is_passed_over() -> None:
    names = [c.name for c in ALL.snmp("south", "10.1.9.3", ["retired"])]
    assert names == ["public"]


def test_accounts_of_computers_and_of_network_devices_are_kept_apart() -> None:
    computers = ALL.ssh("north", "10.1.2.3", network=False)
    network = ALL.ssh("north", "10.1.2.3", network=True)
    assert [c.name for c in computers] == ["admin"]
    assert [c.name for c in network] == ["netops"]


def test_a_request_may_name_the_sets_it_uses() -> None:
    only = ALL.only(["rack"])
    assert [c.name for c in only.snmp("north", "10.1.2.3")] == ["rack"]
    assert ALL.only([]) is ALL
    with pytest.raises(KeyError):
        ALL.only(["nobody"])


def test_secrets_are_in_no_text() -> None:
    assert "secret-public" not in repr(ALL)
