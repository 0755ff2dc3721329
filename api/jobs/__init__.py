"""Work that runs beside requests while Purser is served.

* `housekeeping.py`: What is done once a day while Purser is served.
* `trapping.py`: Hears traps and informs while Purser serves, and starts the scans
  they ask for.
"""
