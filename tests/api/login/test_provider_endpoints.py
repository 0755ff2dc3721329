"""Where a discovery document may lead, and where not."""

from __future__ import annotations

import pytest

from api.login.provider_endpoints import endpoint_of

OUTSIDE = "https://id.example.org"


@pytest.mark.parametrize(
    ("issuer", "told"),
    [
        (OUTSIDE, "https://id.example.org/token"),
        (OUTSIDE, "https://login.example.net:8443/token?tenant=1"),
        ("https://10.1.2.3", "https://10.1.2.3/token"),
        (OUTSIDE, "https://10.1.2.3/token"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000/token"),
        ("http://localhost:9000", "http://[::1]:9000/token"),
    ],
)
def test_an_endpoint_may_be_elsewhere(issuer: str, told: str) -> None:
    assert endpoint_of(issuer, {"token_endpoint": told}, "token_endpoint") == told


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (None, "has no token_endpoint"),
        ("", "has no token_endpoint"),
        (["https://id.example.org/token"], "has no token_endpoint"),
        ("http://id.example.org/token", "is not https"),
        ("file:///etc/passwd", "is no web address"),
        ("//id.example.org/token", "is no web address"),
        ("https:///token", "is no web address"),
        ("https://id.example.org:99999/token", "is no web address"),
        ("https://[::1/token", "is no web address"),
        ("https://root:secret@id.example.org/token", "holds a user name"),
        ("https://127.0.0.1/token", "is on this machine"),
        ("https://127.8.8.8/token", "is on this machine"),
        ("https://[::1]:8000/token", "is on this machine"),
        ("https://[::ffff:127.0.0.1]/token", "is on this machine"),
        ("https://0.0.0.0/token", "is on this machine"),
        ("https://localhost/token", "is on this machine"),
        ("https://admin.localhost./token", "is on this machine"),
        ("https://169.254.169.254/latest/meta-data", "is on this machine"),
    ],
)
def test_nothing_is_sent_where_a_document_may_not_lead(told: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        endpoint_of(OUTSIDE, {"token_endpoint": told}, "token_endpoint")
