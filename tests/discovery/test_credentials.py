"""Which credential is tried where, and in which order."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from collectors.credentials import SnmpCredential, SshCredential
from discovery.access.credentials import Credentials, CredentialSet, Memory
from discovery.access.offering import Offering


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


def test_a_sweep_sends_a_community_only_to_the_networks_it_is_for() -> None:
    asked = ["10.1.2.3", "10.1.2.4", "10.1.9.9", "192.0.2.1"]
    groups = [
        ([c.name for c in found], addresses)
        for found, addresses in Offering(ALL, Memory(), to_new=True).snmp_groups(
            "north", asked
        )
    ]
    assert groups == [
        (["rack", "floor", "north", "public"], ["10.1.2.3", "10.1.2.4"]),
        (["floor", "north", "public"], ["10.1.9.9"]),
        (["north", "public"], ["192.0.2.1"]),
    ]


def test_without_networks_a_sweep_is_one_group() -> None:
    everywhere = Credentials((CredentialSet("all", snmp=(snmp("public"),)),))
    offering = Offering(everywhere, Memory(), to_new=True)
    ((found, addresses),) = offering.snmp_groups("x", ["10.0.0.1", "10.0.0.2"])
    assert [c.name for c in found] == ["public"]
    assert addresses == ["10.0.0.1", "10.0.0.2"]
    assert offering.snmp_groups("x", []) == []


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("10.1.0.1-10.1.0.99", "10.1.0.99", "10.1.0.100"),
        ("10.1.0.1-9", "10.1.0.9", "10.1.0.10"),
        ("2001:db8::1-2001:db8::f", "2001:db8::f", "10.1.0.1"),
        ("10.1.0.7", "10.1.0.7", "10.1.0.8"),
    ],
)
def test_a_set_may_be_for_a_range(text: str, inside: str, outside: str) -> None:
    some = CredentialSet("range", networks=(text,))
    assert some.covers("x", inside) is not None
    assert some.covers("x", outside) is None


def test_sets_of_one_name_are_chosen_together() -> None:
    one = CredentialSet("branch", networks=("10.1.0.0/16",), snmp=(snmp("a"),))
    two = CredentialSet("branch", networks=("10.2.0.0/16",), snmp=(snmp("b"),))
    other = CredentialSet("other", snmp=(snmp("c"),))
    chosen = Credentials((one, other, two)).only(["branch"])
    assert chosen.sets == (one, two)
    with pytest.raises(KeyError, match="gone"):
        chosen.only(["gone"])
