"""Runs one function inside the namespace this process was started in.

Reads a pickled (module, function, arguments) from standard input, writes the pickled
result, or the exception of the collectors' tree that it raised, to standard output.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from importlib import import_module

from collectors.errors import CollectError


def main() -> None:
    """Run what standard input asks for."""
    module, name, arguments = pickle.load(sys.stdin.buffer)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    function = getattr(import_module(module), name)
    try:
        result = asyncio.run(function(**arguments))
    except CollectError as error:
        result = type(error)(str(error))
    pickle.dump(result, out)
    out.close()


if __name__ == "__main__":
    main()
