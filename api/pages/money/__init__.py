"""Pages of accounting that are more than a list.

* `cockpit.py`: The books, and a book with its periods to post and close.
* `report.py`: A report: its questions, its rows, and files of it.
* `explained.py`: A figure of a schedule followed to where it comes from, with links for
  each hop.
"""
