"""Who has a device, as the register knows it, from the asset it is matched with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from api.web import frame


def of_device(
    connection: Connection, device: dict[str, Any], visit: frame.Visit
) -> str:
    """Return HTML: asset, holder, cost centre of the device's asset."""
    return ""
