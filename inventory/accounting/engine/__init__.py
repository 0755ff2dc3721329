"""The depreciation of one asset in one book, period by period. Pure.

* `compute.py`: From terms and events to rows, before booked rows are laid over them.
* `daycount.py`: Counting days between two dates, end excluded.
* `effects.py`: What each event does to the balances of an asset.
* `pools.py`: Pools: one balance for a class of assets instead of one an asset.
* `posted_overlay.py`: From parts to rows, and posted rows laid over them.
* `remeasure.py`: Revaluation, impairment and its reversal (IAS 16.31-42, IAS
  36.59-123).
* `rounding.py`: From exact amounts to whole minor units, by the residue policy of the
  book.
* `schedule.py`: The schedule of one asset in one book: a pure function of its terms
  and events.
* `service_time.py`: Service time: how many years an asset has been in service at the
  end of a day.
* `slots.py`: Cutting time into slots: periods, cut where an event takes effect
  inside.
* `split.py`: Splitting one asset into several: each part has its share of every row.
* `state.py`: What is in force at a point of an asset's life, while it is walked
  through.
* `straight_line.py`: The common case in closed form: straight line by months, without
  changes.
* `terms_in_force.py`: The terms that are in force after some events.
* `walk.py`: The walk through an asset's life, slot by slot, event by event.
* `walk_parts.py`: The results of a walk through an asset's life, slot by slot.

Imports `methods`, `tax` and `model`; reads no database.
"""
