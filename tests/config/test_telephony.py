"""`[[pbx]]`: what is refused, what is assumed, and that secrets stay hidden."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from config.settings import Settings
from config.telephony import Pbx

ASTERISK = {"name": "a", "kind": "asterisk", "host": "h", "user": "u", "secret": "s"}


def pbx(**changed: object) -> Pbx:
    return Pbx.model_validate(ASTERISK | changed)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"host": ""}, "needs host"),
        ({"secret": ""}, "needs secret"),
        ({"user": ""}, "needs user"),
        ({"kind": "panasonic"}, "asterisk"),
        ({"kind": "csv"}, "needs path"),
        ({"kind": "teams"}, "needs tenant"),
        ({"region": "Germany"}, "region"),
        ({"port": 70_000}, "port"),
        ({"password": "x"}, "password"),
    ],
)
def test_a_system_that_cannot_be_read_is_refused(
    changed: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(ValidationError) as error:
        pbx(**changed)
    assert wrong in str(error.value)


@pytest.mark.parametrize(
    ("kind", "tls"),
    [("asterisk", False), ("kamailio", False), ("cucm", True), ("3cx", True)],
)
def test_systems_whose_interface_is_https_are_asked_so(kind: str, tls: bool) -> None:
    assert pbx(kind=kind).speaks_tls is tls
    assert pbx(kind=kind, tls=True).speaks_tls


def test_the_secret_is_in_no_repr_and_names_differ() -> None:
    shown = repr(Settings(pbx=(pbx(secret="marked-1"),)))
    assert "marked-1" not in shown
    with pytest.raises(ValidationError, match="telephone system a is given twice"):
        Settings(pbx=(pbx(), pbx()))
