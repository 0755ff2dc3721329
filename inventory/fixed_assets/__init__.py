"""Assets of the register in the books of accounting; stands above both.

* `asset_books.py`: Services for a single asset: add it to a book, record an event,
  preview a schedule.
* `asset_transfers.py`: Transfers at book value: splitting an asset, merging two,
  moving one to another legal entity.
* `register_books.py`: Capitalising assets of the register, and the cost centres they
  are charged to.
* `terms_requested.py`: Requested terms and accounts of an asset in a book, read and
  completed.

Imported by `queries`, `reports`, `hr` and `api`.
"""
