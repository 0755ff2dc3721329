"""Which account is tried first at a host: what opened hosts like it, and near it. Pure.

An account that is refused counts towards its lock-out, so a guess that is right more
often keeps accounts alive. Nothing here tries anything.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from collectors.credentials import SshCredential

FAR = 1 << 32


@dataclass(slots=True)
class AccountHistory:
    """What accounts have opened, in earlier scans and in this one.

    Attributes:
        kinds: Account -> collectors with which it has opened hosts before: `ssh` for
            computers, `netmiko` for consoles.
    """

    kinds: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _opened: dict[tuple[str, str], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _refused: dict[tuple[str, str], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def opened(self, account: str, collector: str, address: str, banner: str) -> None:
        """Note that an account opened a host that shows a banner."""
        self.kinds[account].add(collector)
        self._opened[account, banner].append(_number(address))

    def refused(self, account: str, address: str, banner: str) -> None:
        """Note that an account was refused by a host that shows a banner."""
        self._refused[account, banner].append(_number(address))

    def likeliest(
        self,
        accounts: Sequence[SshCredential],
        address: str,
        banner: str,
        collector: str | None,
        first: Sequence[str] = (),
    ) -> SshCredential:
        """Return the account to try next.

        Args:
            accounts: Those left, in the administrator's order; at least one.
            address: Of the host.
            banner: What its SSH server calls itself.
            collector: `ssh` or `netmiko` where the kind of host is known.
            first: Names of accounts that opened this very host before.
        """
        number = _number(address)

        def rank(account: SshCredential) -> tuple[int, int, int]:
            name = account.name
            known = self.kinds.get(name)
            fits = 0
            if collector and known:
                fits = -1 if collector in known else 1
            opened = self._nearest(self._opened, name, banner, number)
            refused = self._nearest(self._refused, name, banner, number)
            similar = 0 if opened == refused == FAR else (-1 if opened < refused else 1)
            return 0 if name in first else 1, fits, similar

        return min(accounts, key=rank)

    @staticmethod
    def _nearest(
        seen: dict[tuple[str, str], list[int]], name: str, banner: str, number: int
    ) -> int:
        """Return how far the nearest such host is; addresses are dealt out in runs."""
        return min((abs(n - number) for n in seen.get((name, banner), ())), default=FAR)


def _number(address: str) -> int:
    return int(ipaddress.ip_address(address)) % FAR
