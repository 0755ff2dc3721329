"""Books and their periods: what is capitalised, booked and open.

* `balances_on.py`: How assets stood at the end of a day: what was capitalised,
  charged, and is left.
* `book_state.py`: The state of a book: calendar, postings in force, periods that take
  none.
* `capitalise.py`: Adding assets to books and recording their events.
* `load.py`: Assets in books, read with their events, booked rows and schedules.
* `opening_calendar.py`: The calendar of a book that is opened: any year end, weeks, a
  short first year.
* `periods.py`: Books and their periods: open, close, lock, reopen.
* `recordable.py`: Which events may still be recorded of an asset in a book.
* `roll_forward.py`: The roll-forward of the register: from opening to closing
  balances.
* `row_range.py`: The rows of assets between two days, and the balances before them.
* `unchanged.py`: Which assets follow from their terms alone, so that booked rows need
  not be read.

Imports `storage`, `engine` and the rooms below it; knows no table of the register.
"""
