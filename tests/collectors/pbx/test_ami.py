"""The manager's messages: nothing is kept but what is named."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.errors import CollectError, Malformed, TooMuch
from collectors.pbx.asterisk.ami import (
    ALLOWED,
    MAX_LINES,
    Message,
    MessageReader,
    request,
)

SECRET = "marked-secret-5f3a"


def read(text: str) -> list[Message]:
    reader = MessageReader()
    found = [reader.feed(line.encode()) for line in text.splitlines(keepends=True)]
    return [message for message in found if message is not None]


def test_the_sip_password_is_dropped_and_the_message_still_counts() -> None:
    (message,) = read(
        f"Event: AuthDetail\r\nActionID: 1\r\nObjectName: 2001\r\nPassword: {SECRET}"
        f"\r\nMd5Cred: {SECRET}\r\nOauthSecret: {SECRET}\r\n\r\n"
    )
    assert message.event == "AuthDetail"
    assert message.fields == {"ActionID": "1"}


def test_a_field_in_front_of_the_type_of_a_message_is_not_kept() -> None:
    with pytest.raises(Malformed) as error:
        read(f"Password: {SECRET}\r\nEvent: EndpointDetail\r\n\r\n")
    assert SECRET not in str(error.value)


def test_names_are_matched_without_case_and_the_first_value_counts() -> None:
    (message,) = read("EVENT: EndpointDetail\r\nCALLERID: a\r\ncallerid: b\r\n\r\n")
    assert message.get("Callerid") == "a"


def test_no_allowed_field_is_a_secret() -> None:
    words = ("password", "secret", "cred", "token", "pin", "key")
    named = {field.lower() for fields in ALLOWED.values() for field in fields}
    assert [f for f in named if any(w in f for w in words)] == []


@given(st.binary(max_size=400))
def test_any_bytes_are_a_message_or_a_reason(data: bytes) -> None:
    reader = MessageReader()
    with suppress(CollectError):
        for line in data.splitlines(keepends=True):
            reader.feed(line)


def test_a_message_without_end_is_given_up() -> None:
    reader = MessageReader()
    reader.feed(b"Event: X\r\n")
    for _ in range(MAX_LINES - 1):
        reader.feed(b"a: b\r\n")
    with pytest.raises(TooMuch):
        reader.feed(b"a: b\r\n")


def test_a_name_with_a_line_end_does_not_become_an_action_of_its_own() -> None:
    with pytest.raises(Malformed):
        request("PJSIPShowEndpoint", "1", {"Endpoint": "x\r\nAction: Command"})
