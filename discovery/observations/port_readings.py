"""What ports say of this moment: power, when they went up or down. Pure.

Not among the stored facts, since they change though nothing happened.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from collectors.facts import Interface, Observation
from discovery.observations.part_rows import named_interfaces
from inventory.network.write_ports import PortReading

_WRAP = 2**32 / 100
"""Seconds after which TimeTicks begin anew (RFC 2578)."""
_STARTING = 300.0
"""Seconds within which ports come up, or stay down, after a device started."""


def readings_of(observation: Observation) -> dict[str, PortReading]:
    """Return what the ports say, by name; ports that say nothing are left out."""
    power = {
        row.if_index: row.milliwatts
        for row in observation.poe
        if row.if_index is not None and row.milliwatts is not None
    }
    uptime = observation.system.uptime if observation.system else None
    found: dict[str, PortReading] = {}
    for name, card in named_interfaces(observation):
        changed = _changed(card, uptime, observation.seen_at)
        milliwatts = power.get(card.if_index)
        if changed is None and milliwatts is None:
            continue
        started = changed is not None and (card.last_change or 0) < _STARTING
        found[name] = PortReading(changed, started, milliwatts)
    return found


def _changed(card: Interface, uptime: float | None, at: datetime) -> datetime | None:
    """Return when a port went up or down last.

    `uptime` counts on where TimeTicks began anew; the time of the change does not.
    """
    if card.last_change is None or uptime is None:
        return None
    if uptime < _WRAP and card.last_change > uptime:
        return None
    return at - timedelta(seconds=(uptime - card.last_change) % _WRAP)
