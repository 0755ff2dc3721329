"""Contracts, licences and consumables.

* `consumables.py`: Consumables
* `service.py`: Contracts and licences
* `tables.py`: Rows of contracts, licences and consumables.
"""
