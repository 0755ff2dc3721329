"""Shells of computers over asyncssh: `ShellOpener` and `Shell` of `collectors.ports`.

Output and time of a command are bounded.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import asyncssh

from collectors.credentials import SshCredential
from collectors.errors import CollectError, TimedOut, Unreachable, Unsupported
from collectors.patience import listening
from collectors.ports import CommandResult
from collectors.sentences import N_
from collectors.ssh.connection import Connector, Login
from collectors.ssh.failures import one_line

MAX_OUTPUT = 16 << 20
"""Bytes of standard output kept per command; a full inventory prints about 0.3 MB."""

MAX_ERRORS = 1 << 16
_CHUNK = 1 << 16


class AsyncsshShell:
    """One logged-in connection; see `collectors.ports.Shell`."""

    def __init__(self, login: Login, max_output: int) -> None:
        self.host_key = login.host_key
        self.secret_sent = login.secret_sent
        self._login = login
        self._max_output = max_output

    async def run(
        self, command: str, *, stdin: str = "", timeout: float = 60.0
    ) -> CommandResult:
        """Run one command; raises `TimedOut`, `Unsupported` or `Unreachable`.

        An error carries what was printed until then.
        """
        process: asyncssh.SSHClientProcess[bytes] | None = None
        printed: list[bytes] = []
        try:
            async with listening(timeout):
                process = await self._login.connection.create_process(
                    command, encoding=None
                )
                return await self._finish(process, stdin, printed)
        except TimeoutError as error:
            late = TimedOut(
                N_("the command ran longer than {timeout} s"), timeout=f"{timeout:g}"
            )
            raise _with(printed, late) from error
        except asyncssh.ChannelOpenError as error:
            raise Unsupported(
                N_("no command channel: {error}"), error=one_line(error)
            ) from error
        except Exception as error:  # the peer decides what is raised
            broke = Unreachable(
                N_("the connection broke: {error}"), error=one_line(error)
            )
            raise _with(printed, broke) from error
        finally:
            if process is not None:
                process.close()

    async def _finish(
        self,
        process: asyncssh.SSHClientProcess[bytes],
        stdin: str,
        printed: list[bytes],
    ) -> CommandResult:
        with suppress(BrokenPipeError, ConnectionError):
            process.stdin.write(stdin.encode())
            process.stdin.write_eof()
        (out, cut), (err, _) = await asyncio.gather(
            _bounded(process, process.stdout, self._max_output, printed),
            _bounded(process, process.stderr, MAX_ERRORS, []),
        )
        if not cut:
            await process.wait_closed()
        return CommandResult(
            stdout=out.decode("utf-8", "replace"),
            stderr=err.decode("utf-8", "replace"),
            status=-1 if process.exit_status is None else process.exit_status,
            truncated=cut,
        )

    async def close(self) -> None:
        """Log out."""
        await self._login.close()


def _with(printed: list[bytes], error: CollectError) -> CollectError:
    """Give an error what was printed until then."""
    error.printed = b"".join(printed).decode("utf-8", "replace")
    return error


async def _bounded(
    process: asyncssh.SSHClientProcess[bytes],
    stream: asyncssh.SSHReader[bytes],
    limit: int,
    parts: list[bytes],
) -> tuple[bytes, bool]:
    """Read up to `limit` bytes into `parts`; past it, end the command."""
    left = limit
    while data := await stream.read(_CHUNK):
        parts.append(data[:left])
        left -= len(data)
        if left < 0:
            process.close()
            return b"".join(parts), True
    return b"".join(parts), False


class AsyncsshOpener:
    """Opens shells; see `collectors.ports.ShellOpener`.

    Args:
        connector: Logs in; may be shared with other openers.
        max_output: Bytes kept per command.
    """

    def __init__(
        self, connector: Connector | None = None, *, max_output: int = MAX_OUTPUT
    ) -> None:
        self._connector = connector or Connector()
        self._max_output = max_output

    async def open(
        self,
        address: str,
        port: int,
        credential: SshCredential,
        *,
        pinned_key: str | None = None,
    ) -> AsyncsshShell:
        """Log in; raises as `Connector.login`."""
        login = await self._connector.login(
            address, port, credential, pinned_key=pinned_key
        )
        return AsyncsshShell(login, self._max_output)
