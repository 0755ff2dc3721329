"""Books and their periods: what is capitalised, booked and open.

* `balances_on.py`: How assets stood at the end of a day
* `book_state.py`: What a book knows
* `capitalise.py`: Taking assets into books and recording events.
* `load.py`: Assets in books, read with their events, booked rows and schedules.
* `periods.py`: Books and their periods
* `roll_forward.py`: The roll-forward of the register
* `row_range.py`: Stretches of schedules
* `unchanged.py`: Which assets follow from their terms alone, so that booked rows need
  no reading.
"""
