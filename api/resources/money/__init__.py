"""Accounting: books, periods, postings, journals, schedules.

* `books.py`: The sets of depreciation rules that legal entities keep side by side.
* `periods.py`: Fiscal periods of books: posted, closed, locked, reopened.
* `postings.py`: The runs that booked a period of a book, and their reversals.
"""
