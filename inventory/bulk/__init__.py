"""Loading many rows at once; `inventory.loading` is the way in.

* `columns.py` *(pure)*  sections and fields of a company file; values of one row
* `sheet.py` *(pure)*    all rows of a file, checked against themselves
* `known.py`             which codes, keys and tags the database has
* `organisation.py`      writes units, manufacturers and persons
* `assets.py`            writes assets, custody and allocations

May import every context of `inventory`.
"""
