"""The depreciation of one asset in one book, period by period. Pure.

* `compute.py`: From terms and events to rows, before booked rows are laid over them.
* `daycount.py`: Counting days between two dates, end excluded.
* `effects.py`: What each event does to the balances of an asset.
* `pools.py`: Pools
* `posted_overlay.py`: From parts to rows, and posted rows laid over them.
* `remeasure.py`: Revaluation, impairment and its reversal (IAS 16.31-42, IAS
  36.59-123).
* `rounding.py`: From exact amounts to whole minor units, by the residue policy of the
  book.
* `schedule.py`: The schedule of one asset in one book
* `service_time.py`: Service time
* `slots.py`: Cutting time into slots
* `state.py`: Where an asset stands while its life is walked through.
* `terms_in_force.py`: The terms that are in force after some events.
* `walk.py`: The walk through an asset's life, slot by slot, event by event.
* `walk_parts.py`: What a walk leaves behind, slot by slot.
"""
