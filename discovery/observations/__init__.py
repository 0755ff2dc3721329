"""Writes what a scan observed of a device, and decides which device it is.

* `apply.py`: One visit into the database: match it, then write the device that came of
  it.
* `codec.py`: Facts to bytes and back, for keeping the latest observation of each
  collector.
* `conflicts.py`: Files what fits several devices on a worklist, for a person to decide.
* `correct.py`: A person's correction of what a device is: for the device, and as a rule
  of the site.
* `damage.py`: Reads what is stored though some of it is damaged: the rest still counts.
* `device_projection.py`: All observations of one device to what the device looks like.
* `fact_rows.py`: The facts of stored observations: reading them back and writing them.
* `fields.py`: The fields of a device with who says so: identification, names, tags,
  places.
* `identity_decisions.py`: What a person decides about identity: merge, split, take
  back, settle a conflict.
* `locks.py`: One lock per identity: two visits that may be of one device wait for each
  other.
* `overlay.py`: A newer observation over an older one: what is not said again stays.
* `part_rows.py`: The parts of a device as rows: interfaces, addresses, components,
  neighbours.
* `port_readings.py`: What ports say of this moment: power, when they went up or down.
* `store.py`: Stored observations: the rows that identity is decided on.
* `table_reads.py`: When each table of a device was asked for last, and what came of it.
* `visit.py`: One visit: all observations made at one address at one time.

Imported by the other rooms of discovery and by `api`.
"""
