"""The fields of a device with who says so: identification, names, tags, places.

Pure. Identification weighs all evidence together (`fused`); where one collector alone
would say otherwise, that is kept beside it and shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from collectors.facts import Neighbour, Observation
from discovery.matching import placeholders
from inventory.network.device_state import SUGGESTED, FieldValue

DEFAULT_LOCATIONS = (
    "unknown",
    "sitting on the dock of the bay",
    "edit /etc/snmp/snmpd.conf",
    "not set",
    "right here, right now",
)
"""Values of sysLocation that come with the software, in lower case."""


class Verdict(Protocol):
    """What identification says about one field."""

    @property
    def value(self) -> str | None:
        """The answer, None if nothing trustworthy was said."""

    @property
    def confidence(self) -> float:
        """0 to 1."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, the strongest first."""

    @property
    def source(self) -> str:
        """The clue it rests on."""

    @property
    def suggested(self) -> bool:
        """It is right too seldom to be told for a fact."""


class Identity(Protocol):
    """The verdicts by field."""

    @property
    def fields(self) -> Mapping[str, Verdict]:
        """Field -> verdict."""


class IdentifyDevice(Protocol):
    """Identification: of what was observed, and of what others heard announced."""

    def observed(self, observations: Sequence[Observation]) -> Identity:
        """Weigh everything observed of one device."""

    def heard(self, neighbours: Sequence[Neighbour]) -> Identity:
        """Weigh what one endpoint announced to others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One device, folded to one observation per collector, best collector first."""

    observations: tuple[Observation, ...]
    address: str | None
    mac: str | None


def describe(
    device: Described, identify: IdentifyDevice
) -> dict[tuple[str, str], FieldValue]:
    """Return (field, origin) -> value for everything that is known."""
    found: dict[tuple[str, str], FieldValue] = {}
    for name, value in _identified(device, identify).items():
        found[name, "fused" if value.chosen else SUGGESTED] = value
    if len(device.observations) > 1:
        for observation in device.observations:
            alone = _identified(
                Described(observations=(observation,), address=None, mac=None), identify
            )
            for name, value in alone.items():
                together = found.get((name, "fused")) or found.get((name, SUGGESTED))
                if together is None or together.value != value.value:
                    found[name, observation.collector] = _not_chosen(value)
    for name, candidates in _plain_fields(device).items():
        for number, (origin, value) in enumerate(candidates):
            key = (name, origin)
            if number == 0:
                found[key] = value
            elif value.value != candidates[0][1].value and key not in found:
                found[key] = _not_chosen(value)
    return found


def _not_chosen(value: FieldValue) -> FieldValue:
    return FieldValue(value.value, value.source, value.confidence, value.reasons, False)


def _identified(device: Described, identify: IdentifyDevice) -> dict[str, FieldValue]:
    """Weigh own answers and what others heard; the surer one is taken per field."""
    own = [o for o in device.observations if o.collector != "heard"]
    announcements = [
        n for o in device.observations if o.collector == "heard" for n in o.neighbours
    ]
    identities = [identify.observed(own)] if own else []
    if announcements:
        identities.append(identify.heard(announcements))
    found: dict[str, FieldValue] = {}
    for identity in identities:
        for name, verdict in identity.fields.items():
            if verdict.value is None:
                continue
            known = found.get(name)
            if known is None or known.confidence < verdict.confidence:
                found[name] = FieldValue(
                    verdict.value,
                    verdict.source,
                    verdict.confidence,
                    verdict.reasons,
                    not verdict.suggested,
                )
    return found


Candidates = list[tuple[str, FieldValue]]


def _plain_fields(device: Described) -> dict[str, Candidates]:
    found: dict[str, Candidates] = {
        "name": [],
        "asset_tag": [],
        "location": [],
        "last_user": [],
        "contact": [],
    }
    for observation in device.observations:
        told = sorted(_said(observation), key=lambda said: -said[3])
        for name, value, source, confidence in told:
            known = {origin for origin, _ in found[name]}
            if value and observation.collector not in known:
                field_value = FieldValue(value.strip(), source, confidence)
                found[name].append((observation.collector, field_value))
    found["name"].sort(key=lambda item: -item[1].confidence)
    for name, value in (("address", device.address), ("mac", device.mac)):
        found[name] = [("fused", FieldValue(value, "", 1.0))] if value else []
    if not found["name"]:
        fallback = device.mac or device.address
        if fallback:
            field_value = FieldValue(fallback, "no name is known", 0.1)
            found["name"].append(("fused", field_value))
    return found


def _said(observation: Observation) -> Iterable[tuple[str, str | None, str, float]]:
    system, os, box = (
        observation.system,
        observation.operating_system,
        observation.hardware,
    )
    if system is not None:
        generic = placeholders.is_generic_name(system.name or "")
        yield "name", system.name, "sysName", 0.5 if generic else 0.9
        if (system.location or "").strip().lower() not in DEFAULT_LOCATIONS:
            yield "location", system.location, "sysLocation", 0.8
        yield "contact", system.contact, "sysContact", 0.8
    if os is not None:
        yield "name", os.hostname, "host name", 0.95
        yield "last_user", os.last_user, "last login", 0.8
    if box is not None and box.asset_tag and not placeholders.is_filler(box.asset_tag):
        yield "asset_tag", box.asset_tag, box.source or "hardware", 0.9
    for clue in observation.clues if observation.collector in _TELL_NAMES else ():
        if clue.kind in _NAMES:
            yield "name", clue.value, clue.source, _name_trust(clue.source)
    if observation.collector == "heard":
        yield from _heard(observation.neighbours)


_TELL_NAMES = ("probe", "dns", "link")
_NAMES = ("name", "dhcp-hostname")
_BY_NAME_SERVERS = {"dns PTR": 0.8, "dns zone": 0.6, "dns PTR alone": 0.45}
"""What people, or their DHCP server, wrote into zones goes before what a device calls
itself to anybody, after what it is configured to be called."""
_LABELS = ("friendlyName", "printer-name", "dns-sd-name", "instance", " CN")
"""Places of names for people, and of a certificate that may be of several hosts."""


def _name_trust(source: str) -> float:
    """Return how far what a device announces as its name can be trusted for it."""
    if source in _BY_NAME_SERVERS:
        return _BY_NAME_SERVERS[source]
    if source == "dhcp option 12":  # to a DHCP server it may say what it wants
        return 0.55
    return 0.5 if source.endswith(_LABELS) else 0.75


def _heard(
    neighbours: Iterable[Neighbour],
) -> Iterable[tuple[str, str | None, str, float]]:
    for neighbour in neighbours:
        yield "name", neighbour.sys_name, f"{neighbour.protocol} system name", 0.7
        med = neighbour.med
        if (
            med is not None
            and med.asset_id
            and not placeholders.is_filler(med.asset_id)
        ):
            yield "asset_tag", med.asset_id, "LLDP-MED asset id", 0.9
        if med is not None:
            yield "location", med.location, "LLDP-MED location", 0.7
