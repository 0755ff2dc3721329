"""Log lines are JSON where wanted and never show a secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from api.compose import logs


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_one_event_is_one_json_line() -> None:
    stream = io.StringIO()
    logs.configure("info", as_json=True, stream=stream)
    structlog.get_logger("x").info("scan started", scan=3)
    logging.getLogger("other").warning("from a %s", "library")
    first, second = lines(stream)
    assert (first["event"], first["scan"], first["level"]) == (
        "scan started",
        3,
        "info",
    )
    assert (second["event"], second["level"]) == ("from a library", "warning")


def test_a_level_below_is_not_written() -> None:
    stream = io.StringIO()
    logs.configure("warning", as_json=True, stream=stream)
    structlog.get_logger("x").info("quiet")
    logging.getLogger("other").info("quiet")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("as_json", [True, False])
def test_values_that_sound_like_secrets_are_masked(as_json: bool) -> None:
    stream = io.StringIO()
    logs.configure("info", as_json=as_json, stream=stream)
    structlog.get_logger("x").info("e", community="S3CRET", api_token="S3CRET")
    logging.getLogger("other").warning("e", extra={"password": "S3CRET"})
    assert "S3CRET" not in stream.getvalue()
    assert logs.MASK in stream.getvalue()


def test_a_traceback_becomes_part_of_the_json_line() -> None:
    stream = io.StringIO()
    logs.configure("info", as_json=True, stream=stream)
    try:
        raise ValueError("broken")
    except ValueError:
        structlog.get_logger("x").exception("unforeseen")
    (line,) = lines(stream)
    assert "ValueError: broken" in str(line["exception"])


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_does_not_show_local_variables(as_json: bool) -> None:
    stream = io.StringIO()
    logs.configure("info", as_json=as_json, stream=stream)
    hidden = "S3" + "CRET"
    try:
        raise ValueError(len(hidden))
    except ValueError:
        structlog.get_logger("x").exception("unforeseen")
        logging.getLogger("other").exception("unforeseen")
    assert "S3CRET" not in stream.getvalue()
    assert "ValueError" in stream.getvalue()
