"""Accounting of fixed assets: schedules, books, periods, postings.

Rooms, the lower ones know nothing of the upper ones (pyproject's contract holds it):

* `catalogue/`: rules of classes and presets; terms, events, rows as the API has them.
* `posting/`: books a period, reverses it, writes journals.
* `leases/`: liabilities of leases, beside the right-of-use assets (IFRS 16).
* `pools/`: One balance for many assets, written down once a year for tax.
* `projection/`: future depreciation of very many assets, by arrays.
* `rates/`: dated rates that a house enters, such as exchange rates.
* `books/`: books, periods and the assets in them, in the database.
* `tables.py`: their rows in the database.
* `engine/`: the schedule of one asset in one book, from terms and events. Pure.
* `methods/`: depreciation methods, one a file. Pure.
* `tax/`: tables and limits of tax law. Pure.
* `model/`: terms, events, rows, balances, journal entries. Pure.

Imported by `fixed_assets`, `queries`, `reports`, `hr` and `api`; imports `kernel` and
`storage` alone, and refers to assets by id.
"""
