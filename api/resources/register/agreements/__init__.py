"""Contracts, licences, consumables, and what ends soon.

* `consumables.py`: Consumables.
* `contracts.py`: Contracts.
* `expirations.py`: Expirations.
* `licences.py`: Licences with their seats, and who or what uses them.
* `shared.py`: What contracts and licences have alike: rows, filters, inputs, and how
  they are kept.

May import what `api.resources` may.
"""
