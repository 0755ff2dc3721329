"""Identification with its knowledge, for what matches devices outside of a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.compose.rulebooks import known

if TYPE_CHECKING:
    from api.compose.wiring import App
    from discovery.identity.identification import RuleIdentification


def identification(app: App) -> RuleIdentification:
    """Return identification; the vendor data is loaded on first use."""
    from discovery.identity.identification import RuleIdentification

    return RuleIdentification(known(app.settings).devices())
