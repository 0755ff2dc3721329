"""Resources of the register; `*_acts.py`: what may be done with one.

* `assets.py`: Assets, with `asset_acts.py` (register, correct, steps, notes),
  `custody_acts.py` (check out and in, allocate) and `identifier_acts.py`.
* `custody.py`: Custody, allocations, acceptances of handovers, identifiers: lists.
* `categories.py`: Categories, series of tags, own fields, manufacturers.
* `places.py`: Places and teams.
* `papers.py`: Notes, files, saved views.
* `extracts/`: What else is read of things: their past, their files.
* `lifecycle.py`: States of assets, and the steps between them.
* `manufacturers.py`: Who makes things.
* `stock.py`: Stock rooms, their minima, reservations.
* `purchasing/`: Suppliers, orders, their lines, receipts.
* `agreements/`: Contracts, licences, consumables, and what ends soon.
* `stock_takes.py`: Stock-takes, scans and corrections, with `stock_take_acts.py`.
* `shared.py`: SQL, inputs and refusals that several of them share.
* `asset_details.py`: Columns, filters and inputs of the details of an asset, made of
  their declaration.

"""
