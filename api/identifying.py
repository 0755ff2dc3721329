"""Identification with its knowledge, for what matches devices outside of a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.wiring import known

if TYPE_CHECKING:
    from api.wiring import App
    from discovery.identifying import KnownDevices


def identification(app: App) -> KnownDevices:
    """Return identification; the vendor data is loaded on first use."""
    from discovery.identifying import KnownDevices

    return KnownDevices(known(app.settings).devices())
