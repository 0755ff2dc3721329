"""A process that plays many consoles over SSH, each on its own loopback address."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import asyncssh

from tests.collectors.ssh.servers import Account, Server
from tests.collectors.ssh.test_network import SWITCH
from tests.collectors.ssh.test_terminal import Device


def addresses(number: int) -> list[str]:
    """Return the loopback addresses of the consoles."""
    return [f"127.0.{60 + n // 200}.{1 + n % 200}" for n in range(number)]


async def play(number: int, port: int) -> None:
    """Serve until standard input ends."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    account = Account()
    for n, address in enumerate(addresses(number)):
        device = Device(SWITCH, name=f"sw-{n}")
        await asyncssh.listen(
            address,
            port,
            server_factory=lambda: Server(account),
            server_host_keys=[key],
            process_factory=device.serve,
            encoding=None,
        )
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


@contextmanager
def consoles(number: int) -> Iterator[int]:
    """Run the player; yields the port."""
    port = 34_000 + os.getpid() % 1000
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.consoles", str(number), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    try:
        yield port
    finally:
        process.communicate()


if __name__ == "__main__":
    asyncio.run(play(int(sys.argv[1]), int(sys.argv[2])))
