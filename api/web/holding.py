"""Who has a device, as the register knows it, from the asset it is matched with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from api.web import frame
from api.web.asset import custody
from api.web.html import badge, facts, link, moment, money, show
from inventory.queries.register.assets import asset_detail


def of_device(
    connection: Connection, device: dict[str, Any], visit: frame.Visit
) -> str:
    """Return HTML: how device and register agree; asset, holder and cost centre."""
    rows = [_agreement(connection, row, visit) for row in device["reconciliation"]]
    if not rows:
        return '<div class="soft">It was not compared with the register yet.</div>'
    return "".join(rows)


def _agreement(connection: Connection, row: dict[str, Any], visit: frame.Visit) -> str:
    pairs = [
        ("State", badge(row["state"])),
        ("Because", show(row["detail"] or row["reason"])),
        ("In this state since", moment(row["since"])),
    ]
    if row["asset_id"] is None:
        return facts(pairs)
    asset = asset_detail(connection, row["asset_id"], visit.app.clock().date())
    if asset is None:
        return facts(pairs)
    own = [
        ("Asset", link(f"/assets/{asset['id']}", asset["tag"])),
        ("Asset state", badge(asset["state"])),
        *custody(asset, visit),
        ("Bought", show(asset["purchased_on"])),
        ("Cost", money(asset["cost_minor"], asset["currency"])),
    ]
    return facts([*own, *pairs])
