"""What happens to assets in books.

* `book_events.py`: What happened to assets in books after they were capitalised.
* `book_proposals.py`: What register and books do not agree about: disposals to follow,
  or to take back.
* `components.py`: Assets capitalised as parts, and parts replaced.
* `constructions.py`: What is under construction: cost gathered, then in service.
* `event_inputs.py`: An event as a form asks for it: its type, then what that has.
* `deferred_tax.py`: Deferred tax of a pair of books, booked on request.
* `pools.py`: Pools of assets, with the years that were declared.
* `asset_book_acts.py`: What is done with an asset in all its books.
"""
