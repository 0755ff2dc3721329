"""What an administrator writes, and what Purser says about it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from config import logins, settings
from config.reader import SettingsError, find_file, load
from config.settings import Settings


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PURSER_CONFIG", "PURSER_DATABASE_URL", "PURSER_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


def mistakes(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "purser.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(file, {})
    return [str(mistake) for mistake in caught.value.mistakes]


def from_variables(
    monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]
) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load(None, variables)


def test_nothing_written_gives_usable_defaults() -> None:
    settings = load(None, {})
    assert settings.http.port == 8080
    assert settings.scan.engine == "own"
    assert settings.database_url is None


def test_the_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "purser.toml"
    file.write_text(
        """
        log_level = "debug"
        [scan]
        rate = 20
        [[credentials.snmp]]
        name = "read"
        community = "c0mmunity"
        [[sites]]
        name = "HQ"
        networks = ["10.0.0.0/24", "10.0.1.5-10.0.1.9", "10.0.2.1-20", "::1"]
        """,
        encoding="utf-8",
    )
    settings = load(file, {})
    assert settings.scan.rate == 20
    assert settings.sites[0].networks[1] == "10.0.1.5-10.0.1.9"
    community = settings.credentials.snmp[0].community
    assert community is not None
    assert community.get_secret_value() == "c0mmunity"


def test_a_variable_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "purser.toml"
    file.write_text("[http]\nport = 1\nhost = 'h'\n", encoding="utf-8")
    monkeypatch.setenv("PURSER_HTTP__PORT", "2")
    settings = load(file, {"PURSER_HTTP__PORT": "2"})
    assert (settings.http.port, settings.http.host) == (2, "h")


def test_lists_come_as_json_in_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = from_variables(monkeypatch, {"PURSER_SITES": '[{"name": "HQ"}]'})
    assert settings.sites[0].name == "HQ"


def test_settings_cannot_be_changed_afterwards() -> None:
    settings = load(None, {})
    with pytest.raises(ValidationError):
        settings.log_level = "debug"


def test_an_unknown_key_names_file_key_and_the_likely_one(tmp_path: Path) -> None:
    (line,) = mistakes(tmp_path, "[scan]\nconcurency = 3\n")
    assert line == (
        f"{tmp_path / 'purser.toml'}: scan.concurency: unknown key."
        " Did you mean concurrency?"
    )


def test_an_unknown_key_without_a_likely_one_lists_what_is_known(
    tmp_path: Path,
) -> None:
    (line,) = mistakes(tmp_path, "[http]\nzzz = 3\n")
    assert "The keys here are host, names, port, public_url" in line


@pytest.mark.parametrize(
    ("text", "key", "remedy"),
    [
        ("log_level = 'loud'", "log_level", "Give debug, info, warning or error"),
        ("[http]\nport = 99999", "http.port", "Give a port from 1 to 65535"),
        ("[scan]\nrate = -1", "scan.rate", "above 0 to 100000"),
        ("[scan]\nengine = 'x'", "scan.engine", "own or pysnmp"),
        (
            "[[sites]]\nname = 'a'\nnetworks = ['10.0.0.5/24']",
            "sites[0].networks[0]",
            "write 10.0.0.0/24",
        ),
        (
            "[[sites]]\nname = 'a'\nnetworks = ['10.0.0.9-10.0.0.5']",
            "sites[0].networks[0]",
            "not a range from a lower to a higher",
        ),
        ("[[sites]]\nname = 'a'\n[[sites]]\nname = 'a'", "the site a", "given twice"),
        (
            "[[credentials.snmp]]\nname = 'a'\nversion = '3'",
            "credentials.snmp[0]",
            "version 3 needs a user",
        ),
        (
            "[[credentials.snmp]]\nname = 'a'\nversion = '3'\nuser = 'u'\nauth = 'md5'",
            "credentials.snmp[0]",
            "auth and auth_secret are given together",
        ),
        (
            "[[credentials.ssh]]\nname = 'a'\nuser = 'u'",
            "credentials.ssh[0]",
            "a password, a private_key_file or the agent is needed",
        ),
        (
            "[[credentials.sets]]\nname = 'a'\nsnmp = ['b']",
            "credentials",
            "the set a names b, which is not a credential",
        ),
        (
            "[[credentials.sets]]\nname = 'a'\nsite = 'b'",
            "",
            "which is not one of [[sites]]",
        ),
        ("currency = 'euro'", "currency", "ISO 4217"),
        ("http = 3", "http", "the section [http]"),
    ],
)
def test_a_bad_value_names_the_key_and_the_remedy(
    tmp_path: Path, text: str, key: str, remedy: str
) -> None:
    (line,) = mistakes(tmp_path, text)
    assert key in line
    assert remedy in line


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    assert len(mistakes(tmp_path, "log_level = 'x'\n[scan]\nrate = 0\n")) == 2


def test_malformed_toml_names_the_line(tmp_path: Path) -> None:
    (line,) = mistakes(tmp_path, "[http]\nport = \n")
    assert "not valid TOML" in line
    assert "at line 2" in line


def test_a_file_that_is_not_text_is_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "purser.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="not UTF-8"):
        load(file, {})


def test_a_mistake_in_a_variable_names_the_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(SettingsError, match=r"^PURSER_SCAN__RATE: scan\.rate: "):
        from_variables(monkeypatch, {"PURSER_SCAN__RATE": "fast"})


def test_an_unknown_variable_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"Did you mean PURSER_HTTP__PORT\?"):
        from_variables(monkeypatch, {"PURSER_HTPP__PORT": "1"})


def test_broken_json_in_a_variable_is_a_mistake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(SettingsError, match=r"PURSER_SITES: .*not valid JSON"):
        from_variables(monkeypatch, {"PURSER_SITES": "["})


@pytest.mark.parametrize(
    "text",
    [
        "[[credentials.snmp]]\nname = 'a'\ncomunity = 'S3CRET'",
        "[[credentials.snmp]]\nname = 'a'\nversion = 'S3CRET'\ncommunity = 'S3CRET'",
        "[[credentials.ssh]]\nname = 'a'\npasword = 'S3CRET'\nuser = 'u'",
        "[credentials]\nsnmp = 'S3CRET'",
        "database_url = ['S3CRET']",
    ],
)
def test_no_mistake_shows_a_secret(tmp_path: Path, text: str) -> None:
    assert "S3CRET" not in "\n".join(mistakes(tmp_path, text))


def test_no_repr_shows_a_secret(tmp_path: Path) -> None:
    file = tmp_path / "purser.toml"
    file.write_text(
        "database_url = 'postgresql://u:S3CRET@h/d'\n"
        "[[credentials.snmp]]\nname = 'a'\ncommunity = 'S3CRET'\n"
        "[[credentials.ssh]]\nname = 'a'\nuser = 'u'\npassword = 'S3CRET'\n",
        encoding="utf-8",
    )
    settings = load(file, {})
    assert "S3CRET" not in repr(settings)
    assert "S3CRET" not in settings.model_dump_json()


def test_a_file_named_but_absent_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such file"):
        find_file(tmp_path / "none.toml", {}, tmp_path)
    with pytest.raises(SettingsError, match="correct PURSER_CONFIG"):
        find_file(None, {"PURSER_CONFIG": str(tmp_path / "none.toml")}, tmp_path)


def test_the_order_of_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    here = tmp_path / "here"
    places = [
        tmp_path / "home" / "purser" / "purser.toml",
        here / "purser.toml",
        tmp_path / "variable.toml",
        tmp_path / "option.toml",
    ]
    environ = {"PURSER_CONFIG": str(places[2])}
    assert find_file(None, {}, here) is None
    for place in places:
        place.parent.mkdir(exist_ok=True, parents=True)
        place.write_text("", encoding="utf-8")
    assert find_file(places[3], environ, here) == places[3]
    assert find_file(None, environ, here) == places[2]
    assert find_file(None, {}, here) == places[1]
    places[1].unlink()
    assert find_file(None, {}, here) == places[0]


def test_every_field_describes_itself_for_the_remedy() -> None:
    sections = [
        value
        for module in (logins, settings)
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, BaseModel)
        and value.__module__ == module.__name__
    ]
    silent = [
        f"{section.__name__}.{name}"
        for section in sections
        for name, field in section.model_fields.items()
        if not field.description
    ]
    assert sections
    assert silent == []
