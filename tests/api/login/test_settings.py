"""Settings of log-ins that would give passwords away are refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from config.sign_in import Ldap

BASE = "dc=example"


def test_passwords_do_not_cross_the_network_unprotected() -> None:
    with pytest.raises(ValidationError, match="unencrypted"):
        Ldap(url="ldap://ldap.example", base=BASE)
    assert Ldap(url="ldaps://ldap.example", base=BASE).start_tls is False
