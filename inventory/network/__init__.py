"""What is on the network: devices, their evidence, where they are plugged in.

* `tables.py` - the rows; plain, no rules (`place_tables`, `scan_tables` and
  `identity_tables` hold some of them; import all from `tables`).
* `state.py` *(pure)* - what a device looks like, and the difference to what is stored.
* `service.py`, `parts.py`, `merges.py` - write what `discovery` computed; know no
  network.
* `worklists.py` - what a person decides: acknowledge, correct, merge, split, adopt.
* `queries.py`, `place_queries.py`, `work_queries.py`, `paging.py` - lists and details
  as Core rows, with keyset paging and search.

`discovery` writes here, `api` reads here; nothing here imports either.
"""
