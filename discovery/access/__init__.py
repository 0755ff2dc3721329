"""Which credential opens a device, within the lock-out guard.

* `account_history.py`: Which account is tried first at a host: what opened hosts like
  it, and near it.
* `credentials.py`: Which secret for which target, in which order; remembers what
  worked.
* `offering.py`: Which secrets a host may be sent: none that a new one would keep.
* `canary.py`: A login that must fail, before a password goes to a host that is new.
* `login_guard.py`: Logins written down: failures, host keys, and which credential
  opened what.
* `leads.py`: Where a crawl may go on: addresses that devices told of, and how.
* `memory.py`: What a scan remembers: credentials that worked, neighbours that were
  announced.

Imported by `discovery.scan` and `api`.
"""
