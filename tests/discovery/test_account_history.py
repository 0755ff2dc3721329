"""The account that opened hosts like this one comes first: a wrong one is counted."""

from __future__ import annotations

from pydantic import SecretStr

from collectors.credentials import SshCredential
from discovery.access.account_history import AccountHistory

CONSOLES, COMPUTERS = (
    SshCredential(name=name, user=name, password=SecretStr("x"))
    for name in ("consoles", "computers")
)
BOTH = [CONSOLES, COMPUTERS]


def chosen(history: AccountHistory, kind: str | None = None, first: str = "") -> str:
    """Return which account is tried first at one address with one banner."""
    return history.likeliest(BOTH, "10.0.0.50", "OpenSSH_9.2", kind, (first,)).name


def test_the_order_of_the_administrator_holds_while_nothing_is_known() -> None:
    assert chosen(AccountHistory()) == "consoles"


def test_what_opened_this_very_host_comes_first() -> None:
    history = AccountHistory()
    history.opened("consoles", "netmiko", "10.0.0.49", "OpenSSH_9.2")
    assert chosen(history, first="computers") == "computers"


def test_an_account_that_opens_hosts_of_this_kind_comes_before_others() -> None:
    history = AccountHistory()
    history.kinds["consoles"].add("netmiko")
    history.kinds["computers"].add("ssh")
    assert chosen(history, "ssh") == "computers"
    assert chosen(history, "netmiko") == "consoles"


def test_what_opened_a_near_host_with_this_banner_comes_first() -> None:
    history = AccountHistory()
    history.opened("consoles", "netmiko", "10.0.0.1", "OpenSSH_9.2")
    history.refused("consoles", "10.0.0.48", "OpenSSH_9.2")
    history.opened("computers", "ssh", "10.0.0.48", "OpenSSH_9.2")
    assert chosen(history) == "computers"


def test_a_refusal_at_hosts_with_another_banner_says_nothing() -> None:
    history = AccountHistory()
    history.refused("consoles", "10.0.0.49", "Cisco-1.25")
    assert chosen(history) == "consoles"
