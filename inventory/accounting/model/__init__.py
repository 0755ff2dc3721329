"""The records of accounting: terms, events, rows, balances, journal entries. Pure.

* `balances.py`: Balances of one asset in one book, and the effect of an event on
  them.
* `events.py`: What happens to an asset in a book after it was capitalised.
* `journal.py`: Balanced journal entries; an unbalanced one cannot be built.
* `row_codec.py`: Rows to canonical JSON text and back, byte for byte.
* `rows.py`: The rows of a schedule, and where they come from.
* `terms.py`: The terms of one asset in one book: amounts, life, method and
  conventions.
* `terms_codec.py`: Terms and events to JSON and back, without loss.
* `valid_events.py`: Which events of an asset count, and in which order.

Imported by every room of accounting; imports `kernel` alone.
"""
