"""The demo has telecom assets, entered as people would, with what does not fit."""

from __future__ import annotations

from api.compose.wiring import App
from api.demo import load_books, load_company
from api.demo_telecom import load_telecom
from tests.api.conftest import calling
from tests.api.telecom.estate import Caller


async def test_the_demo_shows_what_is_paid_and_for_whom(light: App) -> None:
    load_company(light)
    load_books(light)
    load_telecom(light)
    load_telecom(light)
    async with calling(light, "it", "accounting") as client:
        await looked_at(Caller(client))


async def looked_at(call: Caller) -> None:
    """Every list has something, and what was planted is found."""
    for name in (
        *("telecom-lines", "sims", "number-ranges", "tariffs", "carrier-contracts"),
        *("telecom-charges", "telecom-accruals", "carrier-invoices", "contract-exits"),
    ):
        assert await call.items(name), name
    found = {row["kind"] for row in await call.items("invoice-findings")}
    assert found == {
        *("price-differs", "billed-twice", "not-in-inventory", "not-billed"),
        "not-agreed",
    }
    waste = {row["kind"]: row["about"] for row in await call.items("telecom-waste")}
    assert waste["billed-for-nobody"] == "Mobile 07 +31612345607"
    assert waste["sim-without-line"] == "89310410000000000102"
    assert "range-unused" in waste
    bases = {row["basis"] for row in await call.items("telecom-accruals")}
    assert bases >= {"person", "people", "shares", "cost-centre", "account"}
