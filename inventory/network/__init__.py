"""What is on the network: devices, their evidence, where they are plugged in.

* `tables.py` - the rows; plain, no rules (`place_tables`, `scan_tables` and
  `identity_tables` hold some of them; import all from `tables`).
* `codec.py` *(pure)* - any JSON value to and from the bytes kept for an observation.
* `service.py` - carries out changes that `discovery` decided; knows no network.
* `worklists.py` - what a person decides: acknowledge, correct, merge, split, adopt.
* `queries.py` - lists and details as Core rows, with keyset paging and search.

`discovery` writes here, `api` reads here; nothing here imports either.
"""
