"""Resources of the register; `*_acts.py`: what may be done with one.

* `assets.py`: Assets, with `asset_acts.py` (register, correct, steps, notes),
  `custody_acts.py` (check out and in, allocate) and `identifier_acts.py`.
* `custody.py`: Custody, allocations, acceptances of handovers, identifiers: lists.
* `categories.py`: Categories, series of tags, own fields, manufacturers.
* `places.py`: Places and teams.
* `papers.py`: Notes, files, saved views.
* `stock.py`: Stock rooms, their minima, reservations.
* `orders.py`: Suppliers, orders, their lines, receipts.
* `contracts.py` `licences.py` `consumables.py`: What is agreed, used and used up.
* `stock_takes.py`: Stock-takes, scans and corrections, with `stock_take_acts.py`.
* `shared.py`: SQL, inputs and refusals that several of them share.

`FORMS` of a module are the acts that the forms of the pages send.
"""
