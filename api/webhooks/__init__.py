"""Sends what `inventory.outbox` holds.

* `guard.py` *(pure)* which addresses may be called: public ones, and those allowed
* `sending.py`        one message to one receiver, at an address that was checked
* `worker.py`         takes what is due, sends it, notes how it went; in `purser serve`
"""
