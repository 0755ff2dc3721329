"""Questions that need several contexts at once; read only, rows and no objects.

* `money/`: Cost centres, allocations, books, schedules and postings.
* `network/`: Ports of switches with who is on them.
* `people/`: Persons, units and places.
* `register/`: Assets with holders, stock, contracts, stock-takes and history.
* `telephony/`: Extensions, numbers and phones.
* `event_scopes.py`: Where events happened.
* `references.py`: What a text names.

Contexts do not import one another; this package stands above them and may import all
of them. Nothing in `assets`, `people`, `network` imports it.
"""
