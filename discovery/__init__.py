"""Turns what collectors read into inventory; the only place where the two meet.

What to visit and how:
* `requests.py` *(pure)* - what a scan is asked to do, and how it tells its progress.
* `targets.py` *(pure)* - networks, ranges, names and exclusions to addresses.
* `crawl.py` *(pure)* - which neighbours are visited next.
* `credentials.py` - which secret for which target, in what order.

What it means, all *(pure)*:
* `identifiers.py` - an observation to identifiers with strength and scope.
* `match.py` - observations to devices: same, new or conflict, with reasons.
* `merging.py` - a newer observation over an older one; nothing empty erases.
* `identify*.py`, `knowledge*.py` - evidence to type, vendor, model, OS.
* `project.py`, `changes.py` - observations of a device to its rows; rows to changes.
* `topology*.py` - neighbours, FDB and ARP to links and the port of every endpoint.
* `reconcile.py`, `register.py` - devices and assets to matched, unregistered, missing,
  misplaced.

The shell around it:
* `apply.py` - one visited host into the database, in one transaction.
* `finish.py` - after all hosts: endpoints, topology, reconciliation.
* `switchboards.py`, `telephony.py`, `handsets.py` - telephone systems: which device a
  registered phone is, whose extension it has; `callers.py`, `registered.py` *(pure)*.
* `phones.py` - by what else a phone is asked; `listening.py` - machines heard starting.
* `scan.py` - sweep, probe, collect, apply: streamed, resumable, with progress.
* `notified.py` - traps and informs to scans of the devices they are about;
  `trapbook.py` - what was heard lately.
* `jobs.py` - scans as jobs in a thread of their own.

May import `collectors` and `inventory`; imported by `api`.
"""
