"""Which addresses of a range answer, and to what.

* `icmp.py`: Echo requests to many addresses through one socket per address family.
* `pacing.py`: How fast we may ask, and how often we may fail.
* `streaming.py`: Asking many addresses and handing on each answer as it comes.
* `sweep.py`: Who answers
* `tcp.py`: Which TCP ports are open, and what greets there.
"""
