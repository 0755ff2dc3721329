"""Assets of the register in the books of accounting; stands above both.

* `asset_books.py`: Services for a single asset: add it to a book, record an event,
  preview a schedule.
* `asset_transfers.py`: Transfers at book value: splitting an asset, merging two,
  moving one to another legal entity.
* `components.py`: Assets capitalised as parts, each with its life; parts replaced.
* `constructions.py`: Cost gathered until an asset is put into service.
* `leases.py`: Leases: taken into a book, changed, ended early (IFRS 16).
* `open_books.py`: Opening the books of a legal entity from a template, and taking
  balances over.
* `posting_run.py`: Posting a period as people do it: what is in use comes in first,
  none too early.
* `proposals.py`: What the register knows and the books do not, and the reverse:
  proposed, decided.
* `late_allocations.py`: Assets whose cost centres of earlier days became known late.
* `register_books.py`: Capitalising assets of the register, and the cost centres they
  are charged to.
* `rulebooks.py`: The rules of a legal entity: those it opened its books with, or those
  of the site.
* `tax/`: Tax law over the assets of an entity: elections, conventions, pools.
* `terms_requested.py`: Requested terms and accounts of an asset in a book, read and
  completed.
* `translated_cost.py`: The cost of an asset in the currency of a book, at the rate of
  its day.
* `waiting.py`: Assets that wait to come into a book, why they wait, and bringing them
  in.

Imported by `queries`, `reports`, `hr` and `api`.
"""
