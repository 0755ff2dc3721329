"""The register: what the company owns or leases, who has it, who pays for it.

* `contracts/`: Contracts, licences and consumables.
* `custody/`: Who holds an asset and which cost centre bears it; handovers and
  signatures.
* `identifiers/`: Serial numbers, MACs, IMEIs and UUIDs of assets.
* `labels/`: Labels of assets as PDF.
* `register/`: The register of assets.
* `stock/`: Stock rooms, reservations, purchase orders and receipts.
* `stocktake/`: Stock-takes.

May import `storage` and below; people, places and devices are known by id.
"""
