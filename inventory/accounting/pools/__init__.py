"""Pools of assets: one balance a pool, written down once a year, for tax.

A member of a pool stands in its book like any other asset, at cost and without
depreciation of its own (`methods.pooled`); what its events add to the pool and take
from it is read from them. A year that was declared is a stored fact; what becomes known
later counts in the first year that is open. Pools make no journal entries: allowances
are part of the tax return.

* `movements.py`: What an asset adds to its pool, and what it takes from it. Pure.
* `years.py`: All pools of a book, year by year, with the allowance of the year of
  purchase that they share. Pure.
* `pool_codec.py`: Results of years to JSON and back. Pure.
* `load.py`: Pools with their members and declared years, from the database.

Imports `books` and the rooms below it.
"""
