"""The register: what the company owns or leases, who has it, who pays for it.

* `tables.py`                    manufacturers, assets, states, custody, allocation
* `lifecycle.py` *(pure)*        states and the steps between them, as data
* `custody_rules.py` *(pure)*    who holds what: one holder at a time, half-open days
* `allocation_rules.py` *(pure)* shares of cost centres that sum to one
* `service.py`                   register, find, change
* `custody.py`                   hand out, take back, holdings
* `allocation.py`                who bears an asset, and in which part, at any day
* `queries.py`                   lists and details as Core rows

May import `storage` and below; people, places and devices are known by id.
"""
