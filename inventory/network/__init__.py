"""What is on the network: devices, their evidence, where they are plugged in.

* `tables.py` - the rows; plain, no rules (`place_tables`, `scan_tables` and
  `identity_tables` hold some of them; import all from `tables`).
* `state.py` *(pure)* - what a device looks like, and the difference to what is stored.
* `service.py`, `parts.py`, `merges.py` - write devices that `discovery` computed.
* `places.py`, `reconciliations.py` - write links, sightings and matches with assets.
* `worklists.py` - what a person decides: acknowledge, correct, link.
* `queries.py`, `place_queries.py`, `work_queries.py`, `map_queries.py` - lists and
  details as Core rows; `paging.py` - keyset paging.

`discovery` writes here, `api` reads here; nothing here imports either or knows a
network.
"""
