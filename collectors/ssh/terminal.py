"""Consoles of network devices through netmiko: `CliOpener` and `Cli`.

netmiko blocks, so each session runs in a thread of a bounded pool; the connection under
it is asyncssh's (`netmiko_channel`). The kind of device is told by the caller, else it
is found out (`console_kind`); drivers are never tried one after the other.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar, cast

import netmiko
from netmiko.base_connection import BaseConnection
from netmiko.exceptions import ReadException, WriteException
from netmiko.ssh_dispatcher import CLASS_MAPPER

from collectors.credentials import SshCredential
from collectors.errors import (
    AuthFailed,
    CollectError,
    Malformed,
    TimedOut,
    TooMuch,
    Unreachable,
    Unsupported,
)
from collectors.patience import listening
from collectors.sentences import N_
from collectors.ssh.connection import Connector
from collectors.ssh.console_kind import find_out, greeting_of, read_until_quiet
from collectors.ssh.consoles.platforms import CliKnowledge
from collectors.ssh.failures import one_line
from collectors.ssh.netmiko_channel import BridgeChannel, BridgeClient
from collectors.text import without_escapes

T = TypeVar("T")

GREETING = 256 << 10
"""Bytes a device may print until it is ready for commands."""

MAX_OUTPUT = 8 << 20
"""Bytes kept of one command; a MAC table of 50,000 rows has about 4 MB."""

SETTLING = 0.4
"""Seconds without output after which nothing of the preparation is under way."""

CUT = 16
"""Characters that netmiko keeps of the prompts of some kinds of devices."""

READY_TIMEOUT = 45.0
"""Seconds from the accepted login to the first prompt."""

FINDING_TIMEOUT = 90.0
"""The same where it has to be found out what the device is, by a dozen questions."""

LEAVE_TIMEOUT = 5.0
"""Seconds to log out in, as the device's kind is used to."""


def _bridged(device_type: str) -> type[BaseConnection]:
    """Return netmiko's driver of a device type over our connection."""
    driver: type[BaseConnection] = CLASS_MAPPER[device_type]

    class Bridged(driver):  # type: ignore[misc, valid-type]
        """A driver that does not open its own connection."""

        def __init__(self, client: BridgeClient, **options: Any) -> None:  # noqa: ANN401
            self.bridge = client
            super().__init__(**options)

        def _build_ssh_client(self) -> BridgeClient:
            return self.bridge

    return cast(type[BaseConnection], Bridged)


def steady_prompt(prompt: str) -> str | None:
    """Return the pattern of a prompt that stays the same, None to look it up each time.

    Looking it up costs a further exchange before every command. A mark of unsaved
    changes in front may come and go (`*A:core#`); a clock in the prompt goes on.
    """
    bare = prompt.strip().lstrip("*!")
    if len(bare) < 3 or re.search(r"\d:\d\d|\[\d+\]", bare):
        return None
    return re.escape(bare)


def naming_prompt(base: str, whole: str) -> str:
    """Return the prompt without its mark; netmiko cuts that of some kinds short."""
    return whole if len(base) >= CUT and whole.startswith(base) else base


class NetmikoCli:
    """A logged-in console; see `collectors.ports.Cli`."""

    def __init__(
        self,
        driver: Any,  # noqa: ANN401
        run: Callable[..., Any],
        client: BridgeClient,
        prompt: str,
        knowledge: CliKnowledge,
    ) -> None:
        self._knowledge = knowledge
        self.device_type: str = driver.device_type
        self.host_key = client.login.host_key if client.login else ""
        self._client = client
        self.prompt = naming_prompt(driver.base_prompt, prompt)
        self._expect = steady_prompt(prompt)
        self._driver = driver
        self._run = run

    async def run(self, command: str, *, timeout: float = 60.0) -> str:
        """Send a show command, return its text without echo and prompt.

        Raises:
            TimedOut: The prompt did not come back.
            TooMuch: It printed more than `MAX_OUTPUT`.
            Unreachable: The device ended the session.
        """
        channel: BridgeChannel = self._driver.remote_conn
        if channel is None:
            raise Unreachable(N_("the session is over"))
        channel.budget = MAX_OUTPUT

        def send() -> Any:  # noqa: ANN401
            self._driver.read_channel()  # what came since belongs to no command
            return self._driver.send_command(
                command, expect_string=self._expect, read_timeout=timeout
            )

        text = await self._run(send, timeout + 15)
        return without_escapes(str(text))

    async def become(self, device_type: str) -> None:
        """Go on as another kind of device, which its answers have shown it to be.

        Raises:
            Unsupported: netmiko has no such device type.
            CollectError: The session did not come to its prompt again.
        """

        def change() -> str:
            become(self._driver, device_type, self._knowledge)
            prompt = str(self._driver.find_prompt())
            settle(self._driver)
            return prompt

        prompt = await self._run(change, READY_TIMEOUT)
        self.device_type = device_type
        self.prompt = naming_prompt(self._driver.base_prompt, prompt)
        self._expect = steady_prompt(prompt)

    async def close(self) -> None:
        """Log out; a device that does not follow is cut off."""
        try:
            with suppress(CollectError):
                await self._run(self._driver.disconnect, LEAVE_TIMEOUT)
        finally:
            await self._client.give_up()


