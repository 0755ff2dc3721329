"""Assets of the register in the books of accounting; stands above both.

* `asset_books.py`: What accounting asks of a single asset
* `asset_transfers.py`: Moves at book value
* `register_books.py`: Where the register and accounting meet
* `terms_requested.py`: What users wish for an asset in a book, made into terms and
  accounts.
"""
