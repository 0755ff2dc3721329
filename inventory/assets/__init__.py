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
* `handing.py`                   hand out and take back many things in one act
* `acceptance_pdf.py`, `signatures.py` *(pure)*  its document; signatures as drawn
* `service.py`, `bulk_change.py` register, describe, find; change many, first as preview
* `categories.py`, `field_rules.py` *(pure)*  categories that inherit, series of tags,
                                 fields of one's own with their types
* `papers.py`, `views.py`        notes and files; lists to see again
* `terms.py`, `consumables.py`   contracts, licences with seats; what is used up
* `stocktake.py`, `stocktake_rules.py` *(pure)*  campaigns, and what they find
* `labels/`, `printing.py`       labels as PDF; fonts and a pen for PDFs
* `makers.py`, `tags.py`         manufacturers and their aliases; series of tags
* `steps.py`                     steps through the lifecycle, states over time
* `custody.py`                   hand out, take back, holdings
* `allocation.py`                who bears an asset by its own right

May import `storage` and below; people, places and devices are known by id.
"""