class NetmikoOpener:
    """Opens consoles; see `collectors.ports.CliOpener`.

    Args:
        knowledge: Tells kinds of devices apart.
        connector: Logs in; may be shared with other openers.
        sessions: Threads, and so sessions at work at once.
    """

    def __init__(
        self,
        knowledge: CliKnowledge,
        connector: Connector | None = None,
        *,
        sessions: int = 16,
    ) -> None:
        self._knowledge = knowledge
        self._connector = connector or Connector()
        self._threads = ThreadPoolExecutor(sessions, thread_name_prefix="console")
        self._free = asyncio.Semaphore(sessions)

    async def close(self) -> None:
        """Let the threads end; sessions still open are cut off."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def open(
        self,
        address: str,
        port: int,
        credential: SshCredential,
        device_type: str = "",
        *,
        pinned_key: str | None = None,
    ) -> NetmikoCli:
        """Log in and prepare the terminal.

        Args:
            address: Where.
            port: Port.
            credential: Who; its enable secret is sent only at an unprivileged prompt.
            device_type: A netmiko device type, empty to find out.
            pinned_key: Fingerprints seen before, blank-separated.

        Raises:
            Unsupported: The device type is unknown or cannot be found out.
            CollectError: As `Connector.login`.
        """
        if device_type:
            _driver_of(device_type, self._knowledge)
        client = BridgeClient(
            asyncio.get_running_loop(),
            lambda account: self._connector.login(
                address, port, account, pinned_key=pinned_key
            ),
            credential,
            GREETING,
        )
        driver: BaseConnection | None = None
        try:
            driver, prompt = await self._run(
                lambda: self._ready(client, address, port, credential, device_type),
                READY_TIMEOUT if device_type else FINDING_TIMEOUT,
            )
        finally:
            if driver is None:  # it failed, or the scan was cancelled
                await client.give_up()
        return NetmikoCli(driver, self._run, client, prompt, self._knowledge)

    async def _run(self, work: Callable[[], T], timeout: float) -> T:
        """Run something blocking in a thread; raises our errors only."""
        loop = asyncio.get_running_loop()
        try:
            # The time counts from when a thread is free, not from when one is wanted.
            async with self._free, listening(timeout):
                return await loop.run_in_executor(self._threads, work)
        except TimeoutError as error:
            raise TimedOut(
                N_("the console was not ready in {timeout} s"), timeout=f"{timeout:g}"
            ) from error
        except CollectError:
            raise
        except Exception as error:  # netmiko raises what its drivers come across
            raise _translated(error) from error

    def _ready(
        self,
        client: BridgeClient,
        address: str,
        port: int,
        credential: SshCredential,
        device_type: str,
    ) -> tuple[BaseConnection, str]:
        """Open a session, bring it to its prompt and return both; runs in a thread."""
        password = credential.password
        enable = credential.enable_secret
        name = _driver_of(device_type, self._knowledge) if device_type else "autodetect"
        driver = _bridged(name)(
            client,  # type: ignore[arg-type]
            host=address,
            port=port,
            device_type=name,
            username=credential.user,
            password=password.get_secret_value() if password else None,
            secret=enable.get_secret_value() if enable else "",
            fast_cli=True,
            auto_connect=True,
        )
        if not device_type:
            banner = client.login.version if client.login else ""
            found = find_out(driver, self._knowledge, banner, greeting_of(driver))
            become(driver, found, self._knowledge)
        else:
            driver.device_type = device_type
        if enable and driver.base_prompt and not driver.check_enable_mode():
            driver.enable()
        prompt = driver.find_prompt() if driver.base_prompt else ""
        settle(driver)
        return driver, prompt


_HABITS = ("RETURN", "RESPONSE_RETURN", "global_cmd_verify")
"""What a driver's constructor sets for its kind of devices."""


def settle(driver: BaseConnection) -> None:
    """Wait until nothing more comes: a prompt that is late would end a command."""
    read_until_quiet(driver, SETTLING)


def become(driver: BaseConnection, device_type: str, knowledge: CliKnowledge) -> None:
    """Give a session that stands at its prompt to the driver of a device type.

    Raises:
        Unsupported: There is no such driver.
    """
    name = _driver_of(device_type, knowledge)
    made = _bridged(name)(
        driver.bridge,  # type: ignore[attr-defined]
        host=driver.host,
        device_type=name,
        username=driver.username,
        fast_cli=True,
        auto_connect=False,
    )
    driver.__class__ = type(made)
    for habit in _HABITS:
        setattr(driver, habit, getattr(made, habit))
    driver.write_channel(driver.RETURN)  # a prompt, as after the login
    driver.device_type = device_type
    driver._try_session_preparation()


def _driver_of(device_type: str, knowledge: CliKnowledge) -> str:
    """Return the netmiko driver of a device type; some platforms borrow another's."""
    name = knowledge.platform(device_type).driver or device_type
    if name not in CLASS_MAPPER:
        raise Unsupported(
            N_("{device_type} is not a device type of netmiko"),
            device_type=repr(device_type),
        )
    return name


_REFUSED = re.compile(r"authenticat|login failed|access denied", re.IGNORECASE)


def _translated(error: Exception) -> CollectError:
    """Return an exception of netmiko as one of our errors."""
    text = one_line(error)
    match error:
        case netmiko.NetmikoAuthenticationException():
            return AuthFailed(N_("the console refused the account or its secret"))
        case netmiko.ReadTimeout() | netmiko.NetmikoTimeoutException():
            return TimedOut(N_("no prompt came back"))
        case ReadException() | WriteException() | OSError():
            return Unreachable(N_("the device ended the session"))
        case ValueError() if _REFUSED.search(text):
            return AuthFailed(N_("the console refused the account or its secret"))
        case MemoryError():
            return TooMuch(N_("the device printed more than fits into memory"))
        case _:
            return Malformed(N_("not a console as expected: {what}"), what=text[:160])
