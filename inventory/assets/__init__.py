"""The register: what the company owns or leases, who has it, who pays for it.

* `tables.py`                    manufacturers, assets, states, custody, allocation
* `lifecycle.py` *(pure)*        states and the steps between them, as data
* `custody_rules.py` *(pure)*    who holds what: one holder at a time, half-open days
* `allocation_rules.py` *(pure)* shares of cost centres that sum to one
* `records.py` *(pure)*          what is said about an asset; how serials compare
* `identifier_rules.py` *(pure)* one spelling of a MAC, IMEI or UUID; `identifying.py`
                                 notes them, `identifier_tables.py` keeps them
* `stock.py`, `purchasing.py`, `acceptance.py`  reserve; order and receive; confirm a
                                 handover by a link; their `*_tables.py` beside them
* `service.py`                   register, describe, find
* `makers.py`, `tags.py`         manufacturers and their aliases; series of tags
* `steps.py`                     steps through the lifecycle, states over time
* `custody.py`                   hand out, take back, holdings
* `allocation.py`                who bears an asset by its own right

May import `storage` and below; people, places and devices are known by id.
"""
