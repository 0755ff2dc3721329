"""Events for other programs: kept with the change, delivered until they are taken.

* `tables.py`: subscriptions, messages, deliveries; plain rows
* `event_catalogue.py` *(pure)*: types of events, with fields and roles
* `delivery_rules.py` *(pure)*: which subscription gets what; when the next try is
* `recorder.py`: writes messages in the transaction of the change
* `subscriptions.py`: add, change, test, remove; secrets sealed, rotated
* `delivery_queue.py`: claim what is due, note how it went
* `retention.py`: send again by hand, forget what ended long ago
* `key_sealing.py` *(pure)*: signing keys as they lie in the database
* `signing.py` *(pure)*: Standard Webhooks: id, time stamp, signatures
* `mail_tables.py` `mails.py`: mail to people that waits, is sent, is tried again
* `queries.py`: lists for pages, API and command line

Knows no network: `api.webhooks` sends. Imports `storage`, `events` and below.
"""
