"""Passwords that an LDAP directory checks (RFC 4513): search, then bind as the found.

A bind without a password is anonymous and succeeds everywhere, so an empty one is
refused before anything is asked. What was typed is escaped (RFC 4515).
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from ldap3 import ALL_ATTRIBUTES, NONE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars

from config.sign_in import Ldap
from inventory.kernel.errors import InventoryError
from inventory.people.outside_accounts import OutsidePerson

MOST_GROUPS = 1000

log = structlog.get_logger("purser.auth")


class DirectoryUnreachable(InventoryError):
    """The directory that checks passwords does not answer."""

    code = "directory-unreachable"
    remedy = "Try again later; an administrator finds the reason in the log."


def checked(chosen: Ldap, login: str, password: str) -> OutsidePerson | None:
    """Return who this is; None if login or password is wrong.

    Raises:
        DirectoryUnreachable: The directory does not answer, or not to us.
    """
    if not login or not password or "\x00" in login + password:
        return None
    try:
        with _bound(
            chosen, chosen.bind_dn, chosen.bind_password.get_secret_value()
        ) as searching:
            found = _found(chosen, searching, login)
            if found is None or not _opens(chosen, found["dn"], password):
                return None
            return _person(chosen, searching, found, login)
    except (LDAPException, OSError) as error:
        log.warning("ldap failed", reason=type(error).__name__)
        raise DirectoryUnreachable(where="ldap") from error


@contextmanager
def _bound(chosen: Ldap, name: str, password: str) -> Iterator[Connection]:
    tls = Tls(
        validate=ssl.CERT_REQUIRED,
        ca_certs_file=None if chosen.ca_file is None else str(chosen.ca_file),
    )
    server = Server(chosen.url, get_info=NONE, tls=tls, connect_timeout=chosen.timeout)
    connection = Connection(
        server,
        user=name or None,
        password=password or None,
        receive_timeout=int(chosen.timeout) + 1,
        read_only=True,
        raise_exceptions=False,
    )
    try:
        connection.open()
        if chosen.start_tls and not connection.start_tls():
            raise LDAPException("no TLS")
        if not connection.bind() and name == chosen.bind_dn:
            raise LDAPException("we may not search")
        yield connection
    finally:
        connection.unbind()
        if connection.socket is not None:
            # Where nothing answered, unbinding leaves it open.
            connection.socket.close()


def _opens(chosen: Ldap, name: str, password: str) -> bool:
    with _bound(chosen, name, password) as connection:
        return bool(connection.bound) and name != chosen.bind_dn


def _found(chosen: Ldap, searching: Connection, login: str) -> dict[str, Any] | None:
    """Return the one entry of a login; None if there is none, or several."""
    asked = chosen.filter.replace("{login}", escape_filter_chars(login))
    searching.search(
        chosen.base,
        asked,
        SUBTREE,
        attributes=[ALL_ATTRIBUTES, chosen.id_attribute, "memberOf"],
        size_limit=2,
        time_limit=int(chosen.timeout) + 1,
    )
    entries = [one for one in searching.response or () if one.get("dn")]
    return entries[0] if len(entries) == 1 else None


def _person(
    chosen: Ldap, searching: Connection, found: dict[str, Any], login: str
) -> OutsidePerson:
    subject = _first(found, chosen.id_attribute)
    if not subject:
        raise LDAPException(f"entries have no {chosen.id_attribute}")
    groups = {str(one) for one in _all(found, "memberOf")}
    if chosen.group_base:
        asked = chosen.group_filter.replace("{dn}", escape_filter_chars(found["dn"]))
        searching.search(
            chosen.group_base,
            asked,
            SUBTREE,
            attributes=["cn"],
            size_limit=MOST_GROUPS,
            time_limit=int(chosen.timeout) + 1,
        )
        for one in searching.response or ():
            if one.get("dn"):
                groups |= {one["dn"], _first(one, "cn")}
    # A rule may name a group by its whole DN or by its first part alone.
    short = {dn.split(",", 1)[0].partition("=")[2] for dn in groups if "=" in dn}
    return OutsidePerson(
        provider="ldap",
        subject=subject[:255],
        login=login[:200],
        name=(_first(found, chosen.name_attribute) or login)[:200],
        groups=frozenset((groups | short) - {""}),
    )


def _all(found: dict[str, Any], name: str) -> list[Any]:
    values = found.get("attributes", {}).get(name) or []
    return list(values) if isinstance(values, list | tuple) else [values]


def _first(found: dict[str, Any], name: str) -> str:
    for one in _all(found, name):
        return one.hex() if isinstance(one, bytes) else str(one)
    return ""
