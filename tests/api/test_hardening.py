"""Texts, passwords, cookies and errors: what is refused, and what is never told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from api.app import create_site
from api.compose.wiring import App
from api.http.actions import Given
from api.pages.door.gate import SECURE_COOKIE
from inventory.kernel.errors import Invalid
from inventory.people import accounts
from inventory.people.common_passwords import is_common

GOOD = "correct horse battery"


class Sample(Given):
    name: str = ""
    deep: object = None
    day: date | None = None


@pytest.mark.parametrize(
    "bad", ["a\x00b", "a\x1bb", "\ud800", "safe\u202egpj.exe", "a\u2066b", "\x7f"]
)
def test_texts_that_hide_something_are_refused(bad: str) -> None:
    with pytest.raises(ValidationError):
        Sample(name=bad)
    with pytest.raises(ValidationError):
        Sample(deep={"list": [{"x": bad}]})


def test_texts_are_normalised_and_nothing_invisible_is_a_name() -> None:
    assert Sample(name="Zo\u0065\u0308 ").name == "Zo\u00eb"
    assert Sample(name="\u200b\u200d").name == ""
    assert Sample(name="tab\tand\nline").name == "tab\tand\nline"


def test_days_are_of_sane_years_and_nesting_ends() -> None:
    for year in ("0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31"):
        with pytest.raises(ValidationError):
            Sample.model_validate({"day": year})
    assert Sample.model_validate({"day": "2026-02-28"}).day == date(2026, 2, 28)
    deep: object = "x"
    for _ in range(100):
        deep = [deep]
    with pytest.raises(ValidationError):
        Sample(deep=deep)


@pytest.mark.parametrize(
    "guessed",
    ["password1234", "P@ssw0rd!2026", "qwertyuiop123", "aaaaaaaaaaaa", "abcabcabcabc",
     "1234567890123", "iloveyou2!!!!", "Welcome-Admin1", "zyxwvutsrqpon"],
)  # fmt: skip
def test_what_is_guessed_first_is_no_password(guessed: str) -> None:
    assert is_common(guessed)
    with pytest.raises(Invalid):
        accounts.hash_password(guessed)


@pytest.mark.parametrize("fine", [GOOD, "lemon-tree-4242", "xk7p mound 33 tvw"])
def test_length_is_all_that_is_asked_for(fine: str) -> None:
    assert not is_common(fine)
    with pytest.raises(Invalid, match="too short"):
        accounts.hash_password(fine[:11])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_by_https_the_cookie_is_of_this_host_alone(app: App) -> None:
    with app.work("test") as work:
        accounts.add_account(work, "ida", GOOD, ["it"])
        work.commit()
    transport = httpx.ASGITransport(create_site(app))
    form = {"login": "ida", "password": GOOD, "next": "/"}
    async with httpx.AsyncClient(
        transport=transport, base_url="https://purser.example"
    ) as client:
        answer = await client.post("/login", data=form)
        (kept,) = [c for c in answer.headers.get_list("set-cookie") if "session" in c]
        assert kept.startswith(f"{SECURE_COOKIE}=")
        assert {"Secure", "HttpOnly", "Path=/"} <= set(kept.split("; "))
        assert "Domain" not in kept
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert (await client.get("/assets")).status_code == 200
        # Whoever is disabled is out with the next request.
        with app.work("test") as work:
            accounts.disable_account(work, "ida")
            work.commit()
        assert (await client.get("/assets")).status_code in (303, 401)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://purser.example"
    ) as client:
        plain = await client.get("/login")
        assert "strict-transport-security" not in plain.headers


def test_errors_of_the_database_quote_no_rows(engine: Engine) -> None:
    row = "INSERT INTO legal_entity (code, name, currency, recorded_at) VALUES"
    row += " ('S3CRET-CODE', 'x', 'EUR', '2026-01-01 00:00:00+00:00')"
    with engine.begin() as connection:
        connection.execute(text(row))
    with pytest.raises(IntegrityError) as caught, engine.begin() as connection:
        connection.execute(text(row.replace("S3CRET-CODE", "S3CRET-CODE")))
    told = f"{caught.value!r} {caught.value.orig!r} {caught.value.orig}"
    assert "(code)" not in told
    assert "legal_entity" in told


def test_what_is_deployed_names_commands_that_exist() -> None:
    from api.cli import cli

    known = {
        one.name or one.callback.__name__
        for one in cli.registered_commands
        if one.callback
    }
    known |= {one.name for one in cli.registered_groups if one.name}
    folder = Path(__file__).parents[2] / "config" / "deploy"
    for file in (*folder.glob("*.service"), folder / "Containerfile"):
        for line in file.read_text().splitlines():
            words = line.replace("/opt/purser/bin/", "").split()
            for at, word in enumerate(words[:-1]):
                if word == "purser" and words[at + 1].isalpha() and "Exec" in line:
                    assert words[at + 1] in known, line
