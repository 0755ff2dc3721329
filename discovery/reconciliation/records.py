"""Devices and assets as reconciliation looks at them, and which asset a device is.

Pure. Serial numbers decide before tags, tags before IMEI, UUID and MACs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from inventory.kernel.texts import N_, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDevice:
    """A device as the register looks at it.

    Attributes:
        serials: Of its chassis, letters and digits in upper case.
        parts: Serials of things in or at it, such as monitors.
        tags: Asset tags stored in it, lower case.
        vendor: Scope of its serial numbers.
        others: Its IMEIs and system UUIDs, as (kind, value).
        building, room: Codes of the places it is seen in, None where not known.
    """

    id: int
    name: str
    site: str
    subtype: str | None
    vendor: str
    serials: frozenset[str]
    parts: frozenset[str]
    tags: frozenset[str]
    macs: frozenset[str]
    last_seen: datetime
    others: frozenset[tuple[str, str]] = frozenset()
    building: str | None = None
    room: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedAsset:
    """An asset as the network looks at it.

    Attributes:
        maker: Scope of its serial number, empty if the maker is not known.
        expected: In its state it should be seen at work.
        owned: The company has it, or should have it.
        since: Day it went into its state.
        site: Where the register says it is, None if it does not say.
        holder_left: Last day of its holder at the company, if that is over.
        others: IMEIs and UUIDs noted of it, as (kind, value).
        building, room: Codes of the places the register says, None if it does not.
    """

    id: int
    tag: str
    kind: str
    serial: str | None
    maker: str
    macs: frozenset[str]
    state: str
    expected: bool
    owned: bool
    since: date | None
    site: str | None
    holder: str = ""
    holder_left: date | None = None
    others: frozenset[tuple[str, str]] = frozenset()
    building: str | None = None
    room: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row of reconciliation; see `inventory.network.tables.Reconciliation`."""

    device_id: int | None
    asset_id: int | None
    state: str
    reason: str
    detail: str = ""


class Register:
    """The assets by what may be read from a device."""

    def __init__(self, assets: Iterable[OwnedAsset]) -> None:
        self._serial: dict[str, list[OwnedAsset]] = defaultdict(list)
        self._tag: dict[str, OwnedAsset] = {}
        self._mac: dict[str, list[OwnedAsset]] = defaultdict(list)
        self._other: dict[tuple[str, str], OwnedAsset] = {}
        for asset in assets:
            if asset.serial:
                self._serial[asset.serial].append(asset)
            self._tag[asset.tag.lower()] = asset
            for mac in asset.macs:
                self._mac[mac].append(asset)
            for known in asset.others:
                self._other[known] = asset

    def hits(self, device: SeenDevice) -> dict[int, str]:
        """Return the assets a device is, by the strongest evidence there is.

        Serial numbers come before tags, these before IMEI and UUID, MACs are last.

        A stack is several assets, one for each member; what hangs on a device, such
        as a monitor, is matched beside it.
        """
        found = {
            asset.id: "serial"
            for serial in sorted(device.serials)
            for asset in self._of_maker(serial, device.vendor)
        }
        if not found:
            found = {
                asset.id: "tag"
                for tag in sorted(device.tags)
                if (asset := self._tag.get(tag)) is not None
            }
        if not found:
            found = {
                asset.id: kind
                for kind, value in sorted(device.others)
                if (asset := self._other.get((kind, value))) is not None
            }
        if not found:
            found = {
                asset.id: "mac"
                for mac in sorted(device.macs)
                for asset in self._mac.get(mac, ())
            }
        for serial in sorted(device.parts):
            for asset in self._serial.get(serial, ()):
                found.setdefault(asset.id, "part")
        return found

    def _of_maker(self, serial: str, vendor: str) -> list[OwnedAsset]:
        """Return the assets with a serial; the maker decides where it is not unique."""
        found = self._serial.get(serial, [])
        if len(found) > 1:
            same = [asset for asset in found if asset.maker == vendor]
            return same or found
        return found

    def contradiction(
        self, device: SeenDevice, hits: Mapping[int, str]
    ) -> Finding | None:
        """Return what speaks against the match, for a person to decide."""
        chosen = [asset for asset in self._assets(device) if asset.id in hits]
        own = [asset for asset in chosen if hits[asset.id] != "part"]
        how = {hits[asset.id] for asset in own}
        if len(own) > 1 and (how != {"serial"} or len(own) > len(device.serials)):
            named = ", ".join(sorted(asset.tag for asset in own))
            return conflict(
                device, own[0], "ambiguous", Said(N_("fits {named}"), named=named)
            )
        for asset in own:
            if asset.serial and device.serials and asset.serial not in device.serials:
                detail = Said(
                    N_("{tag} has serial {serial}, the device says {told}"),
                    tag=asset.tag,
                    serial=asset.serial,
                    told=", ".join(sorted(device.serials)),
                )
                return conflict(device, asset, "serial", detail)
        for tag in device.tags:
            labelled = self._tag.get(tag)
            if labelled is not None and own and labelled not in own:
                detail = Said(
                    N_("the serial is of {serial}, the tag in it {tag}"),
                    serial=own[0].tag,
                    tag=labelled.tag,
                )
                return conflict(device, own[0], "tag", detail)
        return None

    def _assets(self, device: SeenDevice) -> list[OwnedAsset]:
        """Return every asset that anything in a device points to, in order."""
        serials = sorted(device.serials | device.parts)
        found = [a for serial in serials for a in self._serial.get(serial, ())]
        found += [self._tag[tag] for tag in sorted(device.tags) if tag in self._tag]
        found += [self._other[o] for o in sorted(device.others) if o in self._other]
        found += [a for mac in sorted(device.macs) for a in self._mac.get(mac, ())]
        return list({asset.id: asset for asset in found}.values())


def conflict(
    device: SeenDevice, asset: OwnedAsset, reason: str, detail: str
) -> Finding:
    """Return what a person has to decide."""
    return Finding(
        device_id=device.id,
        asset_id=asset.id,
        state="conflict",
        reason=reason,
        detail=detail,
    )
