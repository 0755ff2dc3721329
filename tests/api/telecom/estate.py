"""A company with twenty SIMs and a trunk, made by HTTP from an empty database."""

from __future__ import annotations

from typing import Any

import httpx
import yaml

from api.compose.rulebooks import rules_of
from api.compose.wiring import App
from inventory.bulk.company_file import load
from inventory.fixed_assets.register_books import open_books

PEOPLE = 20
PRICE = "19.99"
COMPANY: dict[str, Any] = {
    "legal_entities": [
        {"code": "100", "name": "Example GmbH", "country": "DE", "currency": "EUR"}
    ],
    "cost_centres": [
        {"code": "4100", "name": "Sales", "legal_entity": "100"},
        {"code": "4200", "name": "Service", "legal_entity": "100"},
        {"code": "4900", "name": "Overhead", "legal_entity": "100"},
    ],
    "persons": [
        {
            "key": f"p{number}",
            "given_name": "Person",
            "family_name": f"No{number}",
            "number": str(number),
            "legal_entity": "100",
            "from": "2024-01-01",
            "cost_centre": "4100" if number <= 13 else "4200",
        }
        for number in range(1, PEOPLE + 1)
    ],
}


def luhn(digits: str) -> str:
    """Return digits with their check digit behind."""
    sums = [int(d) * (1 + place % 2) for place, d in enumerate(digits[::-1], 1)]
    return digits + str(-sum(n // 10 + n % 10 for n in sums) % 10)


def msisdn(number: int) -> str:
    """Return the mobile number of the n-th SIM."""
    return f"+4917123400{number:02}"


def iccid(number: int) -> str:
    """Return the ICCID of the n-th SIM."""
    return luhn(f"89490200001234567{number:02}")


def found_company(app: App) -> None:
    """Load people and cost centres, and open books."""
    with app.work("test") as work:
        load(work, yaml.safe_load(yaml.safe_dump(COMPANY)))
        open_books(work, rules_of(app.settings), 2026, before=1, after=2)
        work.commit()


class Caller:
    """Asks by HTTP; every answer but the expected one fails the test."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def post(self, path: str, status: int = 200, **body: Any) -> Any:  # noqa: ANN401 - JSON
        answer = await self.client.post(f"/api/v1/{path}", json=body)
        wanted = (200, 201) if status == 200 else (status,)
        assert answer.status_code in wanted, f"{path}: {answer.text}"
        return answer.json()

    async def patch(self, path: str, **body: Any) -> Any:  # noqa: ANN401 - JSON
        answer = await self.client.patch(f"/api/v1/{path}", json=body)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        return answer.json()

    async def get(self, path: str, **asked: Any) -> Any:  # noqa: ANN401 - JSON
        answer = await self.client.get(f"/api/v1/{path}", params=asked)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        return answer.json()

    async def items(self, path: str, **asked: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
        found: list[dict[str, Any]] = (await self.get(path, limit=1000, **asked))[
            "items"
        ]
        return found


async def make_estate(call: Caller) -> None:
    """Make a provider, an account, a contract, twenty SIMs and a trunk."""
    await call.post(
        "telecom-providers", name="Netz AG", country="DE", address="Netz AG\nBonn"
    )
    await call.post(
        "telecom-accounts",
        provider="Netz AG",
        number="5012345",
        legal_entity="100",
        currency="EUR",
        cost_centre="4900",
        profile="purser",
    )
    await call.post(
        "carrier-contracts",
        number="RV-1",
        account="5012345",
        starts_on="2025-01-01",
        term_months=24,
        notice=3,
        renews_months=12,
    )
    await call.post(
        "tariffs",
        provider="Netz AG",
        code="BIZ-M",
        name="Business M",
        monthly=PRICE,
        currency="EUR",
        data_mb=10000,
        valid_from="2025-01-01",
    )
    for number in range(1, PEOPLE + 1):
        await _sim(call, number)
    await call.post(
        "telecom-lines",
        name="Trunk",
        kind="trunk",
        account="5012345",
        contract="RV-1",
        circuit_id="SIP/0815",
        channels=30,
        active_from="2026-01-01",
    )
    await call.post(
        "telecom-charges",
        line="Trunk",
        charge_type="trunk",
        item="SIP trunk 30 channels",
        amount="100.00",
        vat_permille=190,
        sharing="people",
    )


async def _sim(call: Caller, number: int) -> None:
    name = f"M{number:02}"
    await call.post(
        "telecom-lines",
        name=name,
        account="5012345",
        contract="RV-1",
        tariff="BIZ-M",
        number=msisdn(number),
        active_from="2026-01-01",
    )
    await call.post("sims", iccid=iccid(number), account="5012345", line=name)
    await call.post(
        f"telecom-lines/{name}:assign", person=f"p{number}", on="2026-01-01"
    )
    await call.post("telecom-charges", line=name, vat_permille=190)
