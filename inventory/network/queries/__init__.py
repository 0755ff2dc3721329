"""Devices, topology, scans and worklists as lists and details. Read only.

* `devices.py`: Devices as lists and details, read with Core rows: no ORM objects on
  this path.
* `map.py`: The topology of a site as nodes and edges, for a picture or another program.
* `map_export.py`: A network map as GraphML or DOT, for other programs.
* `map_vlans.py`: Which devices are in a VLAN, for the map.
* `open_over_time.py`: How much of the worklist was open on past days.
* `topology.py`: Where things are and were: links, sightings, unknown neighbours.
* `worklist.py`: Scans, counts and worklists: what the pages show first.

Imported by `api` and `inventory.reports`.
"""
