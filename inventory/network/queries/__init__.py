"""Devices, places, map and worklist as lists and details. Read only.

* `devices.py`: Devices as lists and details, read with Core rows
* `map.py`: The topology of a site as nodes and edges, for a picture or another
  program.
* `map_export.py`: A network map as GraphML or DOT, for other programs.
* `places.py`: Where things are and were
* `worklist.py`: Scans, counts and worklists
"""
