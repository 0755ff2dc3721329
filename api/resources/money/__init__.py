"""Accounting: books, periods, postings, journals, schedules.

* `books.py`: The sets of depreciation rules that legal entities keep side by side.
* `opening_acts.py`: How books begin: opened from a template, assets brought in,
  balances taken over.
* `periods.py`: Fiscal periods of books: posted, closed, locked, reopened.
* `postings.py`: The runs that booked a period of a book, and their reversals.
* `journal_lines.py`: Journal lines, and depreciation without a cost centre.
* `journal_exports.py`: What was handed over to the accounting system, each line once.
* `account_balances.py`: Balances of accounts, as all postings leave them.
* `schedules.py`: The depreciation of one asset in one book.
* `schedule_rows.py`: The same period by period, for all assets.
* `leases/`: Leases of a lessee, with liability and schedule.
* `rates/`: Dated rates that a house enters.
* `in_books/`: What happens to assets in books: events, proposals, splits and moves.
* `explanations.py`: A figure followed to its posting, events, papers and device.
* `asset_schedule.py` `journal_files.py`: Extracts: a schedule, a journal as a file.
* `long_books.py`: When a whole book takes longer than a request.
* `reports.py`: Reports, with their parameters and columns.
* `roles.py`: Who sees books and who changes them.
* `asset_classes.py`: Asset classes, and presets of laws.
"""
