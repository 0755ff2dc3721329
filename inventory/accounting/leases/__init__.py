"""Leases of a lessee: the liability, beside the right-of-use asset (IFRS 16).

The right-of-use asset is an asset in a book like any other; what is here is what it is
measured by and what it does not know: payments, rate, interest.

* `measure.py`: The liability at any day, from payments and rate. Pure.
* `lease_codec.py`: Terms and changes of a lease to JSON and back. Pure.
* `tables.py`: Their rows in the database.
* `load.py`: Leases of books, read with their changes and what was booked of them.

Imports `books` and the rooms below it.
"""
