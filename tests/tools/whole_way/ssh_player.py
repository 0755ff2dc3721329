"""The process that plays consoles and computers over SSH.

    python -m tests.tools.whole_way.ssh_player PLAY_SSH PLAN READY

PLAY_SSH is the corpus' own player, whose consoles are used. PLAN is a JSON list of
`{address, port, kind, folder, key}`; `key` is a file with the host key, which is made
where it is missing: it moves with the machine. READY is created once all answer.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncssh

from collectors.ssh.computers.sections import render
from tests.collectors.ssh.computer_cases import transcript

Handler = Callable[["asyncssh.SSHServerProcess[str]"], Awaitable[None]]

CONSOLE, CONSOLE_SECRET = "netops", "kunyit-segar-12"
COMPUTER, COMPUTER_SECRET = "inventory", "jahe-merah-47"


class Computer(asyncssh.SSHServer):
    """Lets the one account in."""

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (COMPUTER, COMPUTER_SECRET)


def key_of(file: Path) -> asyncssh.SSHKey:
    """Return the host key of a machine, made on first use."""
    if not file.exists():
        made = asyncssh.generate_private_key("ssh-ed25519")
        file.write_bytes(made.export_private_key())
    return asyncssh.read_private_key(str(file))


def sections(folder: Path) -> dict[str, str]:
    """Return what the inventory script prints on a computer."""
    told = transcript(folder)
    name = folder.name.replace("_", "-").lower()
    identity = f"uid=1000\nkernel=Linux\nrelease=6.1.0\nmachine=x86_64\nhostname={name}"
    return {"identity": identity, **told}


def computer(folder: Path) -> Handler:
    """Return the conversation of one login to a computer."""
    text = render(sections(folder))

    async def handle(process: asyncssh.SSHServerProcess[str]) -> None:
        await process.stdin.read()
        if process.command == "sh -s":
            process.stdout.write(text)
            process.exit(0)
        else:
            process.stderr.write("sh: not found\n")
            process.exit(127)

    return handle


async def main(play_ssh: Path, plan: Path, ready: Path) -> None:
    """Play all machines of a plan until the process is ended."""
    spec = importlib.util.spec_from_file_location("play_ssh", play_ssh)
    assert spec is not None
    assert spec.loader is not None
    player = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(player)
    options = Namespace(
        user=CONSOLE, password=CONSOLE_SECRET, hostname=None, latency=0, missing="error"
    )
    for row in json.loads(plan.read_text("utf-8")):
        folder, key = Path(row["folder"]), key_of(Path(row["key"]))
        common = {"server_host_keys": [key], "encoding": "utf-8"}
        if row["kind"] == "computer":
            await asyncssh.create_server(
                Computer,
                row["address"],
                row["port"],
                process_factory=computer(folder),
                **common,
            )
            continue
        case = player.Case(str(folder), options)
        await asyncssh.create_server(
            lambda case=case: player.Server(case, options, None),
            row["address"],
            row["port"],
            line_editor=False,
            allow_scp=False,
            **common,
        )
    ready.touch()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*map(Path, sys.argv[1:4])))
