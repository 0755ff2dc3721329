"""Servers that let nobody in: told by code, in whatever language they speak."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from api.console import waiting
from api.console.output import Exit
from inventory.kernel.errors import (
    DatabaseCrowded,
    DatabaseNotReady,
    DatabaseUnreachable,
    StorageError,
)
from inventory.storage.driver_errors import refusal
from inventory.storage.engine import make_engine

GERMAN = {
    "53300": "tut mir leid, schon zu viele Verbindungen",
    "53400": "Konfigurationsgrenze überschritten",
    "57P03": "das Datenbanksystem startet",
    "28P01": "Passwort-Authentifizierung für Benutzer »purser« fehlgeschlagen",
}


@contextmanager
def refusing(state: str) -> Iterator[str]:
    """A server that lets nobody in, in German; yields its URL."""
    fields = {"S": "FATAL", "V": "FATAL", "C": state, "M": GERMAN[state]}
    told = b"".join(f"{k}{v}".encode() + b"\0" for k, v in fields.items()) + b"\0"
    error = b"E" + (len(told) + 4).to_bytes(4, "big") + told

    def answer(caller: socket.socket) -> None:
        with caller:
            asked = caller.recv(4096)
            if len(asked) == 8:  # it asks for TLS first
                caller.sendall(b"N")
                caller.recv(4096)
            caller.sendall(error)

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    answer(listening.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"postgresql://purser:S3CRET@127.0.0.1:{listening.getsockname()[1]}/d"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(10)


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("53300", DatabaseCrowded),
        ("53400", DatabaseCrowded),
        ("57P03", DatabaseNotReady),
        ("28P01", DatabaseUnreachable),
    ],
)
def test_why_nobody_is_let_in_is_known_by_its_code(
    state: str, kind: type[StorageError]
) -> None:
    with refusing(state) as url:
        engine = make_engine(url, pool_size=1)
        with pytest.raises(kind) as raised:
            engine.connect()
    assert type(raised.value) is kind
    assert "S3CRET" not in str(raised.value)


def test_a_server_that_is_gone_tells_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusal, "TRUSTED", 0.0)
    with refusing("53300") as url:
        engine = make_engine(url, pool_size=1)
        with pytest.raises(DatabaseCrowded):
            engine.connect()
    with pytest.raises(DatabaseUnreachable) as raised:
        engine.connect()
    assert type(raised.value) is DatabaseUnreachable


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, in the time of a clock that only they move."""
    made: list[float] = []
    monkeypatch.setattr(waiting, "sleep", made.append)
    monkeypatch.setattr(waiting, "monotonic", lambda: sum(made))
    return made


def refused(
    times: int, error: StorageError, *, begun: bool = False
) -> Callable[[Callable[[], None]], Exit]:
    """Return a process that is refused so many times."""
    left = [error] * times

    def run(begin: Callable[[], None]) -> Exit:
        if begun:
            begin()
        if left:
            raise left.pop()
        return Exit.OK

    return run


def test_a_process_begins_once_it_is_let_in(
    pauses: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    assert waiting.once_let_in(refused(8, DatabaseCrowded(where="d"))) == Exit.OK
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    first, *_ = capsys.readouterr().err.splitlines()
    assert first == (
        "purser: d: All connections that the database lets in are taken."
        " Trying again in 1 s, for 10 minutes at most; Ctrl-C ends it."
    )


def test_a_process_that_is_not_let_in_for_long_ends(pauses: list[float]) -> None:
    with pytest.raises(DatabaseNotReady):
        waiting.once_let_in(refused(1000, DatabaseNotReady()))
    assert waiting.PATIENCE <= sum(pauses) <= waiting.PATIENCE + waiting.LONGEST


def test_what_a_person_has_to_mend_is_not_waited_for(pauses: list[float]) -> None:
    with pytest.raises(DatabaseUnreachable):
        waiting.once_let_in(refused(1, DatabaseUnreachable()))
    with pytest.raises(DatabaseCrowded):
        waiting.once_let_in(refused(1, DatabaseCrowded(), begun=True))
    assert pauses == []
