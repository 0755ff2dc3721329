"""The log-in book of a collector: what failed, and the host keys seen at its site.

As `discovery.access.login_guard` at the centre, which has the last word: each entry is
noted for it, and its counts come back with every lease. What is left of an account is
divided among the collectors of a site, so that two that read "4 of 5" do not both try.
A restart, or a line that is down, forgets nothing.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Mapping
from itertools import count
from typing import Any

import structlog

from api.remote.spool import Spool
from collectors.pacing import LockoutGuard

log = structlog.get_logger("purser.collector")
FAILED, SUCCEEDED, KEY, OTHER_KEY = "failed", "succeeded", "key", "other-key"
"""What is noted of logins."""


class LocalLogins:
    """A `LoginBook` in the spool.

    Args:
        spool: Where it is kept.
        limits: Says from how many failures on an account or a device is off.
    """

    def __init__(self, spool: Spool, limits: LockoutGuard) -> None:
        self._spool = spool
        self._limits = limits
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._since: Counter[str] = Counter()
        self._share = (0, 1)
        self._pins: dict[tuple[str, int], list[str]] = {}
        self._told: dict[str, str] = {}
        self._last: dict[tuple[str, str], str] = {}
        self._numbers = count(1)
        self._open: dict[int, tuple[str, str]] = {}
        for each in spool.remembered():
            if "pins" in each:
                self._pins[each["device"], each["port"]] = each["pins"]
            else:
                self._counts[each["kind"], each["subject"]] = each["failures"]

    def take(self, standing: Mapping[str, Any]) -> None:
        """Take over what the centre counts; what it was not told yet is added to it.

        Args:
            standing: `accounts` and `devices` with their failures, and `share`: which
                of how many collectors of the site this one is.
        """
        with self._lock:
            self._share = (int(standing["share"][0]), max(1, int(standing["share"][1])))
            before = dict(self._counts)
            self._counts.clear()
            self._since.clear()
            for kind in ("account", "device"):
                for subject, failures in standing[f"{kind}s"].items():
                    self._counts[kind, subject] = int(failures)
            for note in self._spool.notes(1_000_000, "login"):
                self._count(note.body)
            for key in before.keys() | self._counts.keys():
                if before.get(key, 0) != self._counts[key]:
                    self._remember(*key)

    def tell(self, pins: Mapping[str, str], site: str) -> None:
        """Take over which host key the centre knows at which address."""
        with self._lock:
            for address, key in pins.items():
                self._told[f"{site}/{address}" if site else address] = key

    def failures(self, account: str, device: str) -> tuple[int, int]:
        """Return the failures in a row of an account and at a device."""
        with self._lock:
            return self._counts["account", account], self._counts["device", device]

    def last(self, account: str, device: str) -> tuple[str, str]:
        """Return how the last login of an account failed, and that at a device.

        Of those since this program began; the centre shows all.
        """
        with self._lock:
            of_account = self._last.get(("account", account), "")
            return of_account, self._last.get(("device", device), "")

    def reserve(self, account: str, device: str) -> int | None:
        """Lease a login that may fail; None while what is left is used, or not ours."""
        with self._lock:
            number, of = self._share
            left = self._limits.per_account - self._counts["account", account]
            left += self._since[account]
            mine = left // of + (number < left % of)
            accounts = [account for account, _ in self._open.values()]
            if self._since[account] + accounts.count(account) >= mine:
                return None
            devices = [device for _, device in self._open.values()]
            failed = self._counts["device", device] + devices.count(device)
            if failed >= self._limits.per_device:
                return None
            lease = next(self._numbers)
            self._open[lease] = (account, device)
            return lease

    def release(self, lease: int) -> None:
        """Give a lease back."""
        with self._lock:
            self._open.pop(lease, None)

    def failed(self, account: str, device: str, detail: str) -> None:
        """Count one more for both."""
        self._note(
            {"what": FAILED, "account": account, "device": device} | {"detail": detail}
        )

    def succeeded(self, account: str, device: str) -> None:
        """Set both back; notes only where there was a failure."""
        if self.failures(account, device) != (0, 0):
            self._note({"what": SUCCEEDED, "account": account, "device": device})

    def _note(self, body: dict[str, Any]) -> None:
        with self._lock:
            self._count(body)
            self._remember("account", body["account"])
            self._remember("device", body["device"])
            self._write(body)

    def _count(self, body: Mapping[str, Any]) -> None:
        account, device = body.get("account", ""), body.get("device", "")
        if body["what"] == FAILED:
            self._counts["account", account] += 1
            self._counts["device", device] += 1
            why = body.get("detail", "")
            self._last["account", account] = f"at {device}: {why}"
            self._last["device", device] = f"as {account}: {why}"
            self._since[account] += 1
        elif body["what"] == SUCCEEDED:
            self._counts["account", account] = self._counts["device", device] = 0
            self._since[account] = 0

    def _remember(self, kind: str, subject: str) -> None:
        failures = self._counts[kind, subject]
        kept = {"kind": kind, "subject": subject, "failures": failures}
        self._keep(f"{kind} {subject}", kept if failures else None)

    def _write(self, body: dict[str, Any]) -> None:
        try:
            self._spool.note("login", body)
        except sqlite3.OperationalError as error:
            # It is counted here all the same, as long as the program runs.
            log.error("a login cannot be written down", error=str(error))

    def _keep(self, name: str, body: Mapping[str, Any] | None) -> None:
        try:
            self._spool.remember(name, body)
        except sqlite3.OperationalError as error:
            log.error("a login cannot be written down", error=str(error))

    # Host keys.

    def pinned(self, device: str, port: int) -> str:
        """Return the host keys seen there, blank-separated."""
        with self._lock:
            return " ".join(self._pinned(device, port))

    def _pinned(self, device: str, port: int) -> list[str]:
        mine = self._pins.get((device, port))
        told = self._told.get(device)
        return mine if mine is not None else [told] if told else []

    def saw_key(self, device: str, port: int, fingerprint: str) -> None:
        """Pin a host key at first sight."""
        with self._lock:
            if not self._pinned(device, port):
                self._pin(device, port, [fingerprint])
            self._write(
                {"what": KEY, "device": device, "port": port, "key": fingerprint}
            )

    def saw_other_key(self, device: str, port: int, fingerprint: str) -> bool:
        """Note a key that is not the pinned one; whether it is another known host's."""
        with self._lock:
            elsewhere = [keys for (at, _), keys in self._pins.items() if at != device]
            told = {key for at, key in self._told.items() if at != device}
            known = fingerprint in told or any(fingerprint in e for e in elsewhere)
            if known:
                self._pin(device, port, [fingerprint])
            body = {"what": OTHER_KEY, "device": device, "port": port}
            self._write(body | {"key": fingerprint})
        return known

    def _pin(self, device: str, port: int, keys: list[str]) -> None:
        self._pins[device, port] = keys
        self._keep(
            f"pins {device} {port}", {"device": device, "port": port, "pins": keys}
        )
