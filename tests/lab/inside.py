"""Runs functions inside the namespace this process was started in, one after the other.

Reads pickled (module, function, arguments) from standard input, each with its length in
front, and answers likewise on standard output: the result, the exception of the
collectors' tree that it raised, or the text of any other one. Starting Python and
loading the collectors takes seconds, so that one process serves all tests.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
import traceback
from importlib import import_module
from typing import IO, Any

from collectors.errors import CollectError

LENGTH = 8
"""Bytes of a length, most significant first."""


class Failed(Exception):
    """Something else than a collector's error went wrong inside."""


def send(stream: IO[bytes], value: object) -> None:
    """Write one value."""
    data = pickle.dumps(value)
    stream.write(len(data).to_bytes(LENGTH) + data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:  # noqa: ANN401
    """Read one value.

    Raises:
        EOFError: The other side is gone.
    """
    head = stream.read(LENGTH)
    if len(head) < LENGTH:
        raise EOFError
    return pickle.loads(stream.read(int.from_bytes(head)))


def _done(asked: tuple[str, str, dict[str, Any]]) -> object:
    module, name, arguments = asked
    try:
        function = getattr(import_module(module), name)
        return asyncio.run(function(**arguments))
    except CollectError as error:
        return type(error)(str(error))
    except Exception:  # noqa: BLE001 - the boundary to the other process
        return Failed(traceback.format_exc()[-4_000:])


def main() -> None:
    """Serve until standard input ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            asked = receive(sys.stdin.buffer)
        except EOFError:
            return
        send(out, _done(asked))


if __name__ == "__main__":
    from tests.lab import inside

    inside.main()
