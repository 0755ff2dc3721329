"""What kind of device a console belongs to, found out at its prompt.

The SSH version string, what is printed before the first prompt, then the answers to a
few harmless commands tell; see `detect` in `config/platforms`. Runs in a worker thread.
"""

from __future__ import annotations

import re
import time

from netmiko.base_connection import BaseConnection

from collectors.errors import AuthFailed, Unsupported
from collectors.sentences import N_, Told
from collectors.ssh.consoles.platform_of_answer import fitting
from collectors.ssh.consoles.platforms import CliKnowledge
from collectors.text import printable, without_escapes

QUIET = 0.6
"""Seconds without output after which a device is taken to wait for us."""

PATIENCE = 10.0
"""Seconds for one answer."""

LONGEST = 20.0
"""Seconds after which what never ends is cut off."""

POLL = 0.05
"""Seconds between looks at the session."""

ROUNDS = 6
"""Questions answered before the first prompt: names, passwords, any key."""

_NAME = re.compile(r"(?:user ?name|user|login)\s*:\s*$", re.IGNORECASE)
_PASSWORD = re.compile(r"password\s*:\s*$", re.IGNORECASE)
_KEY = re.compile(r"(?:press|hit) (?:any key|<?enter>?|return)", re.IGNORECASE)
_NO = re.compile(r"change .{0,60}password.{0,40}\[y(?:es)?/n(?:o)?\]", re.IGNORECASE)
_PAGER = re.compile(
    r"--\s*more\s*--|<-+ ?more ?-+>|press any key|\(q\)uit|Q to quit", re.IGNORECASE
)
_EXPIRED = re.compile(
    r"password (?:has |is )?expired|must change your password", re.IGNORECASE
)
_MENU = re.compile(
    r"(?:select|enter) (?:an? |your )?(?:option|choice|selection)", re.IGNORECASE
)


def greeting_of(driver: BaseConnection) -> str:
    """Return what is printed before the first prompt, answering what is asked.

    Raises:
        AuthFailed: The console wants another password first, or refuses ours.
    """
    text = _read(driver)
    asked = False
    for _ in range(ROUNDS):
        tail = text[-400:]
        if _EXPIRED.search(text):
            raise AuthFailed(N_("the password has expired: the device wants a new one"))
        if _NO.search(tail):
            reply = "N"
        elif _NAME.search(tail):
            if asked:
                raise AuthFailed(N_("the console refused the account or its secret"))
            reply, asked = driver.username or "", True
        elif _PASSWORD.search(tail):
            reply = driver.password or ""
        elif _KEY.search(tail):
            reply = ""
        else:
            break
        driver.write_channel(reply + driver.RETURN)
        text += _read(driver)
    return text


def find_out(
    driver: BaseConnection, knowledge: CliKnowledge, banner: str, greeting: str
) -> str:
    """Return the device type of a console that stands at its prompt.

    Raises:
        Unsupported: Nothing it says is known.
    """
    prompt = _prompt(driver)
    before = "\n".join(li for li in greeting.split("\n") if li.strip() != prompt)
    found = knowledge.detect(banner, greeting=before)
    heard = [prompt]
    for probe in () if found else knowledge.probes:
        answer = _ask(driver, probe, prompt)
        found = knowledge.detect(answer=answer)
        heard.insert(0, answer)
        if found:
            break
    found = found or knowledge.guess("\n".join(heard))
    if found is None:
        asked = {c: _ask(driver, c, prompt) for c in knowledge.tables}
        found = fitting(knowledge, asked)
    if found is None:
        raise Unsupported(_unknown(banner, greeting, heard))
    return found


def _unknown(banner: str, greeting: str, heard: list[str]) -> str:
    if _MENU.search(greeting):
        return N_("the account leads to a menu, not to a command line")
    said = next((line for text in heard for line in text.split("\n") if line), "")
    return Told(
        N_(
            "cannot tell what this device is (SSH version {version}, it says {said}):"
            " give its device type with the credential"
        ),
        version=repr(printable(banner)),
        said=repr(printable(said)[:80]),
    )


def _prompt(driver: BaseConnection) -> str:
    driver.write_channel(driver.RETURN)
    lines = [line.strip() for line in _read(driver).split("\n")]
    return next((line for line in reversed(lines) if line), "")


def _ask(driver: BaseConnection, command: str, prompt: str) -> str:
    """Return the answer to a command, without its echo and the prompt."""
    driver.write_channel(command + driver.RETURN)
    text = ""
    while not text.rstrip().endswith(prompt or "\0"):
        more = _read(driver)
        text += more
        if _PAGER.search(text[-200:]):
            driver.write_channel("q")
            text += _read(driver)
            break
        if not more:
            break
    lines = [line for line in text.split("\n") if line.strip() not in ("", prompt)]
    if lines and lines[0].rstrip().endswith(command):
        del lines[0]  # the echo
    return "\n".join(lines)


def _read(driver: BaseConnection) -> str:
    text = read_until_quiet(driver, QUIET, first=PATIENCE)
    return without_escapes(text).replace("\r\n", "\n").replace("\r", "\n")


def read_until_quiet(
    driver: BaseConnection, seconds: float, *, first: float | None = None
) -> str:
    """Return what comes until nothing more has come for some seconds.

    Args:
        driver: The session.
        seconds: Silence that ends it.
        first: Seconds to wait for the first of it, where they are more.
    """
    text, now = "", time.monotonic()
    until, last = now + LONGEST, now + (first or seconds)
    while time.monotonic() < min(until, last):
        more = driver.read_channel()
        if more:
            text += more
            last = time.monotonic() + seconds
        else:
            time.sleep(POLL)
    return text
