"""Work that runs beside requests while Purser is served.

* `housekeeping.py`: What is done once a day while Purser is served.
* `kinds.py`: What kinds of jobs there are; each names the function that does it.
* `periodic.py`: Work that is done again and again in a thread, whatever goes wrong.
* `resuming.py`: Goes on with interrupted scans by itself.
* `trapping.py`: Hears traps and informs while Purser serves, and starts the scans
  they ask for.
"""
