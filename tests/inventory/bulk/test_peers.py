"""The exports of other programs, in their own headings, import without a change."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from api.resources.exchange.asset_sheet import AssetSheetRow
from inventory.assets.register.details import DETAILS
from inventory.bulk.profiles.profile import Profile
from inventory.queries.register.assets import asset_detail, list_assets
from inventory.storage.audit import verify
from tests.inventory.bulk.files import IMPORTS, Clock, imported, profile, table

TODAY = date(2026, 3, 17)
PERSON = ("Ann Lee", "in_use")

PEERS: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
    "snipeit-assets": (
        ",",
        {
            "\ufeffCompany": "North GmbH",
            "Name": "Ann's laptop",
            "Asset Tag": "000417",
            "Category": "Laptops",
            "Supplier": "Shop",
            "Manufacturer": "Lenovo",
            "Location": "Berlin",
            "Order Number": "PO-7",
            "Model": "T14",
            "Model Notes": "x",
            "Model Number": "21HD",
            "Asset Notes": "dented",
            "Purchase Date": "2/9/24",
            "Purchase Cost": "1,249.00",
            "Checkout Type": "user",
            "Checked Out To: Username": "alee",
            "Checked Out To: First Name": "Ann",
            "Checked Out To: Last Name": "Lee",
            "Checked Out To: Email": "ann@example.com",
            "Checked Out To: Location": "",
            "Asset EOL Date": "2/9/28",
            "Colour": "black",
        },
        {
            "kind": "laptop",
            "fields": {
                "Colour": "black",
                "model number": "21HD",
                "end of life": "2/9/28",
            },
            "warranty_until": None,
        },
    ),
    "snipeit-report": (
        ",",
        {
            "ID": "9",
            "Company": "North GmbH",
            "Asset Name": "Ann's laptop",
            "Asset Tag": "000417",
            "Model": "T14",
            "Model No.": "21HD",
            "Category": "Laptops",
            "Manufacturer": "Lenovo",
            "Serial": "PF-1",
            "Purchase Date": "2024-02-09",
            "Cost": "1249.00",
            "Warranty": "36",
            "Order Number": "PO-7",
            "Supplier": "Shop",
            "Default Location": "Berlin",
            "Address": "Street 1",
            "Checked Out": "Ann Lee",
            "Type": "user",
            "Username": "alee",
            "Employee No.": "17",
            "Status": "Deployed",
            "Checkout Date": "2024-03-01",
            "Notes": "dented",
        },
        {"kind": "laptop", "serial": "PF-1", "warranty_until": date(2027, 2, 9)},
    ),
    "glpi-computers": (
        ";",
        {
            "Name": "pc-1",
            "Entity": "North GmbH",
            "Location": "Berlin",
            "Type": "Notebook",
            "Model": "T14",
            "Status": "In use",
            "UUID": "4C4C4544-0050-5A10-8034-B6C04F4C4D33",
            "Serial number": "PF-1",
            "Inventory number": "000417",
            "Comments": "dented",
            "User": "alee",
            "Manufacturer": "Lenovo",
            "Date of purchase": "2024-02-09",
            "Startup date": "2024-03-01",
            "Warranty duration": "36 month(s)",
            "Supplier": "Shop",
            "Order number": "PO-7",
            "Value": "1249.00",
            "Invoice number": "R-1",
        },
        {
            "kind": "laptop",
            "invoice_number": "R-1",
            "warranty_until": date(2027, 2, 9),
            "identifiers": {
                "mac": [],
                "imei": [],
                "uuid": ["4c4c4544-0050-5a10-8034-b6c04f4c4d33"],
            },
        },
    ),
    "netbox-devices": (
        ",",
        {
            "name": "sw-1",
            "role": "Access switch",
            "tenant": "North GmbH",
            "manufacturer": "Lenovo",
            "device_type": "T14",
            "platform": "IOS",
            "serial": "PF-1",
            "asset_tag": "000417",
            "status": "active",
            "site": "Berlin",
            "rack": "R1",
            "cf_contract": "C-7",
        },
        {"kind": "switch", "fields": {"platform": "IOS", "rack": "R1"}},
    ),
    "netbox-inventory": (
        ",",
        {
            "name": "",
            "asset_tag": "000417",
            "serial": "PF-1",
            "status": "used",
            "hardware_kind": "device",
            "manufacturer": "Lenovo",
            "model_name": "T14",
            "storage_location": "Berlin",
            "owning_tenant": "North GmbH",
            "supplier": "Shop",
            "purchase": "PO-7",
            "purchase_date": "2024-02-09",
            "warranty_end": "2027-02-09",
            "contact": "Ann Lee",
        },
        {"kind": "other", "order_number": "PO-7", "warranty_until": date(2027, 2, 9)},
    ),
    "ralph-backoffice": (
        ",",
        {
            "id": "3",
            "model": "T14",
            "hostname": "pc-1",
            "sn": "PF-1",
            "barcode": "000417",
            "order_no": "PO-7",
            "invoice_no": "R-1",
            "invoice_date": "2024-02-09",
            "price": "5200.00",
            "price_currency": "PLN",
            "property_of": "North GmbH",
            "warehouse": "Berlin",
            "user": "alee",
            "start_usage": "2024-03-01",
            "status": "in use",
            "imei": "490154203237518",
        },
        {"currency": "PLN", "cost_minor": 520_000, "invoice_number": "R-1"},
    ),
}


@pytest.mark.parametrize("name", sorted(PEERS))
def test_the_export_of_a_peer_is_taken_as_it_is(
    engine: Engine, clock: Clock, name: str
) -> None:
    delimiter, row, wanted = PEERS[name]
    data = table(row, delimiter=delimiter)
    report = imported(engine, clock, data, name)
    assert report.problems == []
    with engine.connect() as connection:
        [listed] = list_assets(connection).rows
        detail = asset_detail(connection, listed["id"], TODAY)
    assert detail is not None
    assert (detail["tag"], detail["model"]) == ("000417", "T14")
    assert listed["legal_entity"] == "North GmbH"
    assert detail["state"] == "in_use"
    assert "Berlin" in (listed["location"], listed["holder"])
    free = wanted.pop("fields", {})
    assert free.items() <= detail["fields"].items()
    assert {key: detail[key] for key in wanted} == wanted
    again = imported(engine, clock, data, name)
    assert [str(plan.effect) for plan in again.plans] == ["same"]
    assert verify(engine) == []


@pytest.mark.parametrize("file", sorted(IMPORTS.glob("*.yaml")), ids=lambda f: f.stem)
def test_every_shipped_profile_is_right(file: Any) -> None:  # noqa: ANN401
    read: Profile = profile(file.stem)
    assert read.title
    assert "tag" in read.columns.values()


def test_our_own_files_are_read_without_a_line_for_each_field() -> None:
    ours = profile("purser")
    written = set(AssetSheetRow.model_fields) - {"state", "since"}
    assert written >= set(DETAILS)
    assert {name: ours.field_of(name) for name in written} == {n: n for n in written}
    assert ours.field_of("Warranty_Until") == "warranty_until"
