"""Sends what `inventory.outbox` holds.

* `address_guard.py` *(pure)*: which addresses may be called: public and allowed ones
* `sender.py`: one message to one receiver, at an address that was checked
* `manage.py`: where a webhook may be sent to, as far as is known when it is added
* `assembly.py`: these parts as the settings want them
* `worker.py`: takes what is due, sends it, notes how it went; in `purser serve`
"""
