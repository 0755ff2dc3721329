"""Writes what a scan observed of a device, and decides which device it is.

* `apply.py`: One visit into the database
* `codec.py`: Facts to bytes and back, for keeping the latest observation of each
  collector.
* `conflicts.py`: Files what fits several devices on a worklist, for a person to
  decide.
* `correct.py`: A person's correction of what a device is
* `fact_rows.py`: The facts of stored observations
* `fields.py`: The fields of a device with who says so
* `identity_decisions.py`: What a person decides about identity
* `locks.py`: One lock per identity
* `merge.py`: A newer observation over an older one
* `parts.py`: The parts of a device as rows
* `project.py`: All observations of one device to what the device looks like.
* `store.py`: Stored observations
* `unchanged.py`: The short way for a visit that read exactly what was read before
* `visit.py`: One visit
"""
