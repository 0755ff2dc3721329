"""Loading many rows at once; `inventory.bulk.company_file` is the way in.

* `columns.py` *(pure)*  sections and fields of a company file; values of one row
* `sheet.py` *(pure)*    all rows of a file, checked against themselves
* `known.py`             which codes, keys and tags the database has
* `organisation.py`      writes units, manufacturers and persons
* `assets.py`            writes assets, custody and allocations

Tables of assets from other programs; `importing.py` is the way in:

* `tabular.py`           CSV and XLSX, in and out
* `cells.py` *(pure)*    days, amounts and words in cells; the table itself
* `profiles.py` *(pure)* which column is which field, as data
* `intake.py`, `naming.py`, `plans.py`, `planning.py` *(pure)*  what each row does
* `registered.py`        what the register has of it, in memory
* `profile_store.py`     profiles that somebody saved
* `writing.py`           writes the plans, many rows a statement

May import every context of `inventory`.
"""
