"""Networks, ranges and names to the addresses a scan visits. Pure.

Names are resolved by a function that is handed in. Nothing is expanded before it is
counted, and addresses are made one by one: a large network costs no memory, and one
that is too large is refused before anything is sent.
"""

from __future__ import annotations

import ipaddress
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from discovery.scan.requests import DEFAULT_MAX_ADDRESSES
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

Resolve: TypeAlias = Callable[[str], Sequence[str]]
"""Host name -> its addresses; empty if there is no such name."""

KnownIn: TypeAlias = Callable[[str], Sequence[str]]
"""IPv6 network -> the addresses in it that are known from neighbours' tables."""

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


class TargetError(Invalid):
    """A target cannot be understood, or is too large."""

    code = "bad-target"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A run of addresses of one version, both ends included."""

    version: int
    first: int
    last: int

    def __len__(self) -> int:
        return min(self.size, 2**62)

    @property
    def size(self) -> int:
        """How many addresses it has; `len` cannot say it for IPv6 networks."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Targets:
    """What to visit, in ascending order, each address once.

    Attributes:
        spans: Without the exclusions; they neither overlap nor touch twice.
        named: Address -> the name or single address as it was written: those are
            reported even when they are silent.
        unresolved: Names that have no address.
    """

    spans: tuple[Span, ...]
    named: dict[str, str]
    unresolved: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many addresses there are."""
        return sum(span.size for span in self.spans)

    def addresses(self, start: int = 0) -> Iterator[str]:
        """Yield the addresses, leaving out the first `start`."""
        for span in self.spans:
            if start >= span.size:
                start -= span.size
                continue
            for number in range(span.first + start, span.last + 1):
                yield str(_address(span.version, number))
            start = 0

    def chunks(self, size: int, start: int = 0) -> Iterator[list[str]]:
        """Yield the addresses in lists of at most `size`."""
        rest = self.addresses(start)
        while chunk := list(itertools.islice(rest, size)):
            yield chunk

    def __contains__(self, address: str) -> bool:
        found = ipaddress.ip_address(address)
        return any(
            s.version == found.version and s.first <= int(found) <= s.last
            for s in self.spans
        )


def parse_targets(
    targets: Sequence[str],
    exclude: Sequence[str] = (),
    *,
    resolve: Resolve,
    limit: int = DEFAULT_MAX_ADDRESSES,
    allowed: Sequence[str] = (),
    known: KnownIn | None = None,
) -> Targets:
    """Return what to visit.

    Args:
        targets: Networks (`10.0.0.0/24`, `2001:db8::/120`), ranges
            (`10.0.0.5-10.0.0.9`, `10.0.0.5-9`), addresses, host names. The network
            and broadcast address of an IPv4 network are left out up to /30.
        exclude: The same; never visited.
        resolve: Looks up host names.
        limit: More addresses than this are refused.
        allowed: Networks and ranges that targets must lie in; empty for anywhere.
        known: Nobody can ask a whole IPv6 network: of one that is larger than the
            limit, these addresses are visited.

    Raises:
        TargetError: A target is not one or lies outside, or there are too many
            addresses.
    """
    if not targets:
        raise TargetError(
            N_("There is nothing to scan."),
            remedy=N_("Name a network, e.g. 10.0.0.0/24."),
        )
    included: list[Span] = []
    named: dict[str, str] = {}
    unresolved: list[str] = []
    for text in map(str.strip, targets):
        spans = _spans(text, resolve, hosts_only=True)
        if not spans:
            unresolved.append(text)
        for span in spans:
            if span.size == 1 and "/" not in text:
                named[str(_address(span.version, span.first))] = text
        _check_within(text, spans, allowed)
        if known is not None and any(s.version == 6 and s.size > limit for s in spans):
            spans = _known_in(text, known)
        included += spans
    refused = [span for text in exclude for span in _spans(text.strip(), resolve)]
    left = subtract(included, refused)
    total = sum(span.size for span in left)
    if total > limit:
        raise TargetError(
            N_("{total:,} addresses are more than the limit of {limit:,}."),
            where=", ".join(targets),
            remedy=N_(
                "Name smaller networks, or raise the limit with --max-addresses."
            ),
            total=total,
            limit=limit,
        )
    return Targets(tuple(left), named, tuple(unresolved))


def _known_in(text: str, known: KnownIn) -> list[Span]:
    """Return the addresses of an IPv6 network that are known (RFC 7707, 4)."""
    found = [_parse_address(ip) for ip in known(text)]
    spans = [Span(a.version, int(a), int(a)) for a in found if a is not None]
    if not spans:
        raise TargetError(
            N_("No address in {network} is known yet."),
            where=text,
            remedy=N_(
                "Scan its routers and hosts by IPv4 first: their tables of neighbours"
                " tell who is there."
            ),
            network=text,
        )
    return spans


def _check_within(text: str, spans: Sequence[Span], allowed: Sequence[str]) -> None:
    if not allowed or not spans:
        return
    networks = [span for one in allowed for span in _spans(one, lambda _name: ())]
    if outside := subtract(spans, networks):
        first = _address(outside[0].version, outside[0].first)
        raise TargetError(
            N_("{first} is not in the networks of the site."),
            where=text,
            remedy=N_(
                "Add its network to the site in purser.toml, or name another site."
            ),
            first=first,
        )


def _spans(text: str, resolve: Resolve, *, hosts_only: bool = False) -> list[Span]:
    if "/" in text:
        return [_network(text, hosts_only=hosts_only)]
    address = _parse_address(text)
    if address is not None:
        return [Span(address.version, int(address), int(address))]
    first, dash, last = text.partition("-")
    start = _parse_address(first.strip())
    if dash and start is not None:
        return [_range(text, start, last.strip())]
    if not text or not all(c.isalnum() or c in "._-" for c in text):
        raise TargetError(
            N_("{value} is not a network, range, address or host name."),
            where=text,
            remedy=N_("Write 10.0.0.0/24, 10.0.0.5-10.0.0.9, 10.0.0.5 or a host name."),
            value=text,
        )
    if all(c.isdigit() or c == "." for c in text):
        raise TargetError(
            N_("{value} is not an IPv4 address."),
            where=text,
            remedy=N_("Write four numbers from 0 to 255."),
            value=text,
        )
    return [
        Span(found.version, int(found), int(found))
        for ip in dict.fromkeys(resolve(text))
        if (found := _parse_address(ip)) is not None
    ]


def _network(text: str, *, hosts_only: bool) -> Span:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise TargetError(
            N_("{value} is not a network."),
            where=text,
            remedy=N_("Write an address and a prefix length, e.g. 10.0.0.0/24."),
            value=text,
        ) from None
    first, last = int(network.network_address), int(network.broadcast_address)
    if hosts_only and network.version == 4 and network.prefixlen < 31:
        first, last = first + 1, last - 1
    return Span(network.version, first, last)


def _range(text: str, start: _Address, last: str) -> Span:
    """A full address after the dash, or just its last number."""
    end = _parse_address(last)
    if end is None and last.isdigit() and start.version == 4:
        end = _parse_address(f"{str(start).rpartition('.')[0]}.{last}")
    if end is None or end.version != start.version or int(end) < int(start):
        raise TargetError(
            N_("{value} is not a range."),
            where=text,
            remedy=N_("Write the first and the last address, e.g. 10.0.0.5-10.0.0.9."),
            value=text,
        )
    return Span(start.version, int(start), int(end))


def _parse_address(text: str) -> _Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _address(version: int, number: int) -> _Address:
    if version == 4:
        return ipaddress.IPv4Address(number)
    return ipaddress.IPv6Address(number)


def subtract(included: Sequence[Span], refused: Sequence[Span]) -> list[Span]:
    """Return the union of `included` without `refused`, in ascending order."""
    left: list[Span] = []
    holes = _union(refused)
    for span in _union(included):
        first = span.first
        for hole in holes:
            if hole.version != span.version or hole.last < first:
                continue
            if hole.first > span.last:
                break
            if hole.first > first:
                left.append(Span(span.version, first, hole.first - 1))
            first = hole.last + 1
        if first <= span.last:
            left.append(Span(span.version, first, span.last))
    return left


def _union(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans):
        before = joined[-1] if joined else None
        if before and before.version == span.version and span.first <= before.last + 1:
            last = max(before.last, span.last)
            joined[-1] = Span(span.version, before.first, last)
        else:
            joined.append(span)
    return joined
