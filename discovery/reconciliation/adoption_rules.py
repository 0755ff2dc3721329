"""Which unregistered devices become assets by themselves, and as what. Pure.

An administrator says it per site, type and vendor. Only what no asset already entered
fits is ever adopted, so the order is always: match first, adopt what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

KINDS = {
    "computer": "computer",
    "phone": "phone",
    "switch": "switch",
    "router": "router",
    "firewall": "firewall",
    "wireless": "access-point",
    "printer": "printer",
    "power": "ups",
    "camera": "camera",
    "storage": "storage",
}
"""Type of device -> kind of asset; `laptop` and `server` are told by the sub-type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionRule:
    """What is adopted, and as what. Empty lists mean any.

    Attributes:
        name: For the audit trail.
        sites: Names of sites.
        types: Types or sub-types of devices, such as `switch`, `laptop`.
        vendors: Makers, in any case.
        kind: Kind of asset; empty takes the one that goes with the type.
        state: Lifecycle state of the new asset.
        prefix: Series of its tag; empty for the usual one.
        seen_only: Also devices that never answered themselves, such as a computer
            that only a switch knows.
    """

    name: str
    sites: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()
    kind: str = ""
    state: str = "in_use"
    prefix: str = ""
    seen_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A device that no asset fits."""

    id: int
    site: str
    type: str | None
    subtype: str | None
    vendor: str | None
    managed: bool


def rule_for(device: Candidate, rules: Sequence[AdoptionRule]) -> AdoptionRule | None:
    """Return the first rule that adopts a device; None leaves it to a person."""
    return next((rule for rule in rules if _fits(device, rule)), None)


def _fits(device: Candidate, rule: AdoptionRule) -> bool:
    if not (device.managed or rule.seen_only):
        return False
    types = {device.type or "", device.subtype or ""} - {""}
    vendors = {vendor.casefold() for vendor in rule.vendors}
    return (
        (not rule.sites or device.site in rule.sites)
        and (not rule.types or bool(types & set(rule.types)))
        and (not vendors or (device.vendor or "").casefold() in vendors)
    )


def kind_of(type_: str | None, subtype: str | None) -> str:
    """Return the kind of asset that goes with a type of device."""
    if subtype in {"laptop", "server"}:
        return str(subtype)
    return KINDS.get(type_ or "", "other")
