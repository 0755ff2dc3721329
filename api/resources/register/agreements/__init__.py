"""Contracts, licences, consumables, and what ends soon.

* `consumables.py`: Consumables.
* `contracts.py`: Contracts.
* `expirations.py`: Expirations.
* `licences.py`: Licences with their seats, and who or what uses them.

May import what `api.resources` may.
"""
