"""Events for other programs: kept with the change, delivered until they are taken.

* `tables.py`             subscriptions, messages, deliveries; plain rows
* `catalogue.py` *(pure)* events of the register as types, with their fields and roles
* `rules.py` *(pure)*     which subscription gets what; when the next try is
* `recording.py`          writes messages in the transaction of the change
* `subscriptions.py`      add, change, test, remove; secrets sealed, rotated
* `queue.py`              claim what is due, note how it went
* `upkeep.py`             send again by hand, forget what ended long ago
* `sealing.py` *(pure)*   signing keys as they lie in the database
* `signing.py` *(pure)*   Standard Webhooks: id, time stamp, signatures
* `queries.py`            lists for pages, API and command line

Knows no network: `api.webhooks` sends. Imports `storage`, `events` and below.
"""
