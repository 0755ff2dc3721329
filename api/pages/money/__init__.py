"""Pages of accounting that are more than a list.

* `cockpit.py`: The books, and a book with its periods to post and close.
* `report.py`: A report: its questions, its rows, and files of it.
"""
