"""Devices and assets to matches and worklists. Pure.

A device is looked for among the assets *already entered*, by serial number, then by
tag, then by MAC, before anybody is asked to register it. What cannot be decided is a
conflict for a person. A silent device is never a deletion: an asset that is not seen
is *missing*, and only after as many days as the administrator allows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from discovery.reconciliation.near_misses import NearMisses
from discovery.reconciliation.records import (
    Finding,
    OwnedAsset,
    Register,
    SeenDevice,
    conflict,
)
from inventory.kernel.texts import N_, Said

SEEN_ON_NETWORKS = frozenset(
    (
        "computer",
        "laptop",
        "server",
        "storage",
        "phone",
        "switch",
        "router",
        "firewall",
        "access-point",
        "printer",
        "ups",
        "camera",
    )
)
"""Kinds of assets that show themselves on a network; a monitor or a SIM does not."""

NO_ASSET = frozenset(("virtual-machine", "softphone"))
"""Sub-types of devices that nobody can own: they are programs."""

WORDS = (
    *(N_("serial"), N_("tag"), N_("mac"), N_("imei"), N_("uuid"), N_("part")),
    *(N_("by-hand"), N_("twice"), N_("ambiguous"), N_("near-miss"), N_("not-found")),
    *(N_("not-seen"), N_("in-stock"), N_("in-repair"), N_("holder-left")),
    *(N_("other-site"), N_("other-building"), N_("other-room")),
)
"""What `Finding.reason` may be, beside states of assets."""

FORGOTTEN = timedelta(days=90)
_NO_ASSET_FITS = Said(N_("no asset has its serial number, tag or MAC"))

_STATE_REASONS = {
    "in_stock": "in-stock",
    "reserved": "in-stock",
    "prepared": "in-stock",
    "lost": "lost",
    "stolen": "stolen",
    "retired": "retired",
    "disposed": "disposed",
    "in_repair": "in-repair",
}
"""States in which an asset should not be seen at work, and what is then said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the administrator allows.

    Attributes:
        today: The day it is.
        now: The moment.
        missing_after: Unseen for so long, an asset is missing.
        scanned_sites: Sites scanned within that time; elsewhere nothing is missing.
        by_hand: Device -> assets a person linked it with.
        forgotten_after: Unseen for so long, a device that no asset fits is no
            question any more: a visitor who has gone.
    """

    today: date
    now: datetime
    missing_after: timedelta
    scanned_sites: frozenset[str]
    by_hand: Mapping[int, frozenset[int]] = field(default_factory=dict)
    forgotten_after: timedelta = FORGOTTEN


def reconcile(
    devices: Iterable[SeenDevice], assets: Sequence[OwnedAsset], rules: Rules
) -> list[Finding]:
    """Return how devices and assets agree.

    Every device that can be owned has at least one row; of assets those that are
    matched, in conflict or missing.
    """
    register = Register(assets)
    found: list[Finding] = []
    strangers: list[SeenDevice] = []
    seen: dict[int, list[tuple[SeenDevice, str]]] = defaultdict(list)
    for device in sorted(devices, key=lambda d: d.id):
        if device.subtype in NO_ASSET:
            continue
        by_hand = rules.by_hand.get(device.id, frozenset())
        hits = {asset: "by-hand" for asset in by_hand} or register.hits(device)
        problem = None if by_hand else register.contradiction(device, hits)
        if problem is not None:
            found.append(problem)
        elif not hits and rules.now - device.last_seen <= rules.forgotten_after:
            strangers.append(device)
        for asset_id in hits if problem is None else ():
            seen[asset_id].append((device, hits[asset_id]))
    near = NearMisses(asset for asset in assets if asset.id not in seen)
    found += [_stranger(device, near.of(device)) for device in strangers]
    by_id = {asset.id: asset for asset in assets}
    for asset_id, holders in sorted(seen.items()):
        if asset_id in by_id:
            found += _matched(by_id[asset_id], holders, rules)
    in_conflict = {row.asset_id for row in found if row.state == "conflict"}
    for asset in assets:
        if asset.id not in seen and asset.id not in in_conflict:
            found += _missing(asset, None, rules)
    return found


def _stranger(device: SeenDevice, near: OwnedAsset | None) -> Finding:
    """Return that no asset is this device, with the one that almost is."""
    if near is None:
        return _unregistered(device)
    told = " ".join(sorted(device.serials))
    detail = Said(
        N_("{tag} has serial {serial}, the device says {told}"),
        tag=near.tag,
        serial=near.serial,
        told=told,
    )
    return replace(_unregistered(device, detail), reason="near-miss")


def _unregistered(device: SeenDevice, detail: str = _NO_ASSET_FITS) -> Finding:
    return Finding(
        device_id=device.id,
        asset_id=None,
        state="unregistered",
        reason="not-found",
        detail=detail,
    )


def _matched(
    asset: OwnedAsset, holders: Sequence[tuple[SeenDevice, str]], rules: Rules
) -> Iterator[Finding]:
    own = [(device, how) for device, how in holders if how != "part"]
    by_hand = [(device, how) for device, how in own if how == "by-hand"]
    if len(by_hand) == 1 and len(own) > 1:
        # What a person said is settled; the others are left without an asset.
        for device, _ in own:
            if device is not by_hand[0][0]:
                name = by_hand[0][0].name
                said = Said(
                    N_("{tag} is {name}, as somebody said"), tag=asset.tag, name=name
                )
                yield _unregistered(device, said)
        own = by_hand
    if len(own) > 1:
        named = ", ".join(device.name for device, _ in own)
        for device, _ in own:
            said = Said(N_("{tag} fits {named}"), tag=asset.tag, named=named)
            yield conflict(device, asset, "twice", said)
        return
    device, how = own[0] if own else max(holders, key=lambda h: h[0].last_seen)
    if rules.now - device.last_seen > rules.missing_after:
        yield from _missing(asset, device, rules)
        return
    reason, detail = _out_of_place(asset, device)
    yield Finding(
        device_id=device.id,
        asset_id=asset.id,
        state="misplaced" if reason else "matched",
        reason=reason or how,
        detail=detail,
    )


def _out_of_place(asset: OwnedAsset, device: SeenDevice) -> tuple[str, str]:
    """Return why an asset should not be where it is seen; empty if it may."""
    if asset.state in _STATE_REASONS:
        state = asset.state.replace("_", " ")
        said = Said(N_("{tag} is {state}, yet it is seen"), tag=asset.tag, state=state)
        return _STATE_REASONS[asset.state], said
    if asset.holder_left is not None and device.last_seen.date() > asset.holder_left:
        return (
            "holder-left",
            Said(
                N_("{holder} left on {day}, {tag} is still seen"),
                holder=asset.holder,
                day=asset.holder_left,
                tag=asset.tag,
            ),
        )
    if asset.site is not None and device.site and asset.site != device.site:
        return (
            "other-site",
            Said(
                N_("the register says {told}, it is seen at {seen}"),
                told=asset.site,
                seen=device.site,
            ),
        )
    for what, told, seen in (
        ("building", asset.building, device.building),
        ("room", asset.room, device.room),
    ):
        if told is not None and seen is not None and told != seen:
            said = Said(
                N_("the register says {told}, it is seen in {seen}"),
                told=told,
                seen=seen,
            )
            return f"other-{what}", said
    return "", ""


def _missing(
    asset: OwnedAsset, device: SeenDevice | None, rules: Rules
) -> Iterator[Finding]:
    if not (asset.owned and asset.expected and asset.kind in SEEN_ON_NETWORKS):
        return
    if asset.site is not None and asset.site not in rules.scanned_sites:
        return
    if not rules.scanned_sites:
        return
    if device is not None:
        detail = Said(N_("last seen on {day}"), day=device.last_seen.date())
    elif asset.since is None or rules.today - asset.since > rules.missing_after:
        detail = Said(N_("never seen on the network"))
    else:
        return
    yield Finding(
        device_id=device.id if device is not None else None,
        asset_id=asset.id,
        state="missing",
        reason="not-seen",
        detail=detail,
    )
