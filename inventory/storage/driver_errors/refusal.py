"""Why a PostgreSQL server lets nobody in, by its SQLSTATE. Imports nothing of ours.

The driver hands on why a connection was refused as text only, in the language of the
server (`lc_messages`). The code of that is in the protocol, so the server is asked once
more with the protocol noted. What is noted holds how we log in: it stays in memory.
"""

from __future__ import annotations

import os
import re
import select
import threading
import time

from sqlalchemy import URL

TRUSTED = 5.0
"""Seconds for which an answer is not asked for again: a crowd need not grow by us, and
libpq keeps a few KB of each note."""
PATIENCE = 5.0
"""Seconds for the server to answer."""
_CODE = re.compile(rb'\tErrorResponse\t.*? C "([0-9A-Z]{5})"')

_lock = threading.Lock()
_known: dict[URL, tuple[float, str]] = {}


def refused_with(url: URL) -> str:
    """Return the SQLSTATE that a server refuses us with; empty where it tells none."""
    with _lock:
        at, state = _known.get(url, (float("-inf"), ""))
        if time.monotonic() - at > TRUSTED:
            state = _ask(url)
            _known[url] = time.monotonic(), state
        return state


def _ask(url: URL) -> str:
    import psycopg
    from psycopg.conninfo import make_conninfo

    _, arguments = url.get_dialect()().create_connect_args(url)
    told = os.memfd_create("refusal")
    copy = os.dup(told)
    try:
        _note(make_conninfo("", **arguments), copy)
        found = _CODE.findall(os.pread(told, 1 << 20, 0))
    except psycopg.Error:
        return ""
    finally:
        os.close(copy)
        os.close(told)
    return found[-1].decode() if found else ""


def _note(conninfo: str, file: int) -> None:
    """Connect, and disconnect, with the messages of the protocol noted in a file."""
    from psycopg import pq

    polling = pq.PollingStatus
    connection = pq.PGconn.connect_start(conninfo.encode())
    until = time.monotonic() + PATIENCE
    try:
        connection.trace(file)
        while True:
            state = connection.connect_poll()
            if state in (polling.OK, polling.FAILED):
                return
            wanted = select.POLLIN if state == polling.READING else select.POLLOUT
            waiting = select.poll()
            waiting.register(connection.socket, wanted)
            if not waiting.poll(max(0.0, until - time.monotonic()) * 1000):
                return
    finally:
        connection.untrace()
        connection.finish()
