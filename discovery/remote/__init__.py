"""Scans of sites that only a collector there can reach.

* `wire.py`: Values as JSON and back, for what goes over the line; secrets sealed.
* `elsewhere.py`: The centre's side of a scan: offers addresses, waits for hosts.
* `brought.py`: What a collector brought, as the centre takes it.
* `among.py`: The same among the processes beside the database.
* `notes.py`: The centre's side of what collectors tell beside hosts.
* `visiting.py`: The collector's side: visits the addresses it was asked to.

The scan itself runs at the centre as any other: it matches and applies what came.
"""
