"""Cost centres, allocations, books, schedules and postings.

* `books.py`: Books, their periods, postings and journals as lists.
* `cost_allocation.py`: Which cost centres bear an asset, in which parts, day by day.
* `cost_centre_assets.py`: The assets that a cost centre bears on one day, decided and
  summed in the database.
* `cost_centres.py`: Cost centres
* `placements_by_cost_centre.py`: Who works for a cost centre on a day, as queries
  that indexes answer.
* `postings.py`: Postings of books and their journals as lists.
* `schedules.py`: Schedules as they are shown
"""
