"""Cost centres, allocations, books, schedules and postings.

* `books.py`: Books, their periods, postings and journals as lists.
* `charged.py`: Which cost centres the depreciation of a period is charged to, booked
  or planned.
* `cost_allocation.py`: Which cost centres an asset is charged to, in which shares,
  day by day.
* `cost_centre_assets.py`: The assets charged to a cost centre on one day, found and
  summed in the database.
* `cost_centres.py`: Cost centres: lists, their people, and the assets charged to
  them.
* `ever_charged.py`: The assets that a cost centre may have borne at some time.
* `explained.py`: A figure of a schedule followed to where it comes from.
* `placements_by_cost_centre.py`: Who works for a cost centre on a day, as queries
  that indexes answer.
* `pool_members.py`: The assets behind members of pools.
* `postings.py`: Postings of books and their journals as lists.
* `schedules.py`: Schedules as they are shown: one asset in full, many as pages and
  streams.
* `value_curve.py`: What the assets of a book were worth, period by period.
* `leases.py`: Leases as they are shown: liability of a day, schedule, maturities (IFRS
  16.53, 58).

Imported by `fixed_assets`, `reports` and `api`.
"""
